"""The records of a run, each about those before it, and the release before."""

from datetime import timedelta

from scripts.lib import customization, gates, ledger, records, released
from scripts.lib.records import (
    AppliedStep,
    BuiltImage,
    ChangedFile,
    FetchedSource,
    Finding,
    GateResult,
    Image,
    PublishedImage,
    Release,
    SmokeReport,
    Source,
    Tree,
    Validation,
    Verdict,
    identity,
)
from scripts.lib.settings.selection import Selection
from scripts.lib.settings.steps import Step
from tests.told.pictures import draw
from tests.told.run import ARTIFACT, BASE, BEFORE, DIGEST, ID, NOW, Told
from tests.told.smoke import report


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
    smoke = report(selection, told, tree, image, name)
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
    shots = tuple(draw(place.out, told, name, "then", "#c2410c")) if "branding" in told.parts else ()
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
