"""Fingerprints: of a whole tree, and of every place in it that a customization looks at."""

from collections.abc import Iterable
from pathlib import Path

from scripts.lib.files import FileMap, matching
from scripts.lib.records import digest_of
from scripts.lib.settings.steps import ImageStep, PatchStep, Step
from scripts.lib.unpack import Manifest


def of_tree(manifest: Manifest) -> str:
    """Return one sha256 over every path and content."""
    return digest_of(*(part for item in sorted(manifest.items()) for part in item))


def of_points(
    steps: Iterable[Step], manifest: Manifest, version: str, customizations: Path
) -> dict[str, dict[str, str]]:
    """Return per step that applies to `version` the sha256 of each file that it looks at."""
    files = FileMap(dict.fromkeys(manifest, b""))
    return {
        step.id: {path: manifest[path] for glob in looks_at(step, customizations) for path in matching(files, glob)}
        for step in steps
        if step.versions is None or step.versions.holds(version)
    }


def looks_at(step: Step, customizations: Path) -> list[str]:
    """Return the paths and globs of the tree that a step looks at, sorted."""
    if isinstance(step, ImageStep):
        return sorted(icon.path for icon in step.icons)
    if isinstance(step, PatchStep):
        return _patched(customizations / step.patch)
    return [step.path, f"{step.path}/**"] if step.kind == "overlay" else [step.path]


def _patched(patch: Path) -> list[str]:
    """Return the files that a unified diff names; none where there is no such diff, which `validate` reports."""
    if not patch.is_file():
        return []
    lines = patch.read_text(errors="replace").splitlines()
    named = [line[4:].split("\t")[0] for line in lines if line.startswith(("--- ", "+++ "))]
    return sorted({name.removeprefix("a/").removeprefix("b/") for name in named} - {"/dev/null"})
