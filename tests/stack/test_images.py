"""The images alone: who they run as, what they hold, what they do without a network. (Acceptance A)"""

import json
import re
import secrets
import shlex
from datetime import datetime

import pytest

from scripts.lib import engine, shell
from tests.lamb_tree import CANARY
from tests.stack import inside
from tests.stack.conftest import Built

IMPORTS = {
    "lamb": "import fastapi, httpx, jwt, uvicorn",
    "lamb-kb": "import dependencies, database.connection, services.ingestion",
    "lamb-library-manager": "import config, fastapi, uvicorn",
    "lamb-openwebui": "import open_webui, fastapi, uvicorn",
}
"""What each image's Python must find with no network."""
HEAVY = re.compile(r"^(torch|nvidia|triton|playwright|selenium|xgboost|sentence-transformers)")
INSTALLS = re.compile(r"\b(pip3?|npm|apt(-get)?|uv)\s+(install|ci|sync)\b")
MEGABYTES = {"lamb": 400 - 239, "lamb-kb": 850 - 239, "lamb-openwebui": 800 - 239}
"""What each image of the real tree may have beside its base: 400, 850 and 800 on one of 239 MB."""


@pytest.fixture(params=sorted(IMPORTS))
def name(request: pytest.FixtureRequest, built: Built) -> str:
    """Each image that this tree has."""
    wanted = str(request.param)
    if wanted not in built.references:
        pytest.skip(f"this tree has no {wanted}")
    return wanted


def test_it_runs_as_its_own_user_and_installs_nothing_at_start(built: Built, name: str) -> None:
    found = inside.config(built.references[name])
    assert found["Config"]["User"].partition(":")[0] == str(inside.USER)
    started = json.dumps([found["Config"]["Entrypoint"], found["Config"]["Cmd"]])
    assert not INSTALLS.search(started), started
    assert int(inside.python(built.references[name], "import os; print(os.getuid())")) == inside.USER


def test_it_imports_its_code_with_no_network_on_a_read_only_root(built: Built, name: str) -> None:
    assert inside.python(built.references[name], f"{IMPORTS[name]}; print('well')").endswith("well")


def test_its_packages_are_those_of_its_lock_and_need_no_other(built: Built, name: str) -> None:
    lock = inside.python(built.references[name], "print(open('/app/requirements.lock').read())")
    found = inside.packages(built.references[name])
    wanted = found.wanted(lock)
    assert wanted
    assert {one: found.versions.get(one) for one in wanted} == wanted
    assert found.unmet() == []
    assert [one for one in found.versions if HEAVY.match(one)] == []


def test_nothing_of_a_live_checkout_gets_in(built: Built, name: str) -> None:
    assert inside.layers_hold(built.references[name], "lamb:x:10001:10001"), "what is there would not be found"
    assert not inside.layers_hold(built.references[name], CANARY)


def test_its_labels_name_version_and_revision(built: Built, name: str) -> None:
    labels = inside.config(built.references[name])["Config"]["Labels"]
    source = built.line.record("source")
    assert labels["org.opencontainers.image.version"].startswith(source["version"])
    assert labels["org.opencontainers.image.revision"]
    assert labels["org.opencontainers.image.licenses"]


def test_it_knows_the_commit_that_it_was_built_from(built: Built, name: str) -> None:
    resolved = built.line.record("source")["sources"]["upstream"]["resolved"]
    environment = dict(pair.split("=", 1) for pair in inside.config(built.references[name])["Config"]["Env"])
    assert environment["LAMB_COMMIT"] == resolved
    assert datetime.fromisoformat(environment["LAMB_BUILT"])


@pytest.mark.real
def test_it_is_no_larger_than_it_may_be(built: Built, name: str) -> None:
    if name not in MEGABYTES:
        pytest.skip(f"no size is asked of {name}")
    from scripts.lib import bases

    base = bases.find(built.selection.bases["python"], "auto")
    assert base
    own = inside.config(built.references[name])["Size"] - inside.config(base.reference)["Size"]
    assert own / 1e6 <= MEGABYTES[name]


REQUIREMENTS = """
import hashlib, json, os, pathlib, sys
top = pathlib.Path(sys.prefix)
found = {}
for path in sorted(top.rglob("*")):
    name = str(path.relative_to(top))
    if path.is_symlink():
        found[name] = ["link", os.readlink(path)]
    elif path.is_file():
        found[name] = [oct(path.stat().st_mode), hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime]
print(json.dumps(found))
"""


@pytest.mark.nightly
def test_built_again_without_any_cache_the_packages_are_the_same_to_the_byte(built: Built, name: str) -> None:
    """Names, modes, dates and content: so the layer that holds them is the same."""
    again = f"graft-test/again-{name}:{secrets.token_hex(6)}"
    log = built.selection.checkout.log(f"build-{name}")
    argv = shlex.split(log.read_text().splitlines()[0].removeprefix("$ "))
    changed = ("--tag=", "--metadata-file=")
    kept = [word for word in argv if not word.startswith(changed)]
    kept[3:3] = ["--no-cache", f"--tag={again}", "--label=graft.test=1"]
    try:
        shell.run(kept, timeout=800)
        assert inside.python(again, REQUIREMENTS) == inside.python(built.references[name], REQUIREMENTS)
    finally:
        engine.remove_image(again)
