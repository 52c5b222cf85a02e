"""Kind `image`: draws icons from the one master drawing over the files that upstream has."""

from collections.abc import Iterator

from scripts.lib import drawing
from scripts.lib.files import Files
from scripts.lib.settings.steps import Icon, ImageStep
from scripts.lib.steps.fitting import Applied, DoesNotFit, Problem, StepContext, refuse, targets


def apply(step: ImageStep, files: Files, context: StepContext) -> Applied:
    """Return every icon as it is drawn; raises DoesNotFit with all problems of the drawing or all missing targets."""
    master = _master(step, context)
    icons = list(_icons(step, context))
    missing = [problem for icon in icons for problem in _missing(step, icon, files)]
    if missing:
        raise refuse(step.id, *missing)
    drawn = {icon.path: drawing.icon_bytes(master, icon, context.cache) for icon in icons}
    return Applied(step=step.id, changes=drawn, matches=len(drawn))


def verify(step: ImageStep, files: Files, context: StepContext) -> list[str]:
    """Return every icon that is not there, not of its format and size, or not what is drawn."""
    master = _master(step, context)
    return [
        f"{icon.path}: {wrong}" for icon in _icons(step, context) if (wrong := _wrong(master, icon, files, context))
    ]


def _icons(step: ImageStep, context: StepContext) -> Iterator[Icon]:
    return (icon for icon in step.icons if icon.versions is None or icon.versions.holds(context.version))


def _master(step: ImageStep, context: StepContext) -> bytes:
    path = context.customizations / step.drawing
    try:
        master = path.read_bytes()
        drawing.check(master)
    except FileNotFoundError:
        raise refuse(step.id, Problem("invalid", f"{path}: there is no such drawing", step.drawing)) from None
    except drawing.NotADrawing as error:
        raise refuse(step.id, Problem("invalid", f"{path}: {error}", step.drawing)) from None
    return master


def _missing(step: ImageStep, icon: Icon, files: Files) -> Iterator[Problem]:
    try:
        targets(step.id, icon.path, files)
    except DoesNotFit as failure:
        yield from failure.problems


def _wrong(master: bytes, icon: Icon, files: Files, context: StepContext) -> str | None:
    data = files.read(icon.path)
    if data is None:
        return "is not there"
    if wrong := drawing.differs(data, icon):
        return wrong
    return None if data == drawing.icon_bytes(master, icon, context.cache) else "is not the icon that the drawing gives"
