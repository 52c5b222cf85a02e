"""Proofs on a running deployment: its customizations are seen where users reach it; only what reads is looked at."""

from scripts.lib import console, records, tags
from scripts.lib.errors import GateRefused, RecordMissing
from scripts.lib.records import Release, Source, Tree
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


def prove(selection: Selection, url: str, front: str, source: Source, tree: Tree) -> int:
    """Look at every read-only proof of image `front` at `url`; returns how many there were, all of them seen."""
    from smoke.checks import look, plan
    from smoke.subject import subject_at

    planned = plan(selection.steps, selection.product.images[front], source.version, deployed=True)
    with console.part(f"look at {len(planned)} proofs at {url}"), subject_at(url, selection, source, tree) as subject:
        checks = [look(one, subject) for one in planned]
    failed = [f"{c.step or 'image'}: {c.name}: {c.evidence}" for c in checks if not c.passed]
    if failed:
        raise GateRefused(failed, hint="run: invoke smoke")
    return len(checks)
