"""Lines that no customization may touch: copyright, and the notes of the upstream that its licence covers something."""

import re
from collections.abc import Iterable

from scripts.lib.files import Files

PROTECTED = re.compile(
    rb"LICENSE covers|copyright|^\W*(visual, textual|names, logos|Do not alter)|docs\.openwebui\.com/license",
    re.IGNORECASE,
)


def touched(before: Files, after: Files, paths: Iterable[str]) -> list[str]:
    """Return each of `paths` whose protected lines are not byte-identical, in the same order, in both trees."""
    return [path for path in paths if _lines(before.read(path)) != _lines(after.read(path))]


def _lines(data: bytes | None) -> list[bytes]:
    return [line for line in (data or b"").splitlines(keepends=True) if PROTECTED.search(line)]
