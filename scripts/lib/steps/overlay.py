"""Steps of kind `overlay`: put a file or folder of ours into the tree."""

from pathlib import Path

from scripts.lib.files import Files, written
from scripts.lib.settings.steps import OverlayStep
from scripts.lib.steps.fitting import Applied, Problem, StepContext, refuse


def apply(step: OverlayStep, files: Files, context: StepContext) -> Applied:
    """Put ours in; raises DoesNotFit where upstream has a file that it must not have, or lacks one that it must."""
    ours = _ours(step, context)
    problems = [
        Problem("gone" if step.replaces else "ambiguous", f"{path}: {_wrong(step)}", path)
        for path in ours
        if (files.read(path) is not None) != step.replaces
    ]
    if not ours:
        problems = [Problem("invalid", f"{step.source}: the folder holds no file", step.source)]
    if problems:
        raise refuse(step.id, *problems)
    executable = frozenset(ours) if step.executable else frozenset[str]()
    return Applied(step.id, dict(ours), len(ours), (), None, executable)


def verify(step: OverlayStep, files: Files, context: StepContext) -> list[str]:
    """Tell which files are not ours, byte for byte."""
    ours = _ours(step, context)
    return [f"{path}: is not {step.source}" for path, content in ours.items() if files.read(path) != content]


def _ours(step: OverlayStep, context: StepContext) -> dict[str, bytes]:
    """Path in the tree -> content of our file."""
    source = context.customizations / step.source
    if source.is_file() or step.source in context.pending:
        return {step.path: _content(source)}
    within = (context.customizations / name for name in context.pending if name.startswith(f"{step.source}/"))
    found = sorted({*written(source), *within})
    return {f"{step.path}/{place.relative_to(source).as_posix()}": _content(place) for place in found}


def _content(place: Path) -> bytes:
    """Return a file's content; of one that is not there yet the least that parses."""
    if place.is_file():
        return place.read_bytes()
    return b"{}\n" if place.suffix == ".json" else b""


def _wrong(step: OverlayStep) -> str:
    if step.replaces:
        return "upstream has no such file any more, but the step says that it replaces one"
    return "upstream has this file now, but the step says that it replaces none"
