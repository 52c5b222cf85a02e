"""LAMB's compose files, as compose itself understands them: in every combination, for every promise that they make."""

import json
import re
from collections.abc import Callable, Iterator
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import pytest

from scripts.lib import shell
from scripts.lib.errors import CommandFailed
from tests.integration.lamb.conftest import BASE, Stack
from tests.lamb_settings import COMPOSE, EVERY_FILE, fresh

OVERLAYS = [name for name in EVERY_FILE if name != BASE]
COMBINATIONS = list(chain.from_iterable(combinations(OVERLAYS, n) for n in range(len(OVERLAYS) + 1)))
PROD, LIBRARY = "docker-compose.next.prod.yaml", "docker-compose.next.library.yaml"
HOSTS = {"LAMB_PUBLIC_HOST": "lamb.test", "OWI_PUBLIC_HOST": "chat.test", "CADDY_TLS": "internal"}
PINNED = re.compile(r"[^@]+:(?!latest$|main$|edge$)[\w.-]+(@sha256:[0-9a-f]{64})?|.+@sha256:[0-9a-f]{64}")
Config = dict[str, Any]
Read = Callable[..., Config]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads the base and overlays with settings beside those of `env --init`."""

    def made(*overlays: str, **given: str) -> Config:
        hosts = HOSTS if PROD in overlays else {}
        return Stack(tmp_path, (BASE, *overlays), {**hosts, **given}).config("--profile=ollama")

    return made


def services(config: Config) -> Iterator[tuple[str, Config]]:
    yield from config["services"].items()


@pytest.mark.parametrize(
    "overlays", COMBINATIONS, ids=lambda names: "+".join(n.split(".")[-2] for n in names) or "base"
)
def test_every_combination_is_valid_and_made_of_images_alone(overlays: tuple[str, ...], read: Read) -> None:
    for name, service in services(read(*overlays)):
        assert "build" not in service, name
        assert PINNED.fullmatch(service["image"]), service["image"]
        assert [mount["source"] for mount in service.get("volumes", ()) if mount["type"] != "volume"] == [], name


@pytest.mark.parametrize("overlays", [(), (LIBRARY,), (LIBRARY, PROD)], ids=["base", "library", "prod"])
def test_every_service_is_held_within_bounds(overlays: tuple[str, ...], read: Read) -> None:
    for name, service in services(read(*overlays)):
        assert service["restart"] == "unless-stopped", name
        assert service["init"] is True, name
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "caddy" else []), name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert 0 < int(service["mem_limit"]) == int(service["memswap_limit"]), name
        assert service["pids_limit"] > 0, name
        assert service["cpus"] > 0, name
        assert service["stop_grace_period"] == "30s", name
        assert set(service["logging"]["options"]) == {"max-size", "max-file"}, name
        assert "graft.stack" in service["labels"], name
        assert {"interval", "timeout", "retries", "start_period", "start_interval"} <= set(service["healthcheck"]), name
        assert not service.get("privileged") and not service.get("network_mode"), name


@pytest.mark.parametrize(
    "overlays", COMBINATIONS, ids=lambda names: "+".join(n.split(".")[-2] for n in names) or "base"
)
def test_whatever_waits_waits_for_health(overlays: tuple[str, ...], read: Read) -> None:
    waits = {name: service.get("depends_on", {}) for name, service in services(read(*overlays))}
    assert {said["condition"] for found in waits.values() for said in found.values()} == {"service_healthy"}
    library = {"library-manager"} if LIBRARY in overlays else set()
    assert set(waits["lamb"]) == {"openwebui", "kb"} | library
    if PROD in overlays:
        assert set(waits["caddy"]) == {"lamb", "kb", "openwebui"}


def test_what_is_written_lies_in_volumes_whose_names_know_no_folder(read: Read) -> None:
    config = read(LIBRARY, PROD, STACK="mine")
    mounted = {mount["source"] for _, service in services(config) for mount in service.get("volumes", ())}
    assert mounted == set(config["volumes"])
    assert {key: said["name"] for key, said in config["volumes"].items()} == {key: f"mine-{key}" for key in mounted}
    places = {m["target"] for _, s in services(config) for m in s.get("volumes", ())}
    assert {"/data/lamb", "/app/backend/static/public", "/data/openwebui", "/app/backend/data"} <= places
    assert {"/app/backend/static", "/app/data", "/data", "/config", "/root/.ollama"} <= places


def test_two_stacks_share_nothing(read: Read) -> None:
    one, other = (read(LIBRARY, PROD, STACK=name) for name in ("one", "other"))
    for kind in ("volumes", "networks"):
        names = [{said["name"] for said in config[kind].values()} for config in (one, other)]
        assert names[0] and not names[0] & names[1], kind
    assert not [name for name, service in services(one) if "container_name" in service]


def test_without_a_name_it_is_not_the_old_stacks_project(tmp_path: Path) -> None:
    (tmp_path / "a.env").write_text(fresh())
    argv = ("docker", "compose", f"--env-file={tmp_path / 'a.env'}", "config", "--format=json")
    config = json.loads(shell.run(argv, cwd=COMPOSE).output)  # as a person does, by COMPOSE_FILE of the settings
    assert (config["name"], config["volumes"]["data"]["name"]) == ("lamb-next", "lamb-data")
    assert set(config["services"]) == {"lamb", "kb", "openwebui", "library-manager"}


def ports(config: Config) -> dict[str, list[tuple[str, str, int, str]]]:
    """What each service publishes: address, port here, port inside, protocol."""
    found = {name: service.get("ports", ()) for name, service in services(config)}
    return {
        name: [(p.get("host_ip", ""), p["published"], p["target"], p["protocol"]) for p in said]
        for name, said in found.items()
        if said
    }


def test_the_base_publishes_on_the_loopback_interface_alone(read: Read) -> None:
    assert ports(read(LIBRARY)) == {
        "lamb": [("127.0.0.1", "9099", 9099, "tcp")],
        "kb": [("127.0.0.1", "9090", 9090, "tcp")],
        "openwebui": [("127.0.0.1", "8080", 8080, "tcp")],
    }


def test_with_caddy_80_and_443_are_all_that_is_published(read: Read) -> None:
    assert ports(read(LIBRARY, PROD)) == {
        "caddy": [("", "80", 80, "tcp"), ("", "443", 443, "tcp"), ("", "443", 443, "udp")]
    }


def test_listener_and_published_port_move_together_and_with_them_who_asks(read: Read) -> None:
    moved = {"LAMB_PORT": "19099", "KB_PORT": "19090", "OPENWEBUI_PORT": "18080"}
    config = read(PROD, **moved)
    lamb, kb, openwebui = (config["services"][name]["environment"] for name in ("lamb", "kb", "openwebui"))
    assert (lamb["PORT"], kb["PORT"], openwebui["PORT"]) == ("19099", "19090", "18080")
    assert lamb["LAMB_BACKEND_HOST"] == lamb["LAMB_LITESHELL_URL"] == "http://127.0.0.1:19099"
    assert (lamb["LAMB_KB_SERVER"], lamb["OWI_BASE_URL"]) == ("http://kb:19090", "http://openwebui:18080")
    assert openwebui["OPENAI_API_BASE_URL"] == lamb["LAMB_BASE_URL"] == "http://lamb:19099/v1"
    caddy = config["services"]["caddy"]["environment"]
    assert [caddy[f"{name}_UPSTREAM"] for name in ("LAMB", "KB", "OPENWEBUI")] == [
        "lamb:19099",
        "kb:19090",
        "openwebui:18080",
    ]
    published = {name: [(p[1], p[2]) for p in said] for name, said in ports(read(**moved)).items()}
    assert published == {
        "lamb": [("19099", 19099)],
        "kb": [("19090", 19090)],
        "openwebui": [("18080", 18080)],
    }
    assert ports(read(PORT="20000", **moved))["lamb"] == [("127.0.0.1", "20000", 20000, "tcp")]


def test_networks_part_what_need_not_meet(read: Read) -> None:
    config = read(LIBRARY, PROD)
    on = {name: set(service["networks"]) for name, service in services(config)}
    assert on["caddy"] == {"edge"}
    assert {name for name, networks in on.items() if "edge" in networks} == {"caddy", "lamb", "kb", "openwebui"}
    assert config["networks"]["back"]["internal"] is True
    assert all("back" in networks for name, networks in on.items() if name != "caddy")


DIES_WITHOUT = (
    *("LAMB_WEB_HOST", "LAMB_BACKEND_HOST", "LAMB_BEARER_TOKEN", "OPENAI_BASE_URL", "OPENAI_MODEL", "OWI_PATH"),
    *("OWI_BASE_URL", "SIGNUP_SECRET_KEY", "OWI_ADMIN_NAME", "OWI_ADMIN_EMAIL", "OWI_ADMIN_PASSWORD", "LAMB_DB_PATH"),
    "LAMB_KB_SERVER_TOKEN",
)
"""Of upstream's config.py, kb_server_manager.py and knowledges_router.py, each as it is imported."""


@pytest.mark.parametrize("overlays", [(), (LIBRARY,), (LIBRARY, PROD)], ids=["base", "library", "prod"])
def test_lamb_has_everything_without_which_it_dies(overlays: tuple[str, ...], read: Read) -> None:
    environment = read(*overlays)["services"]["lamb"]["environment"]
    assert [name for name in DIES_WITHOUT if not environment[name]] == []
    assert environment["OPENAI_API_KEY"] == ""  # it must be set, if only to nothing


def test_each_pair_has_one_secret(read: Read) -> None:
    found = {name: service.get("environment", {}) for name, service in services(read(LIBRARY))}
    assert found["lamb"]["LAMB_KB_SERVER_TOKEN"] == found["kb"]["LAMB_API_KEY"]
    assert found["lamb"]["LAMB_LIBRARY_TOKEN"] == found["library-manager"]["LAMB_API_TOKEN"]
    assert found["lamb"]["LAMB_BEARER_TOKEN"] == found["openwebui"]["OPENAI_API_KEY"]


def test_behind_caddy_links_lead_to_its_hosts(read: Read) -> None:
    found = {name: service.get("environment", {}) for name, service in services(read(PROD))}
    assert found["lamb"]["LAMB_WEB_HOST"] == found["lamb"]["LAMB_PUBLIC_BASE_URL"] == "https://lamb.test"
    assert found["lamb"]["OWI_PUBLIC_BASE_URL"] == found["openwebui"]["WEBUI_URL"] == "https://chat.test"
    assert found["openwebui"]["CORS_ALLOW_ORIGIN"] == "https://chat.test"
    assert found["kb"]["HOME_URL"] == "https://lamb.test/kb"
    own = read(PROD, LAMB_WEB_HOST="https://lamb.test:8443")["services"]["lamb"]["environment"]
    assert own["LAMB_WEB_HOST"] == "https://lamb.test:8443"


def test_without_hosts_nothing_is_started_for_a_foreign_domain(tmp_path: Path) -> None:
    for missing in HOSTS:
        given = {name: value for name, value in HOSTS.items() if name != missing}
        with pytest.raises(CommandFailed, match=missing):
            Stack(tmp_path, (BASE, PROD), given).config()


def test_the_old_name_of_lamb_is_an_alias_among_the_parts(read: Read) -> None:
    networks = read("docker-compose.next.alias.yaml")["services"]["lamb"]["networks"]
    assert networks["back"] == {"aliases": ["backend"]}


def test_the_library_is_off_where_there_is_none(read: Read) -> None:
    assert read()["services"]["lamb"]["environment"]["LAMB_LIBRARY_SERVER_ENABLE"] == "DISABLE"
    assert read(LIBRARY)["services"]["lamb"]["environment"]["LAMB_LIBRARY_SERVER_ENABLE"] == "ENABLE"


def test_ollama_runs_only_where_it_is_asked_for(tmp_path: Path) -> None:
    stack = Stack(tmp_path)
    assert "ollama" not in stack.config()["services"]
    assert "ollama" in Stack(tmp_path, given={"COMPOSE_PROFILES": "ollama"}).config()["services"]


def test_read_only_is_read_only(read: Read) -> None:
    lamb = read("docker-compose.next.readonly.yaml")["services"]["lamb"]
    (mount,) = [one for one in lamb["volumes"] if one["source"] == "openwebui"]
    assert mount["read_only"] is True


def test_images_by_digest_win_over_the_tag(read: Read) -> None:
    digest = f"localhost:5000/lamb@sha256:{'a' * 64}"
    assert read(IMAGE_LAMB=digest)["services"]["lamb"]["image"] == digest
    assert (
        read(LAMB_TAG="0.6.1", LAMB_REGISTRY="localhost:5000")["services"]["kb"]["image"]
        == "localhost:5000/lamb-kb:0.6.1"
    )
