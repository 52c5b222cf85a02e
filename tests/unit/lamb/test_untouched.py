"""The old stack's own files stay as they are, so that it can run beside the new one, and be gone back to."""

from collections.abc import Iterator
from pathlib import Path

from scripts.lib.files import pattern
from scripts.lib.settings.selection import ROOT, select

FOLDER = ROOT / "customizations/lamb"

OLD = (
    "docker-compose-example.yaml",
    "docker-compose-workers.yaml",
    "docker-compose.firecrawl.yaml",
    "docker-compose.next.yaml",
    "docker-compose.prod.yaml",
    "docker-compose.yaml",
    "docker-compose.yml",
    "Caddyfile",
    ".env.example",
    "backend/.env.example",
    "lamb-kb-server-stable/backend/.env.example",
)
"""What the trees of LAMB start their old stacks from."""


def test_no_step_touches_what_the_old_stack_starts_from() -> None:
    steps = select("lamb", "dev").every_step
    paths = {step.id: step.path for step in steps if hasattr(step, "path")}
    assert paths.keys() == {step.id for step in steps}, "a step without a path may touch anything"
    folders = {step.id: step.source for step in steps if hasattr(step, "source")}
    laid = {step: list(files_below(FOLDER / source)) for step, source in folders.items()}
    touched = {step: [path, *(f"{path}/{name}" for name in laid.get(step, ()))] for step, path in paths.items()}
    assert any(len(of) > 1 for of in touched.values()), "no folder is laid into the tree"
    assert [
        (s, name) for s, globs in touched.items() for name in OLD if any(pattern(g).fullmatch(name) for g in globs)
    ] == []


def files_below(path: Path) -> Iterator[str]:
    """Yield the names of a folder's files; none of a file."""
    return (str(one.relative_to(path)) for one in path.rglob("*") if one.is_file())
