"""Checks of what an application does: they are found in a product's package, and what they raise is what is told."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from scripts.lib.errors import CommandFailed, SettingsInvalid
from smoke.functions.checks import Function, load, look
from smoke.functions.ground import Ground
from smoke.site import NotSeen

IMPORTS = "from smoke.functions.checks import check\n"
GROUND = cast(Ground, object())
Package = Callable[..., Path]


def a_check(stand: str, name: str, function: str = "one") -> str:
    return f"\n@check({stand!r}, {name!r})\ndef {function}(ground):\n    return 'seen'\n"


@pytest.fixture
def package(tmp_path: Path) -> Package:
    def write(**modules: str) -> Path:
        folder = tmp_path / "acme/functions"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "__init__.py").write_text("\n".join(f"from . import {name}" for name in modules))
        for name, text in modules.items():
            (folder / f"{name}.py").write_text(IMPORTS + text)
        return folder

    return write


def test_checks_come_in_the_order_of_their_modules_and_within_them(package: Package) -> None:
    chats = a_check("plain", "c", "z") + a_check("plain", "d", "a")
    folder = package(people=a_check("plain", "b") + a_check("plain", "a", "two"), chats=chats)
    assert [one.name for one in load(folder, ["plain"])] == ["b", "a", "c", "d"]


def test_what_a_module_takes_from_another_is_no_second_check(package: Package) -> None:
    folder = package(people=a_check("plain", "a"), chats="from .people import one\n" + a_check("plain", "b", "two"))
    assert [one.name for one in load(folder, ["plain"])] == ["a", "b"]


def test_a_package_read_again_is_as_its_files_are_now(package: Package) -> None:
    load(package(people=a_check("plain", "a")), ["plain"])
    folder = package(people=a_check("plain", "another name"))
    assert [one.name for one in load(folder, ["plain"])] == ["another name"]


def test_a_check_of_no_stand_a_doubled_name_and_a_stand_without_checks_are_all_told(package: Package) -> None:
    folder = package(people=a_check("plian", "a") + a_check("plain", "b", "two") + a_check("plain", "b", "three"))
    with pytest.raises(SettingsInvalid) as failure:
        load(folder, ["plain", "full"])
    assert failure.value.problems == (
        f"{folder}: 'a': there is no stand 'plian'",
        f"{folder}: the check 'b' stands twice",
        f"{folder}: no check looks at the stand 'full'",
    )


def test_a_folder_without_a_package_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match=r"acme/functions/__init__.py: there is no such file"):
        load(tmp_path / "acme/functions", ["plain"])


def looked(run: Callable[[Ground], Any]) -> tuple[bool, str]:
    check = look(Function("a name", "plain", run), GROUND)
    assert (check.name, check.layer, check.step) == ("a name", "function", None)
    return check.passed, check.evidence


def test_what_was_seen_is_the_evidence() -> None:
    assert looked(lambda _: "three pieces") == (True, "three pieces")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (NotSeen("no piece came"), "no piece came"),
        (CommandFailed("the sidecar models is gone", hint="run again"), "the sidecar models is gone"),
        (KeyError("role"), "an answer had another form than expected: KeyError: 'role'"),
        (TypeError("no list"), "an answer had another form than expected: TypeError: no list"),
    ],
)
def test_what_is_not_seen_is_told(error: Exception, told: str) -> None:
    def run(_: Ground) -> str:
        raise error

    assert looked(run) == (False, told)


def test_a_fault_of_a_check_itself_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        looked(lambda _: str(1 // 0))
