"""Makes checks from proofs: which ones apply, and what each one saw."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scripts.lib.records import Check
from scripts.lib.settings.images import ImageSettings
from scripts.lib.settings.proofs import (
    BrowserProof,
    BundleProof,
    HttpProof,
    ImageConfigProof,
    ImageFileProof,
    LocaleTextsProof,
    Proof,
)
from scripts.lib.settings.steps import Step
from smoke.seen import see
from smoke.site import NotSeen
from smoke.subject import Subject

BROWSER = "browser"
NEED_IMAGE = ("image-config", "image-file")


@dataclass(frozen=True)
class Planned:
    """One check to make. A step of which no proof applies has one with no proof, which fails."""

    name: str
    step: Step | None
    proof: Proof | None

    @property
    def layer(self) -> str:
        return self.proof.layer if self.proof else "none"


def plan(
    steps: Sequence[Step], image: ImageSettings, version: str, *, name: str | None = None, deployed: bool = False
) -> tuple[Planned, ...]:
    """Return every check without a browser of the image `name` of upstream `version`; of a deployment only what reads.

    Proofs that speak of another image are left out; without a name, all that speak of one.
    """
    own = [Planned(word, None, proof) for word, proof in _built_in(image, version)]
    checks = [*own, *_all(steps, image, version, name)]
    return tuple(c for c in checks if c.layer != BROWSER and (not deployed or _reads_only(c.proof)))


def plan_branding(
    steps: Sequence[Step], image: ImageSettings, version: str, *, name: str | None = None
) -> tuple[Planned, ...]:
    """Return every check with a browser."""
    return tuple(check for check in _all(steps, image, version, name) if check.layer == BROWSER)


def _all(steps: Sequence[Step], image: ImageSettings, version: str, name: str | None) -> Iterator[Planned]:
    """Yield the checks that settings ask for; a step of which no proof applies has one that fails."""
    yield from (Planned(word, None, proof) for word, proof in _own(image.proofs, version))
    for step in steps:
        if step.versions is None or step.versions.holds(version):
            fitting = [Planned(word, step, proof) for word, proof in _own(step.proofs, version)]
            yield from (one for one in fitting if one.proof and one.proof.image in (None, name))
            if not fitting:
                yield Planned(f"a proof for version {version}", step, None)


def look(planned: Planned, subject: Subject) -> Check:
    """Make one check."""
    try:
        if planned.proof is None:
            raise NotSeen("the step applies to this version and none of its proofs does")
        evidence, passed = see(planned.proof, planned.step, subject), True
    except NotSeen as error:
        evidence, passed = str(error), False
    step = planned.step.id if planned.step else None
    return Check(name=planned.name, step=step, layer=planned.layer, passed=passed, evidence=evidence)


def _built_in(image: ImageSettings, version: str) -> Iterator[tuple[str, Proof]]:
    """What every image must show: that it is well (any answer with 200), and the version that was fetched."""
    stand = image.stand
    # any answer will do, which is less than a proof in settings may ask for
    yield "health", HttpProof.model_construct(layer="http", get=stand.health)
    if stand.version:
        place = stand.version
        yield "version", HttpProof(layer="http", get=place.get, json_path=place.json_path, equals=version)


def _own(proofs: Sequence[Proof], version: str) -> Iterator[tuple[str, Proof]]:
    for proof in proofs:
        if proof.versions is None or proof.versions.holds(version):
            yield words(proof), proof


def _reads_only(proof: Proof | None) -> bool:
    return proof is None or (proof.read_only and proof.layer not in NEED_IMAGE)


def words(proof: Proof) -> str:
    """Name a proof in a few words."""
    match proof:
        case HttpProof():
            return f"{proof.get} {proof.json_path or proof.xpath or proof.same_as or proof.contains or ''}".strip()
        case LocaleTextsProof():
            return "texts of every locale"
        case BundleProof():
            return f"{proof.bundle_contains!r} in the page's scripts"
        case ImageConfigProof():
            return ", ".join([*proof.env, *proof.labels])
        case ImageFileProof():
            return proof.path
        case BrowserProof():
            return f"{proof.expects} on {proof.page}"
        case _:
            return "end state of the tree"
