"""How far the line has come: each record present, out of date, or missing. Changes nothing.

A record counts where it is about the present settings and the records before it, and the engine still has its images.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal, TypeVar

from scripts.lib import customization, gates, lock_file, proving, records
from scripts.lib.console import size
from scripts.lib.errors import Failure, SettingsInvalid
from scripts.lib.records import Image, Record, Release, SmokeReport, Source, Tree, Validation, Verdict, identity
from scripts.lib.settings.selection import Selection

R = TypeVar("R", bound=Record)
State = Literal["ok", "stale", "missing", "refused"]


@dataclass(frozen=True)
class Link:
    """One stage's record as it stands now."""

    stage: str
    state: State
    says: str
    """What the record holds, or why it does not count."""
    made: datetime | None


def look(selection: Selection) -> list[Link]:
    """Return every record of the line, in the order of its stages; what follows a stale or refused one is stale."""
    links: list[Link] = []
    for link in _Chain(selection).links():
        behind = any(earlier.state in ("stale", "refused") for earlier in links)
        links.append(replace(link, state="stale") if behind and link.state == "ok" else link)
    return links


class _Chain:
    def __init__(self, selection: Selection) -> None:
        self._selection, self._checkout = selection, selection.checkout
        self._environment = selection.environment.environment

    def links(self) -> Iterator[Link]:
        source, tree, image = self._find(Source), self._find(Tree), self._find(Image)
        verdict = self._find(Verdict, self._environment)
        under = customization.inputs(self._selection, source) if source else ""
        ids = {name: built.image_id for name, built in image.images.items()} if image else None
        yield self._link("fetch", Source, self._as_locked, _source)
        yield self._link("validate", Validation, lambda r: r.inputs == under, _validation)
        yield self._link("customize", Tree, lambda r: r.inputs == customization.without(under, r.undone), _tree)
        yield self._link("build", Image, lambda r: tree is not None and r.tree == tree.tree and _held(r), _image)
        yield self._link("smoke", SmokeReport, lambda r: r.images == ids and self._as_proven(r, tree, image), _smoke)
        yield self._link("gate", Verdict, lambda r: r.images == ids and self._as_judged(r), _verdict, self._environment)
        yield self._link(
            "publish",
            Release,
            lambda r: verdict is not None and r.verdict == identity(verdict) and verdict.images == ids,
            _release,
            self._environment,
        )

    def _find(self, kind: type[R], environment: str | None = None) -> R | None:
        return records.find(self._checkout, kind, environment)

    def _link(
        self,
        stage: str,
        kind: type[R],
        is_current: Callable[[R], bool],
        words: Callable[[R], tuple[State, str]],
        environment: str | None = None,
    ) -> Link:
        path = records.path_of(self._checkout, kind, environment)
        record = self._find(kind, environment)
        if record is None:
            return Link(stage, "missing", "not readable" if path.exists() else "", None)
        state, says = words(record)
        made = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return Link(stage, state if is_current(record) else "stale", says, made)

    def _as_proven(self, report: SmokeReport, tree: Tree | None, image: Image | None) -> bool:
        chosen = self._selection
        if tree is None or image is None:
            return False
        also = proving.files(chosen.checkout, chosen.product)
        inputs = proving.inputs(chosen.product, chosen.every_step, chosen.environment, tree, image, also)
        return report.inputs == inputs and chosen.parts.issubset(report.parts)

    def _as_judged(self, verdict: Verdict) -> bool:
        chosen = self._selection
        return verdict.inputs == gates.inputs(chosen.product, chosen.every_step, chosen.environment, verdict.gates)

    def _as_locked(self, source: Source) -> bool:
        """Tell whether what was fetched is what the lock says; a lock that cannot be read says nothing."""
        try:
            lock = lock_file.read(self._checkout)
        except SettingsInvalid:
            return False
        locked = {name: one.resolved for name, one in lock.sources.items()} if lock else {}
        return locked == {name: one.resolved for name, one in source.sources.items()}


def _held(image: Image) -> bool:
    """Tell whether the engine has the images; one that cannot be asked says nothing against them."""
    from scripts.lib import engine

    try:
        return all(engine.held(built.image_id, built.reference) for built in image.images.values())
    except Failure:
        return True


def _source(record: Source) -> tuple[State, str]:
    return "ok", f"{record.version} from {', '.join(s.address for s in record.sources.values())}"


def _validation(record: Validation) -> tuple[State, str]:
    bad = [f.step for f in record.findings if f.status not in ("ok", "not-applicable")]
    if record.disagreements:
        return "refused", f"{len(record.disagreements)} imports or requirements have no counterpart"
    return ("refused", f"does not fit: {', '.join(bad)}") if bad else ("ok", f"{len(record.findings)} steps fit")


def _tree(record: Tree) -> tuple[State, str]:
    undone = f", undone: {', '.join(record.undone)}" if record.undone else ""
    applied = sum(1 for step in record.steps if step.checkpoint)
    return "ok" if record.verified else "refused", f"tree {record.tree[:12]}, {applied} steps{undone}"


def _image(record: Image) -> tuple[State, str]:
    return "ok", ", ".join(f"{n} {short(b.image_id)} {size(b.size)}" for n, b in record.images.items())


def _smoke(record: SmokeReport) -> tuple[State, str]:
    count = sum(map(len, record.checks.values()))
    return ("refused", f"{len(record.problems)} of {count} failed") if record.problems else ("ok", f"{count} checks")


def _verdict(record: Verdict) -> tuple[State, str]:
    asked = (g for g in record.gates if g.asked)
    said = ", ".join(g.gate if g.state == "passed" else f"{g.gate} {g.state}" for g in asked)
    return "ok" if record.passed else "refused", said


def _release(record: Release) -> tuple[State, str]:
    return "ok", ", ".join(f"{i.repository}:{i.tags[0]}" for i in record.images.values())


def short(digest: str) -> str:
    """Return the first twelve digits of a digest, for people."""
    return digest.removeprefix("sha256:")[:12]
