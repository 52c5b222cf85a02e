"""What a report is made of: the records that lie there and belong together, and what is known beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import ValidationError

from scripts.lib import chain, console, ledger, records, released, workspace
from scripts.lib.chain import Link
from scripts.lib.checkout import Checkout
from scripts.lib.ledger import Entry
from scripts.lib.records import Image, Release, SmokeReport, Source, Tree, Validation, Verdict, identity
from scripts.lib.released import Released
from scripts.lib.settings.selection import Selection
from scripts.lib.settings.steps import Step

OF_ENVIRONMENT = ("gate", "publish")
"""Stages whose runs are each about one environment; what those before them did is true for all."""


@dataclass(frozen=True)
class Found:
    """Everything a report tells. A record that is missing, or about another run than those before it, is None."""

    product: str
    title: str
    environment: str
    steps: Sequence[Step]
    """Those that brand, and those of further sets that a build applied."""
    links: Sequence[Link]
    """How far the line is, by the present settings."""
    made: datetime
    asked: frozenset[str] = frozenset({"proofs"})
    """Parts of a smoke run that the environment's gates ask for."""
    environments: Sequence[str] = ()
    """All that there are."""
    source: Source | None = None
    validation: Validation | None = None
    tree: Tree | None = None
    image: Image | None = None
    smoke: SmokeReport | None = None
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    """Per environment."""
    releases: Mapping[str, Release] = field(default_factory=dict)
    before: Released | None = None
    """The environment's release before these images."""
    runs: Sequence[Entry] = ()
    diffs: Mapping[str, str] = field(default_factory=dict)
    """Checkpoint -> what it changed, as a unified diff."""


def gather(selection: Selection, now: datetime) -> Found:
    """Read everything that lies there; nothing is changed and nothing is required."""
    place, environment = selection.checkout, selection.environment.environment
    line = _Line.read(place)
    names = sorted(path.stem for path in place.environments.glob("*.yaml"))
    return Found(
        product=selection.product.product,
        title=selection.product.title,
        environment=environment,
        steps=selection.steps_with(_sets(line.image)),
        links=chain.look(selection),
        made=now,
        asked=selection.environment.parts - selection.product.not_asked.keys(),
        environments=names,
        source=line.source,
        validation=line.validation,
        tree=line.tree,
        image=line.image,
        smoke=line.smoke,
        verdicts={name: verdict for name in names if (verdict := line.verdict(place, name))},
        releases={name: release for name in names if (release := line.release(place, name))},
        before=released.before(place, environment, line.ids),
        runs=[run for run in _runs(place) if run.environment == environment or run.stage not in OF_ENVIRONMENT],
        diffs=_diffs(place, line.source, line.tree),
    )


@dataclass(frozen=True)
class _Line:
    """The records of one line, each of which is about those before it."""

    source: Source | None
    validation: Validation | None
    tree: Tree | None
    image: Image | None
    smoke: SmokeReport | None

    @classmethod
    def read(cls, place: Checkout) -> "_Line":
        source, validation = records.find(place, Source), records.find(place, Validation)
        tree, image, smoke = records.find(place, Tree), records.find(place, Image), records.find(place, SmokeReport)
        of = identity(source) if source else None
        tree = tree if tree and tree.source == of else None
        image = image if tree and image and image.tree == tree.tree else None
        return cls(
            source=source,
            validation=validation if validation and validation.source == of else None,
            tree=tree,
            image=image,
            smoke=smoke if image and smoke and smoke.images == _ids(image) else None,
        )

    @property
    def ids(self) -> dict[str, str]:
        return _ids(self.image) if self.image else {}

    def verdict(self, place: Checkout, environment: str) -> Verdict | None:
        verdict = records.find(place, Verdict, environment)
        return verdict if self.image and verdict and verdict.images == self.ids else None

    def release(self, place: Checkout, environment: str) -> Release | None:
        release = records.find(place, Release, environment)
        return release if self.image and release and _ids(release) == self.ids else None


def _ids(record: Image | Release) -> dict[str, str]:
    return {name: one.image_id for name, one in record.images.items()}


def _sets(image: Image | None) -> list[str]:
    """Return the further sets that the builds of the images applied, each once."""
    return list(dict.fromkeys(name for built in image.images.values() for name in built.sets)) if image else []


def _runs(place: Checkout) -> list[Entry]:
    try:
        return ledger.entries(place)
    except ValidationError as error:
        console.note(f"report: no timings, for the ledger is not readable: {error.errors()[0]['msg']}")
        return []


def _diffs(place: Checkout, source: Source | None, tree: Tree | None) -> dict[str, str]:
    """Return what each checkpoint changed; nothing where the workspace does not hold this tree."""
    if source is None or tree is None or not workspace.holds(place.workspace, source.base):
        return {}
    return workspace.diffs(place.workspace, [step.checkpoint for step in tree.steps if step.checkpoint])
