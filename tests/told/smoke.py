"""The report of smoke: checks, coverage and pictures."""

from collections.abc import Sequence

from scripts.lib import proving
from scripts.lib.records import Check, Coverage, Image, Leak, Shot, SmokeReport, SurfaceCoverage, Tree
from scripts.lib.settings.selection import Selection
from tests.told.pictures import draw
from tests.told.run import ID, Told


def report(selection: Selection, told: Told, tree: Tree, image: Image, name: str) -> SmokeReport:
    """What smoke would have said of the image, and the pictures of it."""
    shots = tuple(draw(selection.checkout.out, told, name, "evidence", "#0b5a86"))
    branded = "branding" in told.parts
    settings = (selection.product, selection.every_step, selection.environment)
    return SmokeReport.model_validate(
        {
            "inputs": proving.inputs(*settings, tree, image, proving.files(selection.checkout, selection.product)),
            "environment": selection.environment.environment,
            "images": {name: ID},
            "checks": {name: tuple(_checks(selection, told, shots))},
            "seconds_to_healthy": {name: 8.1},
            "parts": told.parts,
            "shots": shots if branded else (),
            "coverage": {name: _coverage(told)} if branded else {},
        }
    )


def _checks(selection: Selection, told: Told, shots: Sequence[Shot]) -> list[Check]:
    found = [
        Check(name="health", step=None, layer="http", passed=True, evidence="200, 15 bytes", seconds=0.01),
        Check(name="version", step=None, layer="http", passed=True, evidence="is '1.0.0'", seconds=0.02),
    ]
    for step in selection.steps:
        found += [
            Check(
                name=f"{getattr(proof, 'get', proof.layer)}",
                step=step.id,
                layer=proof.layer,
                passed=step.id not in told.failed,
                evidence=told.evidence if step.id not in told.failed else told.wrong,
                seconds=0.05,
            )
            for proof in step.proofs
            if proof.layer != "browser"
        ]
    if "branding" in told.parts:
        found += [_in_browser(step.id, told, shots) for step in selection.steps[:3]]
    if "functions" in told.parts:
        words = {"sign-in": "200, a token", "wrong password": "400, no token", "chat": "12 pieces in 0.4 s"}
        found += [
            Check(name=name, step=None, layer="function", passed=True, evidence=words[name], seconds=0.3)
            for name in words
        ]
    return found


def _in_browser(step: str, told: Told, shots: Sequence[Shot]) -> Check:
    fine = step not in told.failed
    files = (shots[0].path, *([] if fine else [f"evidence/{step}-trace.zip"]))
    seen = "'Acme' in the tab" if fine else "the tab shows 'Acme (Tiny)'"
    return Check(name="tab title", step=step, layer="browser", passed=fine, evidence=seen, seconds=0.8, files=files)


def _coverage(told: Told) -> Coverage:
    allowed = Leak(
        surface="bundle",
        place="_app/immutable/chunks/Cx1.js:1:20411",
        word="Tiny",
        excerpt="…powered by Tiny…",
        allowed="The licence asks for this line.",
    )
    count = len(told.leaks)
    return Coverage(
        surfaces=(
            SurfaceCoverage(surface="bundle", upstream=212, leaks=0),
            SurfaceCoverage(surface="backend", upstream=64, leaks=count),
            SurfaceCoverage(surface="page", upstream=31, leaks=0),
            SurfaceCoverage(surface="notification", upstream=0, leaks=0),
        ),
        leaks=(*told.leaks, allowed),
    )
