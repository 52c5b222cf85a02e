"""LAMB's settings: the template, the compose files, product.yaml and the page of documentation say the same."""

import re

import pytest

from scripts.lib.deploy import env_file, env_translate
from scripts.lib.deploy.env_translate import Known, Translation
from scripts.lib.settings.selection import ROOT
from tests.lamb_settings import COMPOSE, TEMPLATE, files, fresh, problems, settings

DOCUMENTED = set(env_file.template_values(TEMPLATE))
PAGE = (ROOT / "docs/lamb-environment.md").read_text()
FURTHER = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", PAGE.partition("## Further settings")[2]))
OF_COMPOSE = {"COMPOSE_FILE", "COMPOSE_PROFILES"}
PROD = ("docker-compose.next.yaml", "docker-compose.next.library.yaml", "docker-compose.next.prod.yaml")
HOSTS = {"LAMB_PUBLIC_HOST": "lamb.uni.pt", "OWI_PUBLIC_HOST": "chat.uni.pt", "CADDY_TLS": "ana@uni.pt"}
PLAIN = {"COMPOSE_FILE": ":".join(PROD)}
SECRETS = [name for name, known in settings().variables.items() if known.secret and known.required]
DIES_OF = (
    *("LLM_REQUEST_TIMEOUT", "LLM_CONNECT_TIMEOUT", "LLM_MAX_CONNECTIONS", "OLLAMA_REQUEST_TIMEOUT", "LAMB_WORKERS"),
    *("MAX_CONCURRENT_INGESTION_TASKS", "INGESTION_TASK_TIMEOUT_SECONDS", "LM_MAX_JOB_ATTEMPTS"),
    *("LIBRARY_MANAGER_MAX_CONCURRENT_IMPORTS", "LIBRARY_MANAGER_IMPORT_TIMEOUT", "MAX_UPLOAD_SIZE_BYTES"),
)
"""Settings that upstream's programs read with int() as they are imported."""


def test_every_documented_variable_reaches_a_container() -> None:
    documented = DOCUMENTED | FURTHER | set(settings().variables)
    assert documented - files().variables - OF_COMPOSE - {"DISABLE", "SIMPLIFIED", "ADVANCED"} == set()


def test_every_variable_that_the_stack_takes_is_documented() -> None:
    assert files().variables - DOCUMENTED - FURTHER == set()


def test_every_variable_is_explained_where_it_stands() -> None:
    lines = TEMPLATE.splitlines()
    settings_at = [n for n, line in enumerate(lines) if re.match(r"#?[A-Z_0-9]+=", line)]
    alone = [lines[n] for n in settings_at if n - 1 not in settings_at and not lines[n - 1].startswith("# ")]
    assert alone == []


def test_what_the_template_shows_is_what_the_compose_files_take() -> None:
    text = "\n".join(path.read_text() for path in sorted(COMPOSE.glob("docker-compose.next*.yaml")))
    defaults = dict(re.findall(r"\$\{([A-Z_]+):-([^${}]+)\}", text))
    shown = {name: value for name, value in env_file.template_values(TEMPLATE).items() if name in defaults}
    assert len(shown) > 10
    assert {name: value for name, value in shown.items() if value != defaults[name]} == {}


def test_a_fresh_file_is_well() -> None:
    assert problems(fresh()) == []
    assert problems(fresh(**HOSTS, **PLAIN), *PROD) == []


def test_the_proxy_needs_its_hosts() -> None:
    assert problems(fresh(**PLAIN), *PROD) == [
        "LAMB_PUBLIC_HOST: is missing: LAMB's host name, such as lamb.example.org",
        "OWI_PUBLIC_HOST: is missing: Open WebUI's host name, such as chat.example.org",
        "CADDY_TLS: is missing: an e-mail address for Let's Encrypt, or internal",
    ]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("LAMB_PUBLIC_HOST", "lamb.yourdomain.com", "is still the template's"),
        ("LAMB_PUBLIC_HOST", "lamb.example.org", "is still the template's"),
        ("LAMB_PUBLIC_HOST", "https://lamb.uni.pt", "it must be a host"),
        ("OWI_PUBLIC_HOST", "lamb.uni.pt", "is that of LAMB_PUBLIC_HOST"),
        ("CADDY_TLS", "admin@yourdomain.com", "is still the template's"),
        ("CADDY_TLS", "off", "it must be an e-mail address or internal"),
        ("LAMB_WEB_HOST", "lamb.uni.pt", "it must be an address"),
        ("LAMB_WEB_HOST", "https://lamb.uni.pt/", 'write "https://lamb.uni.pt"'),
        ("OWI_PUBLIC_BASE_URL", "https://chat.uni.pt:port", "it must be an address"),
        ("OLLAMA_BASE_URL", "http://localhost:11434", 'write "http://host.docker.internal:11434"'),
        ("OWI_ADMIN_EMAIL", "admin", "it must be an e-mail address"),
        ("OWI_ADMIN_PASSWORD", "admin", "everybody knows"),
        ("GLOBAL_LOG_LEVEL", "VERBOSE", "it must be CRITICAL or ERROR"),
        ("EMBEDDINGS_VENDOR", "local", 'write "ollama"'),
        ("LAMB_PORT", "9100", "a deploy gives 9099"),
        ("LAMB_API_KEY", "another-one-of-some-length", "is now called LAMB_KB_SERVER_TOKEN, which has another value"),
        ("OWI_PATH", "/opt/lamb", "has no meaning any more"),
        ("LAMB_WORKRES", "2", "did you mean 'LAMB_WORKERS'?"),
        ("OPENAI_API_KEY", "your-openai-api-key-here", "is still the template's another value"),
        ("GOOGLE_API_KEY", "AI...", "is still the template's another value"),
        *((name, "x", "it must be a whole number") for name in DIES_OF),
    ],
)
def test_what_is_wrong_is_found_before_a_container_starts(name: str, value: str, words: str) -> None:
    (problem,) = problems(fresh(**HOSTS | PLAIN | {name: value}), *PROD)
    assert name in problem
    assert words in problem


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize(
    "value", ["", "CHANGE_ME_strong_random_secret", "short", "change-me", "0p3n-w3bu!", "t0p-s3cr3t"]
)
def test_no_secret_may_be_missing_short_or_known(name: str, value: str) -> None:
    (problem,) = problems(fresh(**{name: value}))
    assert name in problem
    assert not value or value not in problem


def test_everything_is_told_at_once() -> None:
    found = problems(TEMPLATE)
    assert sorted(line.split(": ")[1] for line in found) == sorted(
        [name for name, known in settings().variables.items() if known.generated]
    )


BACKEND = """
LAMB_WEB_HOST=http://localhost:9099
LAMB_BACKEND_HOST=http://backend:9099
PIPELINES_BEARER_TOKEN=0p3n-w3bu!
SIGNUP_ENABLED=true
SIGNUP_SECRET_KEY=come-in-here
LTI_SECRET=lamb-lti-secret-key-2024
LAMB_DB_PATH=/opt/lamb
LAMB_DB_PREFIX=
OWI_PATH=/opt/lamb/open-webui/backend/data
OWI_PUBLIC_BASE_URL=https://chat.uni.pt/
OWI_ADMIN_EMAIL=root@uni.pt
OWI_ADMIN_PASSWORD=admin
LAMB_KB_SERVER_TOKEN=knowledge-of-many-things
OLLAMA_BASE_URL=http://localhost:11434
OPENAI_API_KEY=your-openai-api-key-here
OPENAI_MODELS=small,large
GOOGLE_API_KEY=AI...
PLUGIN_HIERARCHICAL_RAG=DISABLE
DEV_MODE=true
"""
KNOWLEDGE = """
LAMB_API_KEY=knowledge-of-many-things
EMBEDDINGS_VENDOR=local
EMBEDDINGS_ENDPOINT=http://localhost:11434/api/embeddings
EMBEDDINGS_APIKEY=
HOME_URL=https://lamb.uni.pt/kb/
LAMB_KB_LOG_LEVEL=WARNING
PLUGIN_URL_INGEST=ADVANCED
"""


def translated(**older: str) -> Translation:
    known = Known(settings(), env_file.template_values(TEMPLATE), files().variables, {"STACK", "PORT"})
    return env_translate.translate({name: env_file.parse(text) for name, text in older.items()}, known)


def test_the_old_stacks_files_are_understood() -> None:
    found = translated(backend=BACKEND, kb=KNOWLEDGE)
    assert found.problems == []
    assert found.values == {
        "SIGNUP_ENABLED": "true",
        "SIGNUP_SECRET_KEY": "come-in-here",
        "LAMB_DB_PREFIX": "",
        "OWI_PUBLIC_BASE_URL": "https://chat.uni.pt",
        "OWI_ADMIN_EMAIL": "root@uni.pt",
        "LAMB_KB_SERVER_TOKEN": "knowledge-of-many-things",
        "OLLAMA_BASE_URL": "http://host.docker.internal:11434",
        "OPENAI_MODELS": "small,large",
        "PLUGIN_HIERARCHICAL_RAG": "DISABLE",
        "DEV_MODE": "true",
        "EMBEDDINGS_VENDOR": "ollama",
        "EMBEDDINGS_ENDPOINT": "http://host.docker.internal:11434",
        "EMBEDDINGS_APIKEY": "",
        "KB_HOME_URL": "https://lamb.uni.pt/kb",
        "KB_LOG_LEVEL": "WARNING",
        "PLUGIN_URL_INGEST": "ADVANCED",
    }
    left_out = {line.split(": ")[1] for line in found.told if "is left out" in line}
    assert left_out == {
        *("LAMB_WEB_HOST", "LAMB_BACKEND_HOST", "PIPELINES_BEARER_TOKEN", "LTI_SECRET", "LAMB_DB_PATH", "OWI_PATH"),
        *("OWI_ADMIN_PASSWORD", "OPENAI_API_KEY", "GOOGLE_API_KEY"),
    }
    assert problems(fresh(**found.values)) == []


def test_two_ends_of_one_token_that_differ_are_refused_with_both_places() -> None:
    (problem,) = translated(
        backend="LAMB_KB_SERVER_TOKEN=one-end-of-it\n", kb="\nLAMB_API_KEY=the-other-end\n"
    ).problems
    assert problem.startswith("kb:2: LAMB_API_KEY: ")
    assert "backend:1: LAMB_KB_SERVER_TOKEN" in problem
    assert "end" not in problem.replace("backend", "")
