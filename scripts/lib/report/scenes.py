"""Pages as a browser saw them, side by side: the untouched upstream, the release before, and this."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scripts.lib.records import Shot, SmokeReport
from scripts.lib.released import Released


@dataclass(frozen=True)
class View:
    """One page in one locale, scheme and device. Paths are below `out/<product>/`."""

    id: str
    """Within the report."""
    shot: Shot
    before: str | None
    """Of the release before; None where it was not looked at then."""

    @property
    def words(self) -> str:
        return f"{self.shot.locale}, {self.shot.scheme}, {self.shot.device}"


@dataclass(frozen=True)
class Scene:
    """One page of one image, in everything in which it was looked at."""

    image: str
    page: str
    views: Sequence[View]

    @property
    def first(self) -> list[View]:
        """Those in the locale that was looked at first."""
        return [view for view in self.views if view.shot.locale == self.views[0].shot.locale]

    @property
    def has_vanilla(self) -> bool:
        return any(view.shot.vanilla for view in self.views)

    @property
    def has_before(self) -> bool:
        return any(view.before for view in self.views)

    @property
    def others(self) -> list[View]:
        return [view for view in self.views if view not in self.first]


def scenes(smoke: SmokeReport | None, before: Released | None) -> list[Scene]:
    """Return every page, in the order in which the pages were visited."""
    shots = smoke.shots if smoke else ()
    then = {_key(shot): shot.path for shot in (before.shots if before else ())}
    pages: dict[tuple[str, str], list[View]] = {}
    for number, shot in enumerate(shots, 1):
        view = View(f"view-{number}", shot, then.get(_key(shot)))
        pages.setdefault((shot.image, shot.page), []).append(view)
    return [Scene(image, page, views) for (image, page), views in pages.items()]


def pictures(scenes: Sequence[Scene]) -> Iterator[str]:
    """Yield the path of every picture, the most telling first."""
    views = [view for scene in scenes for view in scene.views]
    yield from (view.shot.path for view in views)
    yield from (view.shot.vanilla for view in views if view.shot.vanilla)
    yield from (view.before for view in views if view.before)


def _key(shot: Shot) -> tuple[str, ...]:
    return shot.image, shot.page, shot.locale, shot.scheme, shot.device
