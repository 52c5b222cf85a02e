"""What is offered beside the usual stack runs: the old name of LAMB, models on this machine, a read-only volume. (E)"""

from pathlib import Path

import pytest
import yaml

from tests.stack.conftest import Built
from tests.stack.containers import Containers
from tests.stack.lamb_api import Account, Lamb
from tests.stack.plain import Plain, image_settings, plain

pytestmark = pytest.mark.nightly

ALIAS, READ_ONLY = "docker-compose.next.alias.yaml", "docker-compose.next.readonly.yaml"
OLLAMA = """#!/usr/bin/env python
import http.server, json, sys, urllib.request


class Models(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"models": [{"name": "parrot"}]}).encode())


if sys.argv[1:] == ["list"]:
    print(urllib.request.urlopen("http://127.0.0.1:11434/api/tags", timeout=2).read().decode())
else:
    http.server.HTTPServer(("0.0.0.0", 11434), Models).serve_forever()
"""
"""Stands for Ollama's program, which cannot be had everywhere: it serves, and lists."""
ASK = "import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1], timeout=5).read().decode())"


def and_also(site: Plain, *files: str) -> None:
    site.sets(COMPOSE_FILE=":".join([site.value("COMPOSE_FILE"), *files]))


def ollama(built: Built, site: Plain) -> str:
    """Write the program, and the compose file that runs it in place of Ollama's; returns its name."""
    program = site.folder / "ollama"
    program.write_text(OLLAMA)
    program.chmod(0o755)
    service = {
        "image": built.references["lamb"],
        "entrypoint": ["ollama"],
        "command": ["serve"],
        "user": "0:0",
        "volumes": [f"{program}:/usr/local/bin/ollama:ro"],
    }
    (site.folder / "ollama.yaml").write_text(yaml.safe_dump({"services": {"ollama": service}}))
    return "ollama.yaml"


def test_the_old_name_of_lamb_and_models_on_this_machine(built: Built, tmp_path: Path) -> None:
    with plain(built, tmp_path / "lamb", image_settings(built) | {"COMPOSE_PROFILES": "ollama"}) as site:
        and_also(site, ALIAS, ollama(built, site))
        site.compose("up", "--detach", "--wait")
        inside = Containers(site.stack)
        assert "status" in inside.python("kb", ASK, f"http://backend:{site.value('LAMB_PORT')}/status")
        assert "parrot" in inside.python("kb", ASK, "http://ollama:11434/api/tags")
        assert "parrot" in inside.python("openwebui", ASK, "http://ollama:11434/api/tags")
        assert not any(inside.inspected()["ollama"]["NetworkSettings"]["Ports"].values()), "published to this machine"
        inside.python("ollama", "open('/root/.ollama/a-model', 'w').close()")
        site.compose("up", "--detach", "--wait", "--force-recreate", "ollama")
        assert "a-model" in inside.python("ollama", "import os; print(os.listdir('/root/.ollama'))")


@pytest.mark.real
def test_people_log_in_and_make_assistants_where_open_webuis_volume_is_read_only(built: Built, tmp_path: Path) -> None:
    if not built.logs_in_by_itself:
        pytest.skip("this release logs nobody in by itself")
    with plain(built, tmp_path / "lamb", image_settings(built)) as site:
        and_also(site, READ_ONLY)
        site.compose("up", "--detach", "--wait")
        lamb = Lamb(site.address("LAMB_PORT"))
        admin = lamb.login(Account(site.value("OWI_ADMIN_EMAIL"), site.value("OWI_ADMIN_PASSWORD")))
        ana = Account("ana@example.org", "a-long-password", "Ana")
        admin.create_user(ana)
        lamb.login(ana)
        (mount,) = [
            one
            for one in Containers(site.stack).inspected()["lamb"]["Mounts"]
            if one["Destination"] == "/data/openwebui"
        ]
        assert mount["RW"] is False
