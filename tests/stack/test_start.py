"""From nothing to a stack that people can use, in whatever order its services come up. (Acceptance B)"""

import random
import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from scripts.lib import engine
from tests.stack import inside
from tests.stack.conftest import Built, Standing
from tests.stack.containers import LAMB_DB
from tests.stack.site import Site
from tests.stack.waiting import wait_until

BUILDS = re.compile(r"\b(pip|npm|apt|apt-get)\b|vite build", re.IGNORECASE)
RACES = re.compile(r"already exists|UNIQUE constraint failed|duplicate column|database is locked", re.IGNORECASE)
ONE_OF_EACH = (1, 1, 1)
WAITS = "waits for Open WebUI"


def test_the_first_start_makes_both_administrators_and_installs_nothing(site: Site) -> None:
    assert site.admins() == ONE_OF_EACH
    assert site.as_admin().session["role"] == "admin"
    for service in site.ours():
        assert not BUILDS.search(site.stack.logs(service)), service
        assert not RACES.search(site.stack.logs(service)), service


def held_back(folder: Path, image: str) -> Path:
    """Write a compose file in which Open WebUI starts when it is let, and LAMB asks nobody before it starts.

    So it is after a reboot of the machine, when the engine starts all containers at once.
    """
    config = inside.config(image)["Config"]
    words = [*(config.get("Entrypoint") or ()), *(config.get("Cmd") or ())]
    held = ["sh", "-c", 'until [ -e /tmp/go ]; do sleep 0.1; done; exec "$@"', "held", *words]
    services = {"openwebui": {"entrypoint": held, "command": []}, "lamb": {"depends_on": {}}}
    file = folder / "held-back.yaml"
    text = yaml.safe_dump({"services": services}).replace("depends_on: {}", "depends_on: !reset {}")
    file.write_text(text)
    return file


@pytest.mark.parametrize("seconds", [pytest.param(5, id="5 s"), pytest.param(90, id="90 s", marks=pytest.mark.nightly)])
def test_lamb_waits_for_an_open_webui_that_is_slow_or_half_migrated(
    standing: Standing, built: Built, tmp_path: Path, seconds: int
) -> None:
    with standing(overlays=[held_back(tmp_path, built.references["lamb-openwebui"])]) as site:
        with starting(site) as started:
            wait_until(lambda: WAITS in said(site), seconds=120, what="lamb says that it waits")
            site.inside.python("openwebui", HALF)
            wait_until(lambda: waited(site) >= seconds, seconds=seconds + 60, what=f"lamb has waited {seconds} s")
            assert site.inside.python("lamb", EXISTS, LAMB_DB).strip() == "False"
            site.inside.python("openwebui", "open('/tmp/go', 'w')")
            started.result(timeout=240)
        assert site.admins() == ONE_OF_EACH
        assert site.stack.states()["lamb"] == "healthy"
        assert site.as_admin().session["role"] == "admin"


@contextmanager
def starting(site: Site) -> Iterator[Future[float]]:
    """Start a stack aside; where a test fails meanwhile, its containers go, so that nobody waits for them."""
    with ThreadPoolExecutor(1) as aside:
        started = aside.submit(site.stack.start)
        try:
            yield started
        finally:
            if not started.done():
                site.stack.down()


HALF = (
    "import sqlite3\n"
    "database = sqlite3.connect('/app/backend/data/webui.db')\n"
    "database.execute('CREATE TABLE nothing_yet (id INTEGER PRIMARY KEY)')\n"
    "database.commit()\n"
)
"""A database as it is while Open WebUI makes it: its file is there, its tables are not."""
EXISTS = "import os, sys; print(os.path.exists(sys.argv[1]))"


def waited(site: Site) -> int:
    """Return for how long LAMB says that it has waited."""
    told = re.findall(rf"{WAITS} since (\d+) s", said(site))
    return int(told[-1]) if told else 0


def said(site: Site) -> str:
    """Return what LAMB has said; nothing where its container is not there yet."""
    return site.stack.logs("lamb") if "lamb" in site.stack.states() else ""


def test_all_of_it_comes_back_after_each_way_to_end(standing: Standing) -> None:
    """A restart, a kill of every process at once, and a reboot, after which nobody starts one before the other."""
    with standing() as site:
        site.stack.start()
        site.stack.restart()
        assert site.admins() == ONE_OF_EACH
        site.stack.kill()
        site.stack.start()
        assert site.admins() == ONE_OF_EACH
        site.stack.kill()
        reboot(site)
        wait_until(lambda: set(site.stack.states().values()) == {"healthy"}, seconds=120, what="all are healthy")
        assert site.admins() == ONE_OF_EACH
        for service in site.ours():
            assert not RACES.search(site.stack.logs(service)), service


def reboot(site: Site) -> None:
    """Start every container at once, in any order, as the engine does when the machine comes up."""
    containers = engine.labelled("container", {"com.docker.compose.project": site.stack.project})
    random.shuffle(containers)
    with ThreadPoolExecutor(len(containers)) as many:
        list(many.map(engine.start, containers))


def test_four_workers_on_a_fresh_database_do_not_race(standing: Standing) -> None:
    with standing({"LAMB_WORKERS": "4"}) as site:
        site.stack.start()
        assert not RACES.search(site.stack.logs("lamb")), site.stack.logs("lamb")
        assert site.admins() == ONE_OF_EACH
        assert int(site.inside.python("lamb", WORKERS)) == 4


WORKERS = (
    "import pathlib\n"
    "own = [p.read_bytes() for p in pathlib.Path('/proc').glob('[0-9]*/cmdline')]\n"
    "print(sum(b'spawn_main' in line and b'glob' not in line for line in own))\n"
)
