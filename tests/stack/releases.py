"""Releases in a registry of the tests' own, as people pull them: a tag each for every image."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from scripts.lib import engine, shell
from scripts.lib.settings.environment import EmbeddedRegistry
from tests.lamb_tree import PRODUCT, LambLine, a_lamb_line
from tests.stack.conftest import Built, references


def push(registry: str, images: Mapping[str, str], tag: str) -> None:
    """Push images under a tag; afterwards this machine's engine no longer has them under that name."""
    for name, reference in images.items():
        there = f"{registry}/{name}:{tag}"
        engine.tag(reference, there)
        shell.run(["docker", "push", "--quiet", there], timeout=300)
        engine.remove_image(there)


@contextmanager
def registry(built: Built) -> Iterator[str]:
    """Give the place of a registry that answers, `localhost:PORT`; it goes with the line."""
    from scripts.lib import bases, embedded_registry

    settings, place = built.selection.environment.registry, built.selection.checkout
    assert isinstance(settings, EmbeddedRegistry)
    base = embedded_registry.base(settings)
    embedded_registry.ensure(settings, lambda: bases.ensure(base, "auto", place).reference)
    yield f"localhost:{settings.port}"


NEXT = "0.6.1"
CHANGED = "\n\n@app.get('/next', include_in_schema=False)\nasync def next_release():\n    return {'next': True}\n"
"""What the next release can do, before the front end takes every other address."""
ANCHOR = '@app.get("/status")'


@contextmanager
def release_of(source: Path, folder: Path) -> Iterator[Mapping[str, str]]:
    """Build another real LAMB in a checkout of its own."""
    with a_lamb_line(folder, source) as line:
        line.invoke("build")
        yield references(line)


@contextmanager
def changed_release(built: Built, folder: Path) -> Iterator[Mapping[str, str]]:
    """Build the tree's next release, with a change of its back end and another version, in a checkout of its own."""
    root = Path(shutil.copytree(built.line.root, folder / "checkout", symlinks=True))
    line = LambLine(PRODUCT, root, built.line.cache, built.line.port)
    main = line.tree / "backend/main.py"
    text = main.read_text()
    assert text.count(ANCHOR) == 1
    main.write_text(text.replace(ANCHOR, f"{CHANGED.strip()}\n\n\n{ANCHOR}"))
    version = line.tree / "frontend/svelte-app/scripts/generate-version.js"
    version.write_text(version.read_text().replace("version: '0.6'", f"version: '{NEXT}'"))
    try:
        line.stage("update")
        line.invoke("build")
        yield references(line)
    finally:
        line.stage("clean")
