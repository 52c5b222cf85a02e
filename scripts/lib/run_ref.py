"""What a run is of: the branch, or the release that its git ref names. RELEASE_REF tells it, as GITHUB_REF does."""

from dataclasses import dataclass

from scripts.lib import tags
from scripts.lib.errors import SettingsInvalid
from scripts.lib.settings.selection import Selection
from scripts.lib.tags import ReleaseVersion

BRANCH, TAG = "refs/heads/", "refs/tags/"


@dataclass(frozen=True)
class RunRef:
    """What the tags of this run depend on beside its images."""

    main: bool = False
    """Of the branch that `edge` follows."""
    release: ReleaseVersion | None = None
    """Of the git tag that names this release."""


def of(selection: Selection, upstream: str) -> RunRef:
    """Return what this run is of; neither where RELEASE_REF says nothing, or names something of another product.

    `upstream` is the version of what is published. Raises SettingsInvalid where a release's git tag holds no version,
    or one of another series than the upstream's: `0.7` would name what is 0.6.
    """
    settings, ref = selection.product.tags, selection.ref or ""
    begin = TAG + settings.releases.replace("{product}", selection.product.product)
    if not ref.startswith(begin) or not tags.ORDERED.intersection(settings.kinds):
        return RunRef(main=ref == f"{BRANCH}{settings.branch}")
    release = tags.parse(ref.removeprefix(begin))
    if release is None:
        raise SettingsInvalid(
            f"RELEASE_REF={ref}: {ref.removeprefix(begin)!r} is no version of three numbers",
            hint=f"name the release as in {begin.removeprefix(TAG)}0.6.1 or {begin.removeprefix(TAG)}1.0.0-rc.1",
        )
    if (series := f"{release.major}.{release.minor}") != _series(upstream):
        raise SettingsInvalid(
            f"RELEASE_REF={ref} releases {series}, and the upstream that is locked here is {upstream}",
            hint=f"name it {begin.removeprefix(TAG)}{_series(upstream)}.N, or run: invoke update",
        )
    return RunRef(release=release)


def _series(version: str) -> str:
    """Return the first two numbers of a version such as 0.6 or 0.12.4."""
    from packaging.version import Version

    parsed = Version(version)
    return f"{parsed.major}.{parsed.minor}"
