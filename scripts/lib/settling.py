"""After a deploy that failed: what serves, a clear state, the record, and the failure that tells all of it."""

from scripts.lib import engine, shell, stack
from scripts.lib.commands import compose
from scripts.lib.deploy_run import Run
from scripts.lib.errors import DeployFailed, Failure, NothingServes
from scripts.lib.secret import redact


def settle(run: Run, failure: Failure) -> Failure:
    """Return DeployFailed where the release before serves; else stop what was not proven and return NothingServes."""
    problems = [redact(problem, run.target.secrets()) for problem in failure.problems]
    try:
        if _before_serves(run):
            run.keep("failed", "previous", problems[0])
            return DeployFailed([*problems, f"the release before serves at {run.target.url}"], hint=failure.hint)
        told = [*(_stop(run) if run.switched else ()), f"nothing serves at {run.target.url}", *_way_back(run)]
        run.keep("failed", "nothing", problems[0])
    except Failure as second:
        told = [*second.problems, "what serves now could not be seen to"]
    return NothingServes([*problems, *told], hint=failure.hint)


def _before_serves(run: Run) -> bool:
    """Start again what was stopped for the copy alone, and see whether exactly the release before answers."""
    target, previous = run.target, run.previous
    if run.stopped and not run.switched:
        shell.run(compose.start(target.stack), cwd=target.selection.checkout.out)
        stack.await_healthy(target.stack, target.health, target.start_seconds)
    if previous is None or (run.switched and previous == run.images):
        return False
    exact = not stack.run_exactly(stack.services(target.stack), target.wanted(previous))
    return exact and stack.answers(target.health)


def _stop(run: Run) -> list[str]:
    """Stop what was not proven, keep its log, and word where log and data are."""
    checkout, said = run.target.selection.checkout, []
    found = stack.services(run.target.stack)
    for one in found:
        log = checkout.log(f"deploy-{one.service}")
        log.write_text(redact(engine.logs(one.container), run.target.secrets()))
        said.append(f"{one.service} was stopped; its full log is {log}")
    if found:
        shell.run(compose.stop(run.target.stack), cwd=checkout.out)
    return [*said, *(f"{volume} as it was before is in volume {copy}" for volume, copy in run.copies.items())]


def _way_back(run: Run) -> list[str]:
    """Word how the release before is started by hand, where there is one."""
    if run.previous is None or run.previous == run.images:
        return []
    words = [f"{name}={value}" for name, value in run.target.given(run.previous).items()]
    return [f"the release before starts with: {shell.echo(['env', *words, *compose.up(run.target.command)])}"]
