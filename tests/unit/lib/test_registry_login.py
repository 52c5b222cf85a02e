"""Where the login for a registry comes from."""

import base64
import json
from pathlib import Path

import pytest

from scripts.lib import registry_login, shell
from scripts.lib.errors import SettingsInvalid
from scripts.lib.registry_login import Login
from scripts.lib.secret import Secret
from scripts.lib.settings.environment import RemoteRegistry

REMOTE = RemoteRegistry(kind="remote", host="r.example")


@pytest.fixture(autouse=True)
def _own_docker_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.delenv("REGISTRY_USERNAME", raising=False)
    monkeypatch.delenv("REGISTRY_PASSWORD", raising=False)
    monkeypatch.delenv("STAGING", raising=False)


def test_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.json").write_text("{}")
    monkeypatch.setenv("REGISTRY_USERNAME", "ada")
    monkeypatch.setenv("REGISTRY_PASSWORD", "pw")
    assert registry_login.find(REMOTE) == Login("ada", Secret("pw"))


def test_half_a_login_names_the_missing_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTRY_USERNAME", "ada")
    with pytest.raises(SettingsInvalid, match="REGISTRY_PASSWORD is not set"):
        registry_login.find(REMOTE)


@pytest.mark.parametrize(
    ("host", "login"), [("r.example", Login("ada", Secret("of-staging"))), ("other.example", None)]
)
def test_who_we_are_in_staging_we_are_at_its_host_alone(
    host: str, login: Login | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAGING", "R.example/team")
    monkeypatch.setenv("STAGING_USERNAME", "ada")
    monkeypatch.setenv("STAGING_PASSWORD", "of-staging")
    assert registry_login.find(RemoteRegistry(kind="remote", host=host)) == login


def test_a_login_of_its_own_comes_before_that_of_staging(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAGING", "r.example")
    for name in ("REGISTRY_USERNAME", "REGISTRY_PASSWORD"):
        monkeypatch.setenv(name, "own")
    for name in ("STAGING_USERNAME", "STAGING_PASSWORD"):
        monkeypatch.setenv(name, "of-staging")
    assert registry_login.find(REMOTE) == Login("own", Secret("own"))


def test_without_any_there_is_none() -> None:
    assert registry_login.find(REMOTE) is None


@pytest.mark.parametrize(("host", "key"), [("r.example", "r.example"), ("docker.io", "https://index.docker.io/v1/")])
def test_dockers_own_store_is_read(tmp_path: Path, host: str, key: str) -> None:
    auth = base64.b64encode(b"ada:p:w").decode()
    (tmp_path / "config.json").write_text(json.dumps({"auths": {key: {"auth": auth}}}))
    assert registry_login.find(RemoteRegistry(kind="remote", host=host)) == Login("ada", Secret("p:w"))


def test_a_credential_helper_is_asked_on_its_stdin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"credHelpers": {"r.example": "pass"}, "credsStore": "other"}))
    asked: list[tuple[list[str], bytes]] = []

    def run(argv: list[str], *, stdin: bytes, **_: object) -> shell.Completed:
        asked.append((argv, stdin))
        return shell.Completed(0, json.dumps({"Username": "ada", "Secret": "pw"}))

    monkeypatch.setattr(shell, "run", run)
    assert registry_login.find(REMOTE) == Login("ada", Secret("pw"))
    assert asked == [(["docker-credential-pass", "get"], b"r.example")]


def test_a_helper_that_knows_nothing_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"credsStore": "pass"}))
    monkeypatch.setattr(shell, "run", lambda *_, **__: shell.Completed(1, "credentials not found"))
    assert registry_login.find(REMOTE) is None


def test_a_broken_store_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(SettingsInvalid, match=r"config\.json: "):
        registry_login.find(REMOTE)


def test_a_password_is_never_printed() -> None:
    assert "pw" not in repr(Login("ada", Secret("pw")))
