"""Which of the released versions a wish takes: `latest`, a pin such as 0.12.4, or a range such as `>=0.11.4,<1`."""

from collections.abc import Iterable

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version


def is_wish(wanted: str) -> bool:
    """Tell whether the text is `latest`, a version or a range."""
    try:
        _range(wanted)
    except InvalidSpecifier:
        return False
    return True


def is_pin(wanted: str) -> bool:
    """Tell whether the text names one version."""
    try:
        Version(wanted)
    except InvalidVersion:
        return False
    return True


def allows(wanted: str, version: str) -> bool:
    """Tell whether `version` is one that is wanted; a pre-release only where the wish names one."""
    wish = _range(wanted)
    return wish.contains(version, prereleases=bool(wish.prereleases))


def floor(wanted: str) -> str | None:
    """Return the oldest version that a wish may take, None where it names no lower end."""
    lower = [one.version for one in _range(wanted) if one.operator in (">=", "==", "~=")]
    return max(lower, key=Version, default=None)


def newest(wanted: str, released: Iterable[str]) -> str | None:
    """Return the newest of the released versions that is wanted, None where there is none."""
    fitting = [version for version in released if is_pin(version) and allows(wanted, version)]
    return max(fitting, key=Version, default=None)


def _range(wanted: str) -> SpecifierSet:
    if wanted == "latest":
        return SpecifierSet("")
    return SpecifierSet(f"=={wanted}" if is_pin(wanted) else wanted)
