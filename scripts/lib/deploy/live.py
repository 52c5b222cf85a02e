"""Proofs on a running deployment: its customizations are seen where users reach it; only what reads is looked at."""

from scripts.lib import console, loopback, records, tags
from scripts.lib.deploy import trust
from scripts.lib.deploy.target import Target
from scripts.lib.errors import GateRefused, RecordMissing
from scripts.lib.records import Check, Release, Source, Tree
from scripts.lib.settings.selection import Selection


def material(selection: Selection, release: Release, front: str) -> tuple[Source, Tree]:
    """Return the records that say what must be seen; raises RecordMissing unless they are those of the release."""
    source = records.need(selection.checkout, Source, "fetch")
    tree = records.need(selection.checkout, Tree, "customize")
    named = tags.by_tree(release.version, tree.customization, tree.tree, release.architecture)
    if named not in release.images[front].tags:
        raise RecordMissing(
            f"the customized tree here, {tree.tree[:12]}, is not the one that was published as "
            f"{release.images[front].tags[0]}",
            hint=f"run: ENVIRONMENT={release.environment} invoke publish",
        )
    return source, tree


def prove(target: Target, source: Source, tree: Tree) -> int:
    """Look at every read-only proof of the front where users reach it, and of the other images where this machine does.

    Returns how many there were, all of them seen.
    """
    checks = [check for name, url in _reached(target).items() for check in _looked_at(target, name, url, source, tree)]
    failed = [f"{c.step or 'image'}: {c.name}: {c.evidence}" for c in checks if not c.passed]
    if failed:
        raise GateRefused(failed, hint="run: invoke smoke")
    return len(checks)


def _reached(target: Target) -> dict[str, str]:
    """Return the base URL of each image that is reached: the front's first, and those that publish their port."""
    front, found = target.settings.front, {target.settings.front: target.url}
    for name in target.runs:
        port = target.published(target.service_of(name)) if name != front else None
        if port is not None:
            found[name] = f"http://{loopback.ADDRESS}:{port}"
    return found


def _looked_at(target: Target, name: str, url: str, source: Source, tree: Tree) -> list[Check]:
    from smoke.checks import look, plan
    from smoke.subject import subject_at

    selection = target.selection
    planned = plan(selection.steps, selection.product.images[name], source.version, name=name, deployed=True)
    at = subject_at(url, selection, source, tree, verify=trust.of(target)())
    with console.part(f"look at {len(planned)} proofs at {url}"), at as subject:
        return [look(one, subject) for one in planned]
