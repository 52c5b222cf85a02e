"""How LAMB starts: what its front end is told, what it waits for, and when people can work with it."""

import json
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import lamb_admins
import lamb_config
import lamb_open_webui
import lamb_probe
import pytest

EMAIL = "admin@lamb.test"


def made(path: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)
    return path


def tables(leave_out: str = "") -> list[str]:
    """Statements that make Open WebUI's tables with the columns that LAMB uses."""
    return [
        f'CREATE TABLE "{table}" ({", ".join(sorted(used - {leave_out}))})'
        for table, used in lamb_open_webui.USED.items()
        if table != leave_out
    ]


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Settings whose Open WebUI answers."""
    monkeypatch.setattr(lamb_open_webui, "answer_problem", lambda url, contains: None)
    owi = "http://openwebui:8080"
    return {
        "OWI_PATH": str(tmp_path),
        "OWI_BASE_URL": owi,
        "OWI_ADMIN_EMAIL": EMAIL,
        "LAMB_RUNTIME_PATH": str(tmp_path),
    }


def read(script: str) -> dict[str, dict[str, Any]]:
    """What a browser makes of it."""
    body = script.removeprefix("window.LAMB_CONFIG = ").removesuffix(";\n")
    found: dict[str, dict[str, Any]] = json.loads(body)
    return found


@pytest.mark.parametrize(
    "value", ["</script><script>alert(1)</script>", "a'b\"c\\d", "<!--", "a\u2028\u2029b", "\\g<0>", "é&"]
)
def test_no_value_ends_the_script_or_changes(value: str) -> None:
    script = lamb_config.script({"LAMB_WEB_HOST": value, "LAMB_FRONTEND_BASE_URL": value})
    assert not set(script) & set("<>&\u2028\u2029")
    assert read(script)["api"]["lambServer"] == value.strip()
    assert read(script)["api"]["baseUrl"] == value.strip()


def test_the_front_end_is_told_what_the_settings_say() -> None:
    told = read(lamb_config.script({"LAMB_WEB_HOST": "https://a.pt", "OWI_BASE_URL": "http://openwebui:8080"}))
    assert told["api"] == {
        "baseUrl": "/creator",
        "lambServer": "https://a.pt",
        "openWebUiServer": "http://openwebui:8080",
    }
    assert told["features"] == {"enableOpenWebUi": True, "enableDebugMode": False, "enableLibraries": True}
    changed = {"LAMB_ENABLE_OPENWEBUI": "false", "LAMB_ENABLE_DEBUG": "1", "LAMB_LIBRARY_SERVER_ENABLE": "DISABLE"}
    assert read(lamb_config.script(changed))["features"] == {
        "enableOpenWebUi": False,
        "enableDebugMode": True,
        "enableLibraries": False,
    }


def test_the_page_names_the_commit_of_the_image() -> None:
    built = {"LAMB_VERSION": "0.6", "LAMB_COMMIT": "a4836f140d51994b5e3d", "LAMB_BUILT": "2026-11-28T01:02:03+00:00"}
    assert read(lamb_config.script(built))["build"] == {
        "version": "0.6",
        "commit": "a4836f140d51",
        "branch": "release",
        "buildDate": "2026-11-28",
    }


def test_the_script_is_there_whole_or_as_it_was(tmp_path: Path) -> None:
    lamb_config.write({"LAMB_WEB_HOST": "https://a.pt"}, tmp_path)
    lamb_config.write({"LAMB_WEB_HOST": "https://b.pt"}, tmp_path)
    assert "https://b.pt" in (tmp_path / "config.js").read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["config.js"]


def test_open_webui_can_be_worked_with_when_it_answers_and_its_tables_are_there(
    environment: dict[str, str], tmp_path: Path
) -> None:
    made(tmp_path / "webui.db", *tables())
    assert lamb_open_webui.problem(environment) is None


def test_a_database_that_is_missing_or_half_migrated_is_waited_for(environment: dict[str, str], tmp_path: Path) -> None:
    assert "webui.db: is missing, though Open WebUI answers" in (lamb_open_webui.problem(environment) or "")
    path = made(tmp_path / "webui.db", *tables(leave_out="model"))
    assert "has no model.access_control, " in (lamb_open_webui.problem(environment) or "")
    path.unlink()
    made(path, *tables(leave_out="user_ids"))
    assert lamb_open_webui.problem(environment) == (
        f"{path}: has no group.user_ids; it is not the database of Open WebUI 0.5.6"
    )


def test_it_is_told_every_ten_seconds_what_is_waited_for(capsys: pytest.CaptureFixture[str]) -> None:
    now = [0.0]

    def later(seconds: float) -> None:
        now[0] += seconds

    def until(end: float) -> Callable[[Mapping[str, str]], str | None]:
        return lambda _: "no answer" if now[0] < end else None

    lamb_open_webui.wait({}, until(25), lambda: now[0], later)
    assert capsys.readouterr().out.splitlines() == [
        f"lamb: waits for Open WebUI since {seconds} s: no answer" for seconds in (0, 10, 20)
    ]
    lamb_open_webui.wait({}, until(0), lambda: now[0], later)
    assert capsys.readouterr().out == ""


@pytest.fixture
def state(tmp_path: Path, environment: dict[str, str]) -> dict[str, str]:
    """Both databases, without anybody."""
    lamb = made(tmp_path / "lamb_v4.db", "CREATE TABLE LAMB_Creator_users (user_email)")
    made(tmp_path / "webui.db", "CREATE TABLE user (id, email, role)", "CREATE TABLE auth (id, active)")
    return {"database": str(lamb), "prefix": "LAMB_"}


def test_both_administrators_are_missed(environment: dict[str, str], state: dict[str, str]) -> None:
    said = lamb_admins.problems(environment, state)
    assert [one.partition(": ")[2] for one in said] == [
        f"LAMB's administrator {EMAIL} is missing",
        f"Open WebUI's administrator {EMAIL} is missing",
    ]
    assert lamb_admins.problems(environment | {"LAMB_OWI_READ_ONLY": "true"}, state) == said[:1]


def test_both_administrators_are_found(environment: dict[str, str], state: dict[str, str], tmp_path: Path) -> None:
    made(tmp_path / "lamb_v4.db", f"INSERT INTO LAMB_Creator_users VALUES ('{EMAIL}')")
    made(
        tmp_path / "webui.db",
        f"INSERT INTO user VALUES (1, '{EMAIL.title()}', 'admin')",
        "INSERT INTO auth VALUES (1, 1)",
    )
    assert lamb_admins.problems(environment, state) == []


def test_who_is_no_administrator_does_not_count(
    environment: dict[str, str], state: dict[str, str], tmp_path: Path
) -> None:
    made(tmp_path / "lamb_v4.db", f"INSERT INTO LAMB_Creator_users VALUES ('{EMAIL}')")
    made(tmp_path / "webui.db", f"INSERT INTO user VALUES (1, '{EMAIL}', 'user')", "INSERT INTO auth VALUES (1, 1)")
    assert [one.partition(": ")[2] for one in lamb_admins.problems(environment, state)] == [
        f"Open WebUI's administrator {EMAIL} is missing"
    ]


def test_lamb_is_not_ready_while_it_waits_or_migrates(environment: dict[str, str], tmp_path: Path) -> None:
    assert "webui.db: is missing" in str(next(lamb_probe.problems(environment)))
    made(tmp_path / "webui.db", *tables())
    assert list(lamb_probe.problems(environment)) == ["lamb: the database is being brought to this version"]


def test_everything_that_lamb_needs_is_asked(
    environment: dict[str, str], state: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    (tmp_path / lamb_admins.STATE).write_text(json.dumps(state))
    monkeypatch.setattr(lamb_probe, "answer_problem", lambda url, contains: asked.append(url))
    monkeypatch.setattr(lamb_probe, "database_problem", lambda path: asked.append(path.name))
    monkeypatch.setattr(lamb_probe, "folder_problem", lambda path: asked.append(path.name))
    others = {"LAMB_KB_SERVER": "http://kb:9090/", "LAMB_LIBRARY_SERVER": "http://library-manager:9091"}
    list(lamb_probe.problems(environment | others | {"PORT": "9199"}))
    itself = "http://127.0.0.1:9199"
    assert asked == [
        *(f"{itself}{path}" for path in ("/status", "/", "/config.js")),
        "lamb_v4.db",
        "public",
        "webui.db",
        *("http://openwebui:8080/health/db", "http://kb:9090/health", "http://library-manager:9091/health"),
    ]
    asked.clear()
    list(lamb_probe.problems(environment | {"LAMB_OWI_READ_ONLY": "true"}))
    assert "webui.db" not in asked
