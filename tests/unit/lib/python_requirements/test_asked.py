"""What is asked for is our list of this version, with upstream's versions; and a lock says what it was asked for."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scripts.lib.errors import CommandFailed
from scripts.lib.files import FileMap
from scripts.lib.python_requirements import lock
from scripts.lib.python_requirements.asked import Asked, asked
from scripts.lib.settings.locks import PythonLock
from scripts.lib.settings.requirements import RequirementsList

UPSTREAM = b"fastapi==0.111.0\nPyJWT[crypto]==2.8\nopenai==2.14\nyt-dlp>=2024.1.1\nnumpy==1.26\npeewee==3.17.8\n"
PACKAGES: dict[str, dict[str, Any]] = {
    "fastapi": {},
    "pyjwt": {"extras": ["crypto"], "imports": ["jwt"]},
    "openai": {"pin": "==2.20"},
    "yt_dlp": {"loose": "old ones read no site any more"},
    "requests": {},
    "peewee": {"sdist": "there is no wheel of it"},
    "langsmith": {"versions": {"from": "0.6"}},
}
SETTINGS = {"lock": "a.lock", "list": "requirements/a.yaml", "upstream": "requirements.txt", "code": ["*.py"]}


def ours(packages: dict[str, Any] = PACKAGES) -> RequirementsList:
    return RequirementsList.model_validate({"packages": packages})


def settings(**more: Any) -> PythonLock:
    return PythonLock.model_validate(SETTINGS | more)


def text(version: str, **more: Any) -> list[str]:
    one = asked(settings(**more), FileMap({"requirements.txt": UPSTREAM}), ours(), version)
    return one.content.decode().splitlines()


def test_listed_packages_are_asked_for_in_the_versions_that_upstream_says() -> None:
    assert text("0.2") == [
        "fastapi==0.111.0",
        "openai==2.20",
        "peewee==3.17.8",
        "pyjwt[crypto]==2.8",
        "requests",
        "yt_dlp",
        "# built from its source: peewee",
    ]


def test_a_package_of_other_versions_is_not_asked_for() -> None:
    assert "langsmith" not in text("0.5")
    assert "langsmith" in text("0.6")


def test_without_a_list_of_upstreams_nothing_but_pins_is_said_of_versions() -> None:
    assert text("0.2", upstream=None)[:3] == ["fastapi", "openai==2.20", "peewee"]


def test_without_a_list_of_ours_upstreams_is_asked_for_as_it_is() -> None:
    alone = PythonLock(lock="a.lock", upstream="requirements.txt")
    assert asked(alone, FileMap({"requirements.txt": UPSTREAM}), None, "0.2") == Asked(
        UPSTREAM, "requirements.txt", alone
    )


def test_a_tree_without_the_list_is_told() -> None:
    with pytest.raises(CommandFailed, match=r"images.a.source.python.upstream: the tree has no requirements.txt"):
        asked(settings(), FileMap({}), ours(), "0.2", "images.a.source.python")


def current(tmp_path: Path, one: Asked, other: Asked) -> bool:
    """Tell whether a lock of `one` is a lock of `other`."""
    (tmp_path / "a.lock").write_text(f"{lock._head(one)}fastapi==0.111.0\n")
    return lock.is_current(tmp_path / "a.lock", other)


def test_a_lock_is_of_what_it_was_asked_for_and_of_nothing_else(tmp_path: Path) -> None:
    files = FileMap({"requirements.txt": UPSTREAM})
    one = asked(settings(before="2026-06-12"), files, ours(), "0.2")
    assert current(tmp_path, one, one)
    reasons = {name: package | {"reason": "for another package"} for name, package in PACKAGES.items()}
    assert current(tmp_path, one, asked(settings(before=date(2026, 6, 12)), files, ours(reasons), "0.2"))
    others = [
        asked(settings(before="2026-06-13"), files, ours(), "0.2"),
        asked(settings(before="2026-06-12", python="3.11.2"), files, ours(), "0.2"),
        asked(settings(before="2026-06-12"), files, ours(), "0.6"),
        asked(settings(before="2026-06-12"), FileMap({"requirements.txt": UPSTREAM + b"requests==2\n"}), ours(), "0.2"),
        asked(settings(before="2026-06-12"), files, ours(PACKAGES | {"peewee": {}}), "0.2"),
    ]
    assert [current(tmp_path, one, other) for other in others] == [False] * len(others)
    assert not lock.is_current(tmp_path / "none.lock", one)


def test_the_lock_of_upstreams_own_list_says_so(tmp_path: Path) -> None:
    alone = asked(
        PythonLock(lock="a.lock", upstream="b/requirements.txt"), FileMap({"b/requirements.txt": b"a\n"}), None, "1"
    )
    first, second = lock._head(alone).splitlines()
    assert first == "# Written by `invoke update` from b/requirements.txt, for Python 3.11."
    assert second.startswith("# sha256 of that file: ")
