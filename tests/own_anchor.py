"""The smallest tree that a step fits, made of the step itself: what it can do is seen without any source."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import assert_never

from unidiff.patch import PatchedFile, PatchSet

from scripts.lib.files import FileMap, written
from scripts.lib.settings.base import VersionRange
from scripts.lib.settings.loading import load
from scripts.lib.settings.steps import (
    ImageStep,
    JsonStep,
    OverlayStep,
    PatchStep,
    PruneStep,
    PythonEdit,
    PythonStep,
    Step,
    TextEdit,
    TextStep,
    WordsStep,
)
from scripts.lib.settings.texts import TextsFile

FIRST = "1.0.0"
"""The version for a step that is for all."""


def alone(step: Step) -> list[Step]:
    """Return the step with each of its alternatives alone; one found by a regular expression has no anchor to show."""
    if step.kind not in ("text", "python"):
        return [step]
    found = [edit for edit in step.alternatives if not (isinstance(edit, TextEdit) and edit.regex)]
    return [step.model_copy(update={"alternatives": (edit,)}) for edit in found]


def version_for(step: Step) -> str:
    """Return a version for which a step and its one alternative are; raises AssertionError where there is none."""
    ranges: list[VersionRange | None] = [
        step.versions,
        *(edit.versions for edit in getattr(step, "alternatives", ())[:1]),
    ]
    known = [one for one in ranges if one is not None]
    ends: list[str] = [end for one in known for end in (one.first, one.last) if end]
    fitting = [end for end in [*ends, FIRST] if all(one.holds(end) for one in known)]
    assert fitting, f"step {step.id}: no version is in {' and '.join(map(str, known))}"
    return fitting[0]


def fitting(step: Step, folder: Path) -> FileMap:
    """Return the smallest tree that a step with one alternative fits. `folder` is the product's own."""
    return FileMap(dict(_files(step, folder)))


def _files(step: Step, folder: Path) -> Iterator[tuple[str, bytes]]:
    match step:
        case JsonStep():
            texts = load(folder / step.texts, TextsFile).texts
            locales = {"xx-XX"} | {locale for name in step.set.values() for locale in texts[name]} - {"default"}
            keys = ",\n".join(f'"{key}": ""' for key in step.set)
            yield from ((_path(step.path, locale), f"{{{keys}}}".encode()) for locale in sorted(locales))
        case WordsStep():
            content = {str(number): word for number, word in enumerate(step.replace)}
            yield _path(step.path, "xx-XX"), json.dumps(content).encode()  # which is Python too
        case PatchStep():
            yield from (
                (of.path, _before(of)) for of in PatchSet((folder / step.patch).read_text()) if not of.is_added_file
            )
        case OverlayStep():
            ours = folder / step.source
            inside = [f"{step.path}/{p.relative_to(ours)}" for p in written(ours)] or [step.path]
            yield from ((path, b"") for path in inside if step.replaces)
        case PruneStep():
            yield from ((_path(step.path, str(number)), b"") for number in range(step.count))
        case ImageStep():
            yield from ((icon.path, b"") for icon in step.icons)
        case TextStep() | PythonStep():
            yield _path(step.path, "xx-XX"), _stands(step.alternatives[0])
        case _:
            assert_never(step)


def _stands(edit: TextEdit | PythonEdit) -> bytes:
    return "".join(f"{edit.find}\n" for _ in range(edit.count)).encode()


def _before(patched: PatchedFile) -> bytes:
    """What a patch meets: each hunk's lines where it says that they stand."""
    lines: list[str] = []
    for hunk in patched:
        lines += [f"line {number}\n" for number in range(len(lines) + 1, hunk.source_start)]
        lines += [line.value for line in hunk if line.is_context or line.is_removed]
    return "".join(lines).encode()


def _path(glob: str, name: str) -> str:
    """Return a path that a glob matches."""
    return re.sub(r"\*|\{[a-z_]+\}", name, glob.replace("**/", "").replace("?", "x"))
