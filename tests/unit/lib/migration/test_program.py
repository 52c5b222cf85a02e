"""What a product's program is given of the new stack."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from scripts.lib.errors import SettingsInvalid
from scripts.lib.migration.program import Program
from scripts.lib.secret import Secret
from scripts.lib.settings.migration import MigrationSettings, ServiceVariable

SERVICES = {"app": {"environment": {"PORT": "9099", "HOME": "https://kb", "EMPTY": None}}, "bare": {}}


def program(tmp_path: Path, **settings: ServiceVariable | str | None) -> Program:
    (tmp_path / "migration").mkdir()
    (tmp_path / "migration/__main__.py").touch()
    target: Any = SimpleNamespace(
        selection=SimpleNamespace(checkout=SimpleNamespace(customizations=tmp_path)),
        resolved=SimpleNamespace(services=SERVICES),
        read_env=lambda: None,
        environment=lambda file, images: {"TOKEN": Secret("s3cret"), "PORT": "3000"},
    )
    told = MigrationSettings(volumes=("data",), owner="1:2", settings=settings)
    return Program(target, told, Path("/opt/old"), "image")


def test_it_is_told_what_services_get_and_what_the_file_says(tmp_path: Path) -> None:
    given = program(
        tmp_path,
        PORT=ServiceVariable(service="app"),
        KB_HOME=ServiceVariable(service="app", variable="HOME"),
        EMPTY=ServiceVariable(service="app", usual="usual"),
        LACKS=ServiceVariable(service="bare"),
        TOKEN=None,
        OTHER="else",
        NONE=None,
    )._environment()
    assert {name: str(value) for name, value in given.items() if not name.startswith(("MIGRATION_", "PYTHON"))} == {
        "PORT": "9099",
        "KB_HOME": "https://kb",
        "EMPTY": "usual",
        "TOKEN": "[REDACTED]",
        "OTHER": "else",
    }
    assert given["MIGRATION_FROM"] == "/opt/old"
    assert given["MIGRATION_OWNER"] == "1:2"


def test_a_service_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match=r"migration\.settings\.PORT: the compose files have no service web"):
        program(tmp_path, PORT=ServiceVariable(service="web"))._environment()


def test_a_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    given = program(tmp_path)
    (tmp_path / "migration/__main__.py").unlink()
    with pytest.raises(SettingsInvalid, match=r"__main__\.py: there is no such file"):
        Program(given._target, given._settings, Path("/opt/old"), "image")
