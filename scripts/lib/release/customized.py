"""A product's release with the changes of its customized tree, laid out for the image's build."""

from scripts.lib import workspace
from scripts.lib.records import Source, Tree, digest_of
from scripts.lib.release.opening import open_bundle
from scripts.lib.release.projection import TreeChange, project
from scripts.lib.release.site import Site, lay_out
from scripts.lib.settings.images import Release
from scripts.lib.settings.selection import Selection
from scripts.lib.settings.steps import Step
from scripts.lib.steps import StepContext


def customized_site(selection: Selection, source: Source, tree: Tree, release: Release) -> Site:
    """Project the changes of the workspace into the release and lay it out in `out/<product>/site`.

    Raises ProjectionRefused where a change cannot be projected exactly, or the release is not built as expected.
    """
    checkout, fetched = selection.checkout, source.sources[release.source]
    bundle = open_bundle(fetched, source.version, release, checkout.cache)
    before = workspace.base_files(checkout.workspace, source.base)
    after = workspace.base_files(checkout.workspace, "HEAD")
    change = TreeChange(before, after, _changing_steps(selection, source, tree))
    changes = project(bundle, change, release, StepContext(checkout.customizations, source.version, checkout.cache))
    tag = digest_of(tree.tree, fetched.resolved)[:12]
    return lay_out(bundle, changes, tag, release, checkout.out / "site")


def _changing_steps(selection: Selection, source: Source, tree: Tree) -> dict[str, tuple[Step, ...]]:
    """Return, for every file that differs from the upstream's, the steps that changed it."""
    by_id = {step.id: step for step in selection.steps}
    differ = workspace.changed_files(selection.checkout.workspace, source.base, "HEAD")
    return {
        path: tuple(by_id[s.step] for s in tree.steps if any(f.path == path for f in s.files) and s.step in by_id)
        for path in differ
    }
