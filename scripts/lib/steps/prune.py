"""Steps of kind `prune`: remove files, exactly as many as the step says."""

from scripts.lib.files import Files, matching
from scripts.lib.settings.steps import PruneStep
from scripts.lib.steps.fitting import Applied, MisFit, Problem, StepContext, refuse, targets

SHOWN = 20


def apply(step: PruneStep, files: Files, context: StepContext) -> Applied:  # noqa: ARG001
    """Remove what the glob matches; raises DoesNotFit where that is another number of files."""
    found = targets(step.id, step.path, files)
    if len(found) != step.count:
        status: MisFit = "ambiguous" if len(found) > step.count else "gone"
        more = ", …" if len(found) > SHOWN else ""
        listed = ", ".join(found[:SHOWN]) + more
        message = f"{step.path}: matches {len(found)} files, not {step.count}: {listed}"
        raise refuse(step.id, Problem(status, message, step.path, len(found)))
    return Applied(step.id, dict.fromkeys(found), len(found))


def verify(step: PruneStep, files: Files, context: StepContext) -> list[str]:  # noqa: ARG001
    """Tell which of the files are there all the same."""
    return [f"{path}: is still there" for path in matching(files, step.path)]
