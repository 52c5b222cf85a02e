"""Every problem of a file of settings, before a container starts."""

from typing import Any

import pytest

from scripts.lib.deploy import env_check, env_file
from scripts.lib.deploy.env_check import Facts
from scripts.lib.settings.deploy import DeploySettings

SETTINGS = DeploySettings.model_validate(
    {
        "front": "app",
        "volumes": ["data"],
        "variables": {
            "SECRET": {"required": True, "secret": True, "at_least": 8},
            "LOGIN": {"stored": "login.enable", "boolean": True},
            "HOST": {"when": "LOGIN", "stored": "login.host"},
            "PASSWORD": {"secret": True, "stored": "login.password"},
            "KEEP": {},
            "URLS": {"stored": "urls"},
            "URL": {"stored": "urls", "yields_to": "URLS"},
            "OLD": {"at_least": 8, "adopted_from": "/old", "secret": True},
            "NAME": {"form": "host"},
            "SITE": {"form": "url", "translate": {"//localhost": "//outside", "/+$": ""}},
            "WORKERS": {"form": "number"},
            "TLS": {"form": "email", "one_of": ["internal"]},
            "LEVEL": {"one_of": ["LOW", "HIGH"]},
            "TOKEN": {"secret": True, "formerly": ["KEY", "OLD_TOKEN"]},
            "OTHER_NAME": {"form": "host", "unlike": "NAME"},
            "OWN_PORT": {"form": "number", "yields_to": "PORT"},
        },
        "published": ["0pen", "admin"],
        "gone": {"FOLDER": "nothing runs from a folder"},
        "stored": {"program": "stored.py", "volume": "data", "at": "/data", "overruled_by": "KEEP"},
    }
)
NAMES = set(SETTINGS.variables) | {"NEEDED"}
GOOD = "SECRET=long enough\n"


def facts(text: str = GOOD, **said: Any) -> Facts:
    usual: dict[str, Any] = {
        "settings": SETTINGS,
        "file": env_file.parse(text),
        "mode": 0o600,
        "template": {**dict.fromkeys(NAMES, ""), "ORPHAN": "", "URLS": "https://<host>/v1", "HOST": "(a=b)"},
        "passed": NAMES | {"STACK"},
        "given": {"STACK": "tiny", "PORT": "3000"},
        "files": ["a.yaml", "b.yaml"],
    }
    return Facts(**usual | said)


def test_a_good_file_has_no_problem() -> None:
    assert env_check.problems(facts(GOOD + "LOGIN=true\nHOST=ldap\nURLS=http://a\n")) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "SECRET: is missing"),
        ("SECRET=\n", "line 1: SECRET: is missing"),
        ("SECRET=short\n", "line 1: SECRET: has 5 characters, it needs 8"),
        ("SECRET='<your secret>'\n", "line 1: SECRET: is still the template's another value"),
        (GOOD + "URLS=http://<host>/\n", 'line 2: URLS: is still the template\'s "http://<host>/"'),
        (GOOD + "URLS=CHANGE_ME\n", 'line 2: URLS: is still the template\'s "CHANGE_ME"'),
        (GOOD + "LOGIN=True\n", "HOST: is missing, and LOGIN is true"),
        (
            GOOD + "URLS=\n",
            "line 2: URLS: is empty; begin the line with #URLS= for the application's own, or write URLS=''",
        ),
        (GOOD + "LOGIN=1\n", 'line 2: LOGIN: is "1", it must be true or false'),
        (GOOD + "LOGIN=yes\n", 'line 2: LOGIN: is "yes", it must be true or false'),
        (GOOD + "URLS=https://<host>/v2\n", 'line 2: URLS: is still the template\'s "https://<host>/v2"'),
        (GOOD + "HOST=ldap.your-domain.com\n", 'line 2: HOST: is still the template\'s "ldap.your-domain.com"'),
        (GOOD + "PASSWORD=your-ldap-app-password-here\n", "line 2: PASSWORD: is still the template's another value"),
        (GOOD + "HOTS=a\n", "line 2: HOTS: is not known, did you mean 'HOST'?"),
        (GOOD + "ORPHAN=a\n", "line 2: ORPHAN: reaches no container: no compose file passes it on"),
        (GOOD + "STACK=a\n", "line 2: STACK: is given by the environment's settings (deploy), not here"),
        (GOOD + "nothing\n", "line 2: is not NAME=value"),
        (
            GOOD + "NAME=https://a.pt/\n",
            'line 2: NAME: is "https://a.pt/", it must be a host such as app.example.org, without https:// and path',
        ),
        (GOOD + "SITE=a.pt\n", 'line 2: SITE: is "a.pt", it must be an address such as https://app.example.org'),
        (
            GOOD + "SITE=http://localhost:1/\n",
            'line 2: SITE: is "http://localhost:1/", which means nothing here: write "http://outside:1"',
        ),
        (GOOD + "WORKERS=two\n", 'line 2: WORKERS: is "two", it must be a whole number'),
        (GOOD + "WORKERS=''\n", 'line 2: WORKERS: is "", it must be a whole number'),
        (GOOD + "TLS=external\n", 'line 2: TLS: is "external", it must be an e-mail address or internal'),
        (GOOD + "LEVEL=low\n", 'line 2: LEVEL: is "low", it must be LOW or HIGH'),
        (GOOD + "TOKEN=0pen\n", "line 2: TOKEN: is a value that everybody knows"),
        (GOOD + "PASSWORD=admin\n", "line 2: PASSWORD: is a value that everybody knows"),
        (GOOD + "TOKEN=a\nKEY=a\n", "line 3: KEY: is now called TOKEN"),
        (GOOD + "OLD_TOKEN=a\n", "line 2: OLD_TOKEN: is now called TOKEN"),
        (GOOD + "TOKEN=a\nKEY=b\n", "line 3: KEY: is now called TOKEN, which has another value in line 2: TOKEN"),
        (GOOD + "NAME=a\nOTHER_NAME=a\n", "line 3: OTHER_NAME: is that of NAME, it must be another"),
        (
            GOOD + "OWN_PORT=4000\n",
            "line 2: OWN_PORT: has no effect: a deploy gives 3000 (deploy of the environment)",
        ),
        (GOOD + "FOLDER=/opt\n", "line 2: FOLDER: has no meaning any more: nothing runs from a folder"),
        (
            GOOD + "COMPOSE_FILE=a.yaml\n",
            "line 2: COMPOSE_FILE: is a.yaml, a deploy takes a.yaml:b.yaml (product.yaml)",
        ),
    ],
)
def test_a_problem_is_told_with_its_place(text: str, problem: str) -> None:
    assert env_check.problems(facts(text)) == [problem]


@pytest.mark.parametrize(
    "line",
    [
        "HOST='(&(uid<=5)(gid>=3))'",
        "PASSWORD='x<y>z'",
        "HOST=''",
        "LOGIN=TRUE\nHOST=a",
        "LOGIN=False",
        "OLD=short",
        "NAME=10.0.0.7\nOTHER_NAME=intranet",
        "SITE=https://a.pt:8443/path",
        "SITE=''",
        "KEEP=admin",
        "TLS=internal",
        "TLS=ana@uni.pt",
        "OWN_PORT=3000",
        "COMPOSE_FILE=a.yaml:b.yaml\nCOMPOSE_PROFILES=models",
    ],
)
def test_what_only_looks_wrong_is_let_pass(line: str) -> None:
    assert env_check.problems(facts(f"{GOOD}{line}\n")) == []


def test_what_the_compose_files_demand_is_missed_with_their_own_words() -> None:
    demanded = {"NEEDED": "the name of the site", "SECRET": "run it", "STACK": "given", "KEEP": ""}
    assert env_check.problems(facts("KEEP=\n", demanded=demanded)) == [
        "SECRET: is missing",
        "line 1: KEEP: is missing",
        "NEEDED: is missing: the name of the site",
    ]
    assert env_check.problems(facts(GOOD + "KEEP=1\nNEEDED=a\n", demanded=demanded)) == []


def test_a_short_secret_of_an_older_deployment_is_told_and_stops_nothing() -> None:
    assert env_check.weak(facts(GOOD + "OLD=short\n")) == ["line 2: OLD: has 5 characters, it needs 8"]
    assert env_check.weak(facts()) == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_file_that_others_can_read_is_told(mode: int) -> None:
    (problem,) = env_check.problems(facts(mode=mode))
    assert f"{mode:04o}" in problem


def test_all_problems_come_at_once() -> None:
    assert len(env_check.problems(facts("SECRET=short\nHOTS=a\nORPHAN=\nLOGIN=true\nx\n", mode=0o644))) == 7


@pytest.mark.parametrize(
    ("text", "stored", "told"),
    [
        ("LOGIN=true", {"login.enable": True}, []),
        (
            "LOGIN=true",
            {"login.enable": False},
            ["line 1: LOGIN: has no effect: the database holds false as login.enable"],
        ),
        ("LOGIN=true", {}, []),
        ("LOGIN=true", None, []),
        ("HOST=389", {"login.host": 389}, []),
        ("URLS=http://a/; http://b", {"urls": ["http://a", "http://b"]}, []),
        (
            "URLS=http://c",
            {"urls": ["http://a"]},
            ['line 1: URLS: has no effect: the database holds ["http://a"] as urls'],
        ),
        ("URLS=http://a", {"urls": ["http://b", "http://a"]}, []),
        (
            "URLS=http://a; http://c",
            {"urls": ["http://a"]},
            ['line 1: URLS: has no effect: the database holds ["http://a"] as urls'],
        ),
        (
            "PASSWORD=new",
            {"login.password": "old"},
            ["line 1: PASSWORD: has no effect: the database holds another value as login.password"],
        ),
        ("URLS=http://a\nURL=http://other", {"urls": ["http://a"]}, []),
        ("LOGIN=true\nKEEP=false", {"login.enable": False}, []),
    ],
)
def test_what_the_database_overrules_is_told(text: str, stored: Any, told: list[str]) -> None:
    assert env_check.shadowed(facts(text, stored=stored)) == told
