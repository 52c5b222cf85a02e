"""One task a stage; `pre` is the order. A chain is told by PRODUCT=… ENVIRONMENT=…; flags bind to one task alone."""

import sys

from invoke.collection import Collection
from invoke.context import Context
from invoke.tasks import call, task

from scripts.lib.commands.stage import stage

UNSET = {"product": "", "environment": ""}
"""A task called by another has no flags; worded as on the command line, so that Invoke runs it once in a chain."""
ONE = {"product": "for this task alone; for a chain set PRODUCT", "environment": "likewise; for a chain ENVIRONMENT"}


@task(help=ONE)
def fetch(c: Context, product: str = "", environment: str = "") -> None:
    """Bring the locked upstream sources into an isolated workspace."""
    c.run(stage("fetch", product=product, environment=environment))


@task(pre=[call(fetch, **UNSET)], help=ONE)
def validate(c: Context, product: str = "", environment: str = "") -> None:
    """Check every customization against the upstream, before anything is written."""
    c.run(stage("validate", product=product, environment=environment))


@task(pre=[call(validate, **UNSET)], help=ONE | {"undo": "take back one step (then run alone, without the chain)"})
def customize(c: Context, product: str = "", environment: str = "", undo: str = "") -> None:
    """Apply all customizations, a checkpoint each, or none."""
    c.run(stage("customize", product=product, environment=environment, undo=undo))


@task(pre=[call(customize, undo="", **UNSET)], help=ONE)
def build(c: Context, product: str = "", environment: str = "") -> None:
    """Build the image from the customized tree."""
    c.run(stage("build", product=product, environment=environment))


@task(pre=[call(build, **UNSET)], help=ONE)
def smoke(c: Context, product: str = "", environment: str = "") -> None:
    """Start the image as an environment would and look at every proof."""
    c.run(stage("smoke", product=product, environment=environment))


@task(pre=[call(smoke, **UNSET)], help=ONE)
def gate(c: Context, product: str = "", environment: str = "") -> None:
    """Decide whether this image may be published for the environment."""
    c.run(stage("gate", product=product, environment=environment))


@task(pre=[call(gate, **UNSET)], help=ONE)
def publish(c: Context, product: str = "", environment: str = "") -> None:
    """Push exactly the image that was proven, tag it, read it back."""
    c.run(stage("publish", product=product, environment=environment))


@task(help=ONE)
def join(c: Context, product: str = "", environment: str = "") -> None:
    """Make one image of what was published for several architectures, and tag it."""
    c.run(stage("join", product=product, environment=environment))


ENV = {"init": "write it, with fresh secrets", "check": "look, before a container starts"}
ENV |= {"from_": "with --init: an older file to take settings from; may be given several times"}


@task(help=ONE | ENV, iterable=["from_"])
def env(
    c: Context, from_: list[str], init: bool = False, check: bool = False, product: str = "", environment: str = ""
) -> None:
    """Make the file of an environment's settings and secrets, or look at it."""
    c.run(stage("env", init=init, check=check, from_=from_, product=product, environment=environment))


@task(help={"environment": "a file of compose/environments/", "adopt": "an older deployment's volume"})
def deploy(c: Context, environment: str, adopt: str = "", product: str = "") -> None:
    """Start what was published for ENVIRONMENT and prove it where users reach it."""
    c.run(stage("deploy", environment=environment, adopt=adopt, product=product))


MIGRATE = {"from_": "the folder of the old stack", "dry_run": "show what would be done"}


@task(help=ONE | MIGRATE)
def migrate(c: Context, from_: str = "", dry_run: bool = False, product: str = "", environment: str = "") -> None:
    """Move the data of an older stack into the environment's volumes."""
    c.run(stage("migrate", from_=from_, dry_run=dry_run, product=product, environment=environment))


@task(help=ONE | {"follow": "go on until Ctrl-C"})
def logs(c: Context, follow: bool = False, product: str = "", environment: str = "") -> None:
    """Show what the running stack says."""
    c.run(stage("logs", follow=follow, product=product, environment=environment))


@task(help=ONE)
def stop(c: Context, product: str = "", environment: str = "") -> None:
    """Stop the running stack; its data stay."""
    c.run(stage("stop", product=product, environment=environment))


@task(help=ONE)
def restart(c: Context, product: str = "", environment: str = "") -> None:
    """Start the stack again as it is, and wait until it is healthy."""
    c.run(stage("restart", product=product, environment=environment))


@task(help=ONE | {"to": "a folder that is not there yet", "keep": "remove older ones but the newest N"})
def backup(c: Context, to: str = "", keep: str = "", product: str = "", environment: str = "") -> None:
    """Copy the data of the stack, while it runs, with its settings and secrets into a folder."""
    c.run(stage("backup", to=to, keep=keep, product=product, environment=environment))


@task(help=ONE | {"backup": "a folder that `invoke backup` made", "replace": "what is there, which is copied first"})
def restore(c: Context, backup: str, replace: bool = False, product: str = "", environment: str = "") -> None:
    """Put a backup back into a stack that does not run."""
    c.run(stage("restore", backup=backup, replace=replace, product=product, environment=environment))


@task(help=ONE | {"version": "this release instead of the newest"})
def update(c: Context, product: str = "", environment: str = "", version: str = "") -> None:
    """Move the lock to the newest upstream release on which all customizations hold."""
    c.run(stage("update", product=product, environment=environment, version=version))


RELEASES = {
    "last": "the newest N releases",
    "since": "that one and all after it",
    "all": "all that product.yaml allows",
}


@task(help=RELEASES | {"ref": "a branch, tag or commit instead", "product": "a folder of customizations/"})
def compat(c: Context, last: str = "", since: str = "", all: bool = False, ref: str = "", product: str = "") -> None:
    """See on which upstream releases the customizations hold, without building any."""
    c.run(stage("compat", last=last, since=since, all=all, ref=ref, product=product))


@task(help=ONE | {"runs": "how many (default: 3)", "before": "measure the way before, too"})
def bench_start(c: Context, runs: str = "", before: bool = False, product: str = "", environment: str = "") -> None:
    """Measure how long the stack takes to start: from nothing, again, after all of it was killed."""
    c.run(stage("bench_start", runs=runs, before=before, product=product, environment=environment))


@task(help=ONE)
def report(c: Context, product: str = "", environment: str = "") -> None:
    """Write what was built, how it was proven and what it looks like as one page."""
    c.run(stage("report", product=product, environment=environment))


@task(help=ONE)
def status(c: Context, product: str = "", environment: str = "") -> None:
    """Show what is here: records, images, what is out of date, the last runs."""
    c.run(stage("status", product=product, environment=environment))


@task(help=ONE)
def licence(c: Context, product: str = "", environment: str = "") -> None:
    """Show on which basis each environment re-brands, and how many people use what runs."""
    c.run(stage("licence", product=product, environment=environment))


@task(help=ONE | {"bases": "the base images too"})
def clean(c: Context, product: str = "", environment: str = "", bases: bool = False) -> None:
    """Remove workspaces, records and our own containers and images; never volumes."""
    c.run(stage("clean", product=product, environment=environment, bases=bases))


LINE = (fetch, validate, customize, build, smoke, gate, publish)
TARGET = (env, migrate, deploy, logs, stop, restart, backup, restore)
namespace = Collection(*LINE, join, *TARGET, update, compat, bench_start, licence, report, status, clean)
namespace.configure({"run": {"pty": sys.stdout.isatty(), "in_stream": False}})
