"""After a deploy that failed: what serves, a clear state, the record, and the failure that tells all of it."""

from scripts.lib import console, engine, shell
from scripts.lib.commands import compose
from scripts.lib.deploy import stack, starting
from scripts.lib.deploy.deployments import Serves
from scripts.lib.deploy.run import Run
from scripts.lib.errors import DeployFailed, Failure, NothingServes
from scripts.lib.secret import redact


def settle(run: Run, failure: Failure) -> Failure:
    """Return DeployFailed where the release before serves; else stop what was not proven and return NothingServes."""
    problems = [redact(problem, run.target.secrets()) for problem in failure.problems]
    try:
        run.switched = run.switched and not _untouched(run)
        if run.stopped and not run.switched:
            shell.run(compose.start(run.target.stack), cwd=run.target.selection.checkout.out)
            starting.await_healthy(run.target, {})
        if _before_serves(run):
            run.keep("failed", "previous", problems[0])
            return DeployFailed([*problems, f"the release before serves at {run.target.url}"], hint=failure.hint)
        told = [*(_stop(run) if run.switched else ()), f"nothing serves at {run.target.url}", *_way_back(run)]
        run.keep("failed", "nothing", problems[0])
    except Failure as second:
        told = [*second.problems, "what serves now could not be seen to"]
    return NothingServes([*problems, *told], hint=failure.hint)


def leave(run: Run) -> None:
    """Leave a broken-off deploy: what was stopped for the copy alone is started again, and what serves is said."""
    serves: Serves = "previous" if run.ran else "nothing"
    if run.switched:
        console.note(f"  {run.target.stack} was not seen to the end; run the deploy again")
        return
    if run.stopped:
        # the engine may still be at stopping it, so that a mere start would come too early
        shell.run(compose.restart(run.target.stack), cwd=run.target.selection.checkout.out)
        console.note(f"  {run.target.stack} was stopped for the copy and is started again as it was")
    run.keep("failed", serves, "it was broken off before anything changed")


def _untouched(run: Run) -> bool:
    """Tell whether the containers are still those that ran before, so that no data met anything else."""
    return run.ran and run.before == {one.container for one in stack.services(run.target.stack)}


def _before_serves(run: Run) -> bool:
    """Tell whether exactly the release before answers."""
    if run.previous is None or run.switched:
        return False
    exact = not stack.run_exactly(stack.services(run.target.stack), run.target.wanted(run.previous))
    return exact and starting.answers(run.target)


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
    return [*said, *(f"{volume} as it was before is in volume {copy}" for copy, volume in run.copies.items())]


def _way_back(run: Run) -> list[str]:
    """Word how the release before is started by hand, where there is one."""
    if run.previous is None or run.previous == run.images:
        return []
    given = run.target.given(run.previous)
    argv = compose.without(run.target.strangers(given), compose.up(run.target.command), given)
    return [f"the release before starts with: {shell.echo(argv)}"]
