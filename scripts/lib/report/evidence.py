"""What lies beside a check: pictures of pages that the report has already are led to, and each stands in it once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scripts.lib.records import Check
from scripts.lib.report.model import Report
from scripts.lib.report.pictures import KINDS

AT_ONCE = 12
"""Pictures that stand with checks that failed, beside those of the pages."""
NAMED = 6
"""Views that one check leads to."""


@dataclass(frozen=True)
class Beside:
    """What one check has beside it."""

    picture: str | None
    views: Sequence[tuple[str, str]]
    """Id and words of the views on which it was seen."""
    more: int
    """Such views that are not led to."""
    others: Sequence[str]
    """Files that are no pictures of the report."""


@dataclass(frozen=True)
class Evidence:
    """The files of all checks."""

    pictures: Mapping[str, Check]
    """Those that stand with a check itself: path -> the first check that failed with it."""
    views: Mapping[str, tuple[str, str]]
    """Path of a picture -> id and words of its view."""

    @classmethod
    def of_report(cls, report: Report) -> "Evidence":
        """Choose the first picture of each check that failed."""
        smoke = report.found.smoke
        failed = [c for of in (smoke.checks.values() if smoke else ()) for c in of if not c.passed]
        first: dict[str, Check] = {}
        for check in failed:
            for path in [file for file in check.files if _is_picture(file)][:1]:
                first.setdefault(path, check)
        views = {
            view.shot.path: (view.id, f"{scene.page}, {view.words}") for scene in report.scenes for view in scene.views
        }
        return cls(dict(list(first.items())[:AT_ONCE]), views)

    def of(self, check: Check) -> Beside:
        """Return what lies beside a check; a picture stands with a check that failed alone."""
        own = next((file for file in check.files if self.pictures.get(file) is check), None)
        views = [self.views[file] for file in check.files if file in self.views]
        others = [file for file in check.files if file not in self.views and file != own]
        return Beside(own, views[:NAMED], len(views[NAMED:]), others)


def _is_picture(path: str) -> bool:
    return path.lower().endswith(KINDS)
