"""The one entry to a deploy, for every trigger: look, plan, act, look again.

A deploy that fails leaves a clear state: where the release before can still serve, it does; else everything of the
stack is stopped, its data as it was left, and the copy that was made before named.
"""

import time

from scripts.lib import bases, console, embedded_registry, engine, records, registry_login, shell
from scripts.lib.cli import Done
from scripts.lib.commands import compose
from scripts.lib.deploy import adoption, deployments, live, readiness, restoring, stack, starting, volumes
from scripts.lib.deploy import target as targets
from scripts.lib.deploy.deployments import DeployedImage
from scripts.lib.deploy.plan import Plan, Seen, carried, decide
from scripts.lib.deploy.run import Run, Wish
from scripts.lib.deploy.settling import leave, settle
from scripts.lib.errors import Failure, GateRefused
from scripts.lib.migration import store as migrations
from scripts.lib.records import Release
from scripts.lib.registry_login import Login
from scripts.lib.settings.environment import EmbeddedRegistry
from scripts.lib.settings.selection import Selection


def deploy(selection: Selection, wish: Wish) -> Done:
    """Bring the environment's release to its target; raises DeployFailed or NothingServes where that fails."""
    target = targets.of(selection)
    release = records.need(selection.checkout, Release, "publish", selection.environment.environment)
    proof = live.material(selection, release, target.settings.front)
    with deployments.lock(selection.product.product, target.stack, "deploy") as store:
        restoring.require_ended(target.stack)
        migrations.require_ended(store)
        run = Run(target, release, wish, store, proof, store.all())
        plan = _plan(run)
        if plan.up_to_date:
            console.result(target.url)
            return Done(f"{run.summary()} up to date", up_to_date=True)
        try:
            _act(run, plan)
        except Failure as failure:
            raise settle(run, failure) from failure
        except BaseException:
            leave(run)
            raise
        done = f"{run.summary()}, healthy after {console.seconds(run.healthy or 0)}, {run.proofs} proofs seen"
        run.keep("done", "this", done)
    console.result(target.url)
    return Done(done)


def _plan(run: Run) -> Plan:
    """Look at everything and decide; nothing is changed, and every problem of the settings is told at once."""
    target, running = run.target, stack.services(run.target.stack)
    stack.require_ours(target.stack, running)
    problems, weak = readiness.look(target, running)
    readiness.require(target, problems)
    if run.wish.adopt:
        adoption.require(run.wish.adopt, target)
    image = readiness.image(target, running, run.release)
    run.asked = image is not None
    for line in (*weak, *readiness.shadowed(target, image, run.wish.adopt)):
        console.note(f"  {target.env_file}: {line}")
    return decide(
        Seen(
            product=target.selection.product.product,
            environment=target.selection.environment.environment,
            stack=target.stack,
            version=run.release.version,
            inputs=target.inputs(run.release),
            history=run.history,
            images={one.image_id for one in running if one.image_id},
            volumes=set(engine.labelled("volume", {volumes.COPY_OF: ""})),
            exact=not stack.run_exactly(running, target.wanted(run.images)),
            answers=starting.answers(target),
            filled={volume for volume in target.volumes() if volumes.has_data(volume)},
            half_adopted=adoption.half(target, run.history),
            adopt=run.wish.adopt,
            now=run.began,
        )
    )


def _act(run: Run, plan: Plan) -> None:
    """Do what is planned, and look again."""
    found = stack.services(run.target.stack)
    run.before, run.ran = frozenset(one.container for one in found), any(one.state.running for one in found)
    there = engine.labelled("volume", {volumes.COPY_OF: ""})
    run.copies = {copy: volume for copy, volume in carried(run.history).items() if copy in there}
    for image in run.images.values():
        bring(run.target.selection, image)
    if not run.asked:
        for line in readiness.shadowed(run.target, run.front, run.wish.adopt):
            console.note(f"  {run.target.env_file}: {line}")
    # from here on things change
    if run.wish.adopt:
        adoption.adopt(run.wish.adopt, run.target, run.front, run.began)
    _copy(run, plan)
    _switch(run)
    run.proofs = live.prove(run.target, *run.proof)


def bring(selection: Selection, image: DeployedImage) -> None:
    """Pull an image by its digest where the engine does not have it, and see that it is the one that was proven."""
    if engine.image_id(image.reference) == image.image_id:
        return
    login = _registry(selection)
    with console.part(f"pull {image.reference}"):
        engine.pull(image.reference, (login.username, login.password) if login else None)
    found = engine.image_id(image.reference)
    if found != image.image_id:
        raise GateRefused(f"{image.reference} is {found}, proven was {image.image_id}", hint="run: invoke publish")


def _registry(selection: Selection) -> Login | None:
    """See to it that the embedded registry answers; return the login of another one, where somebody gave it."""
    settings, checkout = selection.environment.registry, selection.checkout
    if not isinstance(settings, EmbeddedRegistry):
        return registry_login.find(settings)
    base = embedded_registry.base(settings)
    embedded_registry.ensure(settings, lambda: bases.ensure(base, selection.environment.bases, checkout).reference)
    return None


def _copy(run: Run, plan: Plan) -> None:
    """Copy the volumes that another version will meet, with nobody writing to them."""
    if not plan.copies:
        return
    target = run.target
    console.note(f"  {plan.because}")
    volumes.remove_unfinished()
    sizes = volumes.require_room(plan.copies, run.front)
    if run.ran:
        run.keep("begun", "nothing", "it was broken off while data were copied")
        run.stopped = True
        shell.run(compose.stop(target.stack), cwd=target.selection.checkout.out)
    for volume, copy in plan.copies.items():
        volumes.require_unused(volume)
        labels = {"graft.product": target.selection.product.product, volumes.COPY_OF: volume}
        with console.part(f"copy {volume} to {copy}"):
            volumes.copy(volume, copy, labels, run.front, facts={"because": plan.because, "bytes": sizes[volume]})
        run.copies[copy] = volume
        console.note(f"  the data as it was is in volume {copy}")


def _switch(run: Run) -> None:
    """Start the release and wait until it is healthy and exactly what was published."""
    target = run.target
    run.switched = True
    run.keep("begun", "nothing", "it was broken off")
    with console.part(f"start {target.stack}"):
        began = time.monotonic()
        starting.await_healthy(target, starting.up(target, target.environment(target.read_env(), run.images)))
        run.healthy = time.monotonic() - began
    other = stack.run_exactly(stack.services(target.stack), target.wanted(run.images))
    if other:
        raise GateRefused(other, hint="does somebody else deploy to this stack?")
