"""Who still uses an old folder."""

from pathlib import Path
from typing import Any

import pytest

from scripts.lib.engine import Made
from scripts.lib.migration import users

OLD = Path("/opt/app")


def made(**said: Any) -> Made:
    usual: dict[str, Any] = {"name": "web", "reference": "app:1", "image_id": None, "labels": {}, "environment": {}}
    usual |= {"running": True, "ports": frozenset(), "mounts": {}, "folder": ""}
    return Made(**usual | said)


@pytest.mark.parametrize(
    ("said", "uses"),
    [
        ({"mounts": {"/opt/app": "/opt/app"}}, True),
        ({"mounts": {"/data": "/opt/app/data"}}, True),
        ({"mounts": {"/host": "/opt"}, "folder": "/host/app/backend"}, True),
        ({"mounts": {"/host": "/"}, "folder": "/host/opt/app"}, True),
        ({"mounts": {"/host": "/"}}, False),
        ({"mounts": {"/host": "/opt"}, "folder": "/host/other"}, False),
        ({"mounts": {"/data": "/opt/apples"}}, False),
        ({"mounts": {"/data": "app-data"}}, False),
        ({"labels": {users.STARTED_FROM: "/opt/app"}}, True),
        ({"labels": {users.STARTED_FROM: "/opt/other"}}, False),
    ],
)
def test_a_container_uses_the_folder_that_it_has_or_was_started_from(said: dict[str, Any], uses: bool) -> None:
    assert bool(users.of(OLD, [made(**said)])) == uses


def test_only_what_runs_keeps_it_from_being_moved() -> None:
    mounts = {"/opt/app": "/opt/app"}
    every = [made(name="web", mounts=mounts), made(name="db", mounts=mounts, running=False), made(name="other")]
    assert users.running(OLD, every) == ["web runs on /opt/app"]
    assert [one.name for one in users.of(OLD, every)] == ["web", "db"]


def test_a_program_that_has_a_file_open_is_named(tmp_path: Path) -> None:
    old = tmp_path / "old"
    (old / "data").mkdir(parents=True)
    for number, target in (("12", old / "data/app.db"), ("13", tmp_path / "other")):
        (tmp_path / "proc" / number / "fd").mkdir(parents=True)
        (tmp_path / "proc" / number / "fd/3").symlink_to(target)
        (tmp_path / "proc" / number / "comm").write_text("uvicorn\n")
    (tmp_path / "proc/14").mkdir()
    (tmp_path / "proc/self").mkdir()
    assert users.programs(old, tmp_path / "proc") == [f"process 12 (uvicorn) has {old}/data/app.db open"]


def test_values_of_containers_are_gathered() -> None:
    every = [made(environment={"KEY": value}) for value in ("a", "b", "a", "")]
    assert users.values(every, ["KEY", "OTHER"]) == {"KEY": {"a", "b"}, "OTHER": set()}
