"""What LAMB's containers refuse to start with, told all at once, and what follows from their settings."""

import kb_start
import lamb_settings
import library_start
import openwebui_start
import own_settings
import pytest

from tests.lamb_settings import settings

LAMB = {
    "LAMB_WEB_HOST": "https://lamb.test",
    "OWI_PATH": "/data/openwebui",
    "OWI_BASE_URL": "http://openwebui:8080",
    "OWI_ADMIN_NAME": "Admin",
    "OWI_ADMIN_EMAIL": "admin@lamb.test",
    "OWI_ADMIN_PASSWORD": "a password of our own",
    "LAMB_JWT_SECRET": "a secret of our own",
    "LAMB_BEARER_TOKEN": "a token of our own",
    "LAMB_KB_SERVER_TOKEN": "another token of our own",
    "SIGNUP_SECRET_KEY": "a key of our own",
}


def told(environment: dict[str, str]) -> list[str]:
    return [problem for problem in lamb_settings.problems(environment) if problem]


def test_settings_that_are_well_are_taken() -> None:
    assert told(LAMB) == []
    old_names = {
        "PIPELINES_HOST": "http://a.test",
        "WEBUI_SECRET_KEY": "s3cr3t of ours",
        "PIPELINES_BEARER_TOKEN": "t0",
    }
    new_names = {"LAMB_WEB_HOST", "LAMB_JWT_SECRET", "LAMB_BEARER_TOKEN"}
    assert told({name: value for name, value in LAMB.items() if name not in new_names} | old_names) == []


def test_everything_that_is_missing_is_told_at_once() -> None:
    said = told({})
    assert len(said) == len(LAMB)
    assert "LAMB_WEB_HOST or PIPELINES_HOST: must be set" in said
    assert "LAMB_JWT_SECRET or WEBUI_SECRET_KEY or WEBUI_JWT_SECRET_KEY: must be set" in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LAMB_JWT_SECRET", "t0p-s3cr3t"),
        ("LAMB_BEARER_TOKEN", "0p3n-w3bu!"),
        ("LAMB_KB_SERVER_TOKEN", " 0p3n-w3bu! "),
        ("SIGNUP_SECRET_KEY", "pepino-secret-key"),
        ("LTI_SECRET", "lamb-lti-secret-key-2024"),
        ("LTI_GLOBAL_SECRET", "lamb-lti-secret-key-2024"),
        ("OWI_ADMIN_PASSWORD", "Admin"),
    ],
)
def test_a_value_that_everybody_knows_is_refused(name: str, value: str) -> None:
    assert told(LAMB | {name: value}) == [f"{name}: has a value that LAMB's guides publish, so everybody knows it"]


def test_the_librarys_token_is_asked_for_where_there_is_a_library() -> None:
    library = {"LAMB_LIBRARY_SERVER": "http://library-manager:9091", "LAMB_LIBRARY_TOKEN": "change-me"}
    assert [one.split(":")[0] for one in told(LAMB | library)] == ["LAMB_LIBRARY_TOKEN"]
    assert told(LAMB | library | {"LAMB_LIBRARY_SERVER_ENABLE": "disable"}) == []


@pytest.mark.parametrize(("workers", "well"), [("", True), ("1", True), ("64", True), ("0", False), ("4x", False)])
def test_workers_are_a_number(workers: str, well: bool) -> None:
    assert (told(LAMB | {"LAMB_WORKERS": workers}) == []) is well


def test_a_port_is_one() -> None:
    assert told(LAMB | {"PORT": "90990"}) == ["PORT: '90990' is no whole number from 1 to 65535"]


def test_lamb_asks_itself_at_its_own_port_and_gets_what_its_code_dies_without() -> None:
    given = lamb_settings.completed(LAMB | {"PORT": "9199", "LAMB_DB_PREFIX": "", "OPENAI_MODEL": ""})
    assert given["LAMB_BACKEND_HOST"] == given["LAMB_LITESHELL_URL"] == "http://127.0.0.1:9199"
    assert (given["OPENAI_API_KEY"], given["OPENAI_MODEL"]) == ("", "gpt-4o-mini")
    assert given["LAMB_DB_PREFIX"] == "", "an empty prefix is meant, and is another than none"
    assert lamb_settings.completed({"LAMB_BACKEND_HOST": "http://x"})["LAMB_BACKEND_HOST"] == "http://x"


@pytest.mark.parametrize(
    ("service", "name"),
    [
        (kb_start, "LAMB_API_KEY"),
        (library_start, "LAMB_API_TOKEN"),
        (openwebui_start, "WEBUI_SECRET_KEY"),
    ],
)
def test_the_others_need_a_secret_of_their_own(service: object, name: str) -> None:
    problems = getattr(service, "problems")  # noqa: B009  three modules with one function of that name
    assert any(problems({}))
    assert any(problems({name: "0p3n-w3bu!"}))
    assert any(problems({name: "t0p-s3cr3t"}))
    assert not any(problems({name: "one of our own"}))


def test_what_is_refused_is_told_whole_with_the_way_on(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        own_settings.refuse("kb", [None, "LAMB_API_KEY: must be set", "PORT: 'x' is no whole number"])
    assert ended.value.code == own_settings.EXIT
    said = capsys.readouterr().err
    assert said.startswith("kb: LAMB_API_KEY: must be set\nkb: PORT: 'x' is no whole number\nhint: ")
    own_settings.refuse("kb", [None, None])


def test_the_server_logs_requests_only_where_asked_to(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr("own_settings.os.execvpe", lambda _, argv, environment: started.append(argv))
    own_settings.serve({}, "main:app", 9090)
    own_settings.serve({"UVICORN_ACCESS_LOG": "true"}, "main:app", 9090, ["--workers", "4"])
    plain = ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "9090"]  # noqa: S104  within a container
    assert started == [[*plain, "--no-access-log"], [*plain, "--workers", "4"]]


def test_what_the_check_before_a_start_knows_as_published_no_container_takes() -> None:
    assert {value.lower() for value in settings().published} <= own_settings.PUBLISHED
