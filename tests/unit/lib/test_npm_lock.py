"""Whether an npm lock is of a package.json, and that it names no registry."""

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.lib import npm_lock
from scripts.lib.errors import CommandFailed
from scripts.lib.files import FileMap
from scripts.lib.settings.locks import NpmLock

PACKAGE = {"name": "app", "version": "1.0.0", "dependencies": {"a": "^1"}, "devDependencies": {"b": "2"}}
SETTINGS = NpmLock(lock="package-lock.json", package="front/package.json", base="node")


@pytest.mark.parametrize(
    ("changes", "current"),
    [
        ({}, True),
        ({"version": "2.0.0", "scripts": {"build": "vite"}}, True),
        ({"optionalDependencies": {}}, True),
        ({"dependencies": {"a": "^2"}}, False),
        ({"devDependencies": {}}, False),
        ({"peerDependencies": {"c": "1"}}, False),
    ],
)
def test_a_lock_is_of_what_the_package_asks_for(tmp_path: Path, changes: dict[str, Any], current: bool) -> None:
    lock = tmp_path / "package-lock.json"
    lock.write_text(json.dumps({"lockfileVersion": 3, "packages": {"": PACKAGE, "node_modules/a": {}}}))
    assert npm_lock.is_current(lock, json.dumps(PACKAGE | changes).encode()) is current


@pytest.mark.parametrize("text", [None, "", "{}", "[", '{"packages": {}}'])
def test_what_is_no_lock_is_of_nothing(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "package-lock.json").write_text(text)
    assert not npm_lock.is_current(tmp_path / "package-lock.json", json.dumps(PACKAGE).encode())


def test_a_lock_names_no_registry_and_keeps_what_comes_from_elsewhere() -> None:
    registered = {"version": "1.0.0", "resolved": "https://registry.test/a/-/a-1.0.0.tgz", "integrity": "sha512-x"}
    elsewhere = {"version": "1.0.0", "resolved": "git+ssh://git@host.test/b.git#1234"}
    given = {"packages": {"": PACKAGE, "node_modules/a": registered, "node_modules/b": elsewhere}}
    text = npm_lock.neutral(json.dumps(given))
    assert json.loads(text)["packages"]["node_modules/a"] == {"version": "1.0.0", "integrity": "sha512-x"}
    assert json.loads(text)["packages"]["node_modules/b"] == elsewhere
    assert text.endswith("}\n")


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, "images.a.source.npm.package: the tree has no front/package.json"),
        ({"front/package.json": b"{"}, "front/package.json: is no JSON: "),
    ],
)
def test_a_package_that_cannot_be_read_is_told(files: dict[str, bytes], told: str) -> None:
    with pytest.raises(CommandFailed) as failure:
        npm_lock.asked(FileMap(files), SETTINGS, "images.a.source.npm")
    assert failure.value.problems[0].startswith(told)
