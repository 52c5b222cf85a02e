"""A checkout in which the whole line has run, with records and pictures as a real run leaves them, for the report."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from PIL import Image as Picture
from PIL import ImageDraw, ImageFont

from scripts.lib import customization, gates, ledger, proving, records, released
from scripts.lib.records import (
    AppliedStep,
    BuiltImage,
    ChangedFile,
    Check,
    Coverage,
    FetchedSource,
    Finding,
    GateResult,
    Image,
    Leak,
    PublishedImage,
    Release,
    Shot,
    SmokeReport,
    Source,
    SurfaceCoverage,
    Tree,
    Validation,
    Verdict,
    identity,
)
from scripts.lib.settings.selection import Selection
from scripts.lib.settings.steps import Step

NOW = datetime(2026, 11, 21, 22, 10, tzinfo=UTC)
ID, BEFORE = f"sha256:{'a1' * 32}", f"sha256:{'b2' * 32}"
DIGEST, BASE = f"sha256:{'c3' * 32}", f"sha256:{'d4' * 32}"
ARTIFACT = "e5" * 32
STAGES = {"fetch": 3.1, "validate": 0.7, "customize": 1.2, "build": 21.7, "smoke": 96.2, "gate": 0.1, "publish": 14.4}
VIEWS = (("light", "desktop"), ("dark", "desktop"), ("light", "phone"), ("dark", "phone"))
SIZES = {"desktop": (640, 400), "phone": (195, 422)}
"""Half of what a browser shows: quicker to draw."""


@dataclass(frozen=True)
class Told:
    """What is to be told of a run."""

    failed: frozenset[str] = frozenset()
    """Steps of which a check failed."""
    pages: Sequence[str] = ("login", "about")
    locales: Sequence[str] = ("pt-PT",)
    """In which the first page was looked at too."""
    leaks: tuple[Leak, ...] = ()
    evidence: str = "is 'Acme'"
    wrong: str = "is 'Acme (Tiny)' instead of 'Acme'"
    """What is seen where a check fails."""
    parts: Sequence[str] = ("proofs", "branding", "functions")
    seconds: dict[str, float] = field(default_factory=lambda: STAGES)


def tell(selection: Selection, told: Told) -> None:
    """Write every record of the line, so that each is about those before it, and the release before."""
    place, name = selection.checkout, next(iter(selection.product.images))
    environment = selection.environment.environment
    source = _source()
    place.lock_file.write_text(_lock(source))
    under = customization.inputs(selection, source)
    findings = tuple(Finding(step=step.id, status="ok", files=(_path(step),), matches=1) for step in selection.steps)
    tree = Tree(
        inputs=under,
        source=identity(source),
        customization=selection.product.customization_version,
        tree="9f" * 20,
        steps=tuple(_applied(step) for step in selection.steps),
        verified=True,
    )
    image = Image(inputs="i", tree=tree.tree, version=source.version, images={name: _built(selection, name)})
    smoke = _smoke(selection, told, tree, image, name)
    judged = _gates(selection, smoke)
    verdict = Verdict(
        inputs=gates.inputs(selection.product, selection.every_step, selection.environment, judged),
        environment=environment,
        version=source.version,
        images={name: ID},
        gates=judged,
    )
    for record in (source, Validation(inputs=under, source=identity(source), findings=findings), tree, image, smoke):
        records.write(place, record)
    records.write(place, verdict, environment)
    _release_before(selection, told, name)
    if verdict.passed:
        published = _published(name, ID, ("v2026.11.21-custom.1.0-validated", "1.0.0-custom.1.0-9f9f9f9f9f9f"))
        now = Release(
            inputs="p",
            environment=environment,
            version=source.version,
            verdict=identity(verdict),
            images={name: published},
        )
        records.write(place, now, environment)
    _enter_runs(selection, told)


def _source() -> Source:
    fetched = {
        name: FetchedSource(kind="pypi", version="1.0.0", resolved=ARTIFACT, address=address, fingerprint=ARTIFACT)
        for name, address in (("upstream", "tiny-1.0.0.tar.gz"), ("release", "tiny-1.0.0-py3-none-any.whl"))
    }
    return Source(inputs="s", version="1.0.0", sources=fetched, licence=ARTIFACT, base="7e" * 20, points={})


def _lock(source: Source) -> str:
    lines = (
        f"  {name}: {{kind: {one.kind}, version: {one.version}, resolved: '{one.resolved}', address: {one.address}}}"
        for name, one in source.sources.items()
    )
    return "\n".join(["sources:", *lines, ""])


def _path(step: Step) -> str:
    return str(getattr(step, "path", None) or f"static/{step.id}.png").replace("{locale}", "pt-PT")


def _applied(step: Step) -> AppliedStep:
    many = "{locale}" in str(getattr(step, "path", ""))
    paths = [f"src/locales/l{n:02}/translation.json" for n in range(64)] if many else [_path(step)]
    files = tuple(ChangedFile(path=path, before="1" * 64, after="2" * 64, added=1, removed=1) for path in paths)
    return AppliedStep(step=step.id, checkpoint="5c" * 20, files=files, matches=len(files), notes=("alternative 1",))


def _built(selection: Selection, name: str) -> BuiltImage:
    return BuiltImage(
        reference=f"graft/{selection.product.product}/{name}:9f9f9f9f9f9f-0a1b2c3d",
        image_id=ID,
        size=803_000_000,
        seconds=22.2,
        strategy="release",
        bases={"python": BASE},
    )


def _smoke(selection: Selection, told: Told, tree: Tree, image: Image, name: str) -> SmokeReport:
    shots = tuple(_shots(selection.checkout.out, told, name, "evidence", "#0b5a86"))
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


def _shots(out: Path, told: Told, image: str, folder: str, colour: str) -> list[Shot]:
    found = [
        Shot(image=image, page=page, locale="en-US", scheme=s, device=d, path="")
        for page in told.pages
        for s, d in VIEWS
    ]
    first = told.pages[0]
    found += [
        Shot(image=image, page=first, locale=other, scheme="light", device="desktop", path="") for other in told.locales
    ]
    return [_drawn(out, shot, folder, colour, number) for number, shot in enumerate(found)]


def _drawn(out: Path, shot: Shot, folder: str, colour: str, number: int) -> Shot:
    path, vanilla = f"{folder}/{shot.image}/{number}.png", f"{folder}/vanilla/{number}.png"
    for place, name, paint in ((path, "Acme", colour), (vanilla, "Tiny", "#666666")):
        (out / place).parent.mkdir(parents=True, exist_ok=True)
        (out / place).write_bytes(_page(f"{shot.page}: {name} ({shot.locale})", shot.scheme, shot.device, paint))
    return shot.model_copy(update={"path": path, "vanilla": vanilla})


@cache
def _page(text: str, scheme: str, device: str, colour: str) -> bytes:
    """Draw a page that looks like one."""
    width, height = SIZES[device]
    ground, ink = ("#ffffff", "#111111") if scheme == "light" else ("#171717", "#eeeeee")
    picture = Picture.new("RGB", (width, height), ground)
    pen, middle = ImageDraw.Draw(picture), width // 2
    pen.ellipse((middle - 20, 60, middle + 20, 100), fill=colour)
    pen.text((middle, 120), text, fill=ink, anchor="mm", font=ImageFont.load_default(12))
    for top in (150, 185):
        pen.rounded_rectangle((middle - 80, top, middle + 80, top + 24), 5, outline="#999999")
    pen.rounded_rectangle((middle - 80, 225, middle + 80, 250), 12, fill=colour)
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


def _gates(selection: Selection, smoke: SmokeReport) -> tuple[GateResult, ...]:
    said = {"structure": f"{len(selection.steps)} steps applied and verified", "build": "1 of this tree"}
    wrong = smoke.problems
    return tuple(
        GateResult(
            gate=gate,
            state="failed" if gate == "runtime" and wrong else "passed",
            because="; ".join(wrong) if gate == "runtime" and wrong else said.get(gate, "well"),
            evidence="f" * 64,
        )
        for gate in selection.environment.gates
    )


def _published(name: str, image_id: str, tags: tuple[str, ...]) -> PublishedImage:
    return PublishedImage(registry="localhost:5999", repository=name, image_id=image_id, digest=DIGEST, tags=tags)


def _release_before(selection: Selection, told: Told, name: str) -> None:
    """Keep a release of a week ago, whose colour was another; its last page was not there yet."""
    place, environment = selection.checkout, selection.environment.environment
    shots = tuple(_shots(place.out, told, name, "then", "#c2410c")) if "branding" in told.parts else ()
    same = tuple(s.model_copy(update={"path": s.path.replace("then", "evidence")}) for s in shots[:1])
    tree = Tree(inputs="t", source="s", customization="1.0", tree="4d" * 20, steps=(), verified=True)
    release = Release(
        inputs="p",
        environment=environment,
        version="0.9.0",
        verdict="v",
        images={name: _published(name, BEFORE, ("v2026.11.14-custom.1.0-validated",))},
    )
    kept = (*same, *shots[1 : -len(told.locales) - 1])
    released.keep(place, release, tree, {name: 815_000_000}, kept, NOW - timedelta(days=7))


def _enter_runs(selection: Selection, told: Told) -> None:
    began = NOW - timedelta(minutes=5)
    for stage, seconds in told.seconds.items():
        entry = ledger.Entry(
            stage=stage,
            product=selection.product.product,
            environment=selection.environment.environment,
            started=began,
            seconds=seconds,
            outcome="done",
            exit_code=0,
            says=f"{stage} is done",
        )
        ledger.append(selection.checkout, entry)
