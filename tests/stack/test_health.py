"""A service is healthy when it can do its work, and says so when it no longer can. (Acceptance C)"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
import yaml

from scripts.lib import engine
from scripts.lib.errors import CommandFailed
from tests.stack.conftest import Built, Standing
from tests.stack.containers import KB_DB, LAMB_DB, OPEN_WEBUI_DB
from tests.stack.site import Site
from tests.stack.waiting import wait_until

NOTICED = 120
"""Seconds within which Docker's check sees a fault, with the intervals of the compose files."""
CLOSE = "import os, sys\nfor path in sys.argv[2:]: os.chmod(path, int(sys.argv[1], 8))"
MOVE = "import os, sys; os.rename(sys.argv[1], sys.argv[2])"
LAMB_DATA = str(Path(LAMB_DB).parent)
KB_DATA = str(Path(KB_DB).parent)
VECTORS = f"{KB_DATA}/chromadb/chroma.sqlite3"


def probe(site: Site, service: str) -> str:
    """Run the check of a service's image once and return what it says is wrong, nothing where all is well."""
    try:
        site.stack.run(service, site.health_command(service))
    except CommandFailed as failure:
        return "\n".join(failure.problems)
    return ""


@contextmanager
def closed(site: Site, service: str, path: str, shut: str = "500", back: str = "755") -> Iterator[None]:
    """Take the right to write from a folder or file, and give it back."""
    site.inside.python(service, CLOSE, shut, path)
    try:
        yield
    finally:
        site.inside.python(service, CLOSE, back, path)


def unwritable(site: Site, service: str, path: str) -> AbstractContextManager[None]:
    """Let a file be read alone."""
    return closed(site, service, path, shut="444", back="644")


@contextmanager
def moved(site: Site, service: str, path: str) -> Iterator[None]:
    """Move a file away, and back."""
    site.inside.python(service, MOVE, path, f"{path}.away")
    try:
        yield
    finally:
        site.inside.python(service, MOVE, f"{path}.away", path)


@contextmanager
def stopped(site: Site, service: str) -> Iterator[None]:
    """Stop a service, start it again, and wait until those who need it have seen that."""
    site.stack.stop(service)
    try:
        yield
    finally:
        engine.start(site.stack.container(service))
        wait_until(lambda: set(site.stack.states().values()) == {"healthy"}, seconds=NOTICED, what="all are healthy")


def test_what_runs_well_is_ready(site: Site) -> None:
    for service in site.ours():
        assert probe(site, service) == "", service


def test_lamb_is_not_ready_where_it_cannot_write_its_data(site: Site, built: Built) -> None:
    with closed(site, "lamb", LAMB_DATA):
        said = probe(site, "lamb")
        named = (LAMB_DATA, LAMB_DB) if built.real else (LAMB_DATA,)  # old releases keep no log beside the database
        assert any(f"{path}: cannot be written" in said for path in named)
    with unwritable(site, "lamb", LAMB_DB):
        assert f"{LAMB_DB}: cannot be written" in probe(site, "lamb")
    assert probe(site, "lamb") == ""


def test_lamb_is_not_ready_where_its_database_is_gone(site: Site) -> None:
    with moved(site, "lamb", LAMB_DB):
        assert f"{LAMB_DB}: is missing" in probe(site, "lamb")
    assert probe(site, "lamb") == ""


def test_lamb_is_not_ready_where_it_cannot_keep_uploads(site: Site) -> None:
    with closed(site, "lamb", "/app/backend/static/public"):
        assert "static/public: cannot be written" in probe(site, "lamb")


def test_lamb_and_open_webui_are_not_ready_where_open_webuis_database_cannot_be_written(site: Site) -> None:
    with unwritable(site, "openwebui", OPEN_WEBUI_DB):
        assert "webui.db: cannot be written" in probe(site, "lamb")
        assert "webui.db: cannot be written" in probe(site, "openwebui")
    assert probe(site, "lamb") == ""


def test_the_knowledge_base_is_not_ready_where_it_cannot_write_its_data(site: Site) -> None:
    for path in (KB_DATA, f"{KB_DATA}/chromadb", "/app/backend/static"):
        with closed(site, "kb", path):
            assert probe(site, "kb") != "", path
    with unwritable(site, "kb", KB_DB):
        assert probe(site, "kb") != ""
    assert probe(site, "kb") == ""


def test_the_knowledge_base_is_not_ready_where_its_vectors_fail(site: Site) -> None:
    for fault in (unwritable(site, "kb", VECTORS), moved(site, "kb", VECTORS)):
        with fault:
            assert probe(site, "kb") != ""
    with stopped(site, "kb"):
        pass
    assert probe(site, "kb") == ""


def test_docker_sees_that_what_lamb_needs_is_down_and_that_it_is_back(site: Site) -> None:
    with stopped(site, "openwebui"):
        wait_until(lambda: site.stack.states()["lamb"] == "unhealthy", seconds=NOTICED, what="lamb is unhealthy")
        assert "openwebui" in probe(site, "lamb")
    assert site.stack.states()["lamb"] == "healthy"


@pytest.mark.parametrize("service", ["kb", "library-manager"])
def test_lamb_is_not_ready_without_each_of_the_others(site: Site, service: str) -> None:
    if service not in site.ours():
        pytest.skip(f"this tree has no {service}")
    with stopped(site, service):
        assert f"http://{service}" in probe(site, "lamb")


def test_lamb_without_a_front_end_never_becomes_healthy(standing: Standing, tmp_path: Path) -> None:
    overlay = tmp_path / "no-front-end.yaml"
    impatient = {"start_period": "15s", "interval": "1s", "retries": 3}
    services = {"lamb": {"tmpfs": ["/app/frontend/build"], "healthcheck": impatient}}
    overlay.write_text(yaml.safe_dump({"services": services}))
    with standing(overlays=[overlay]) as site:
        with pytest.raises(CommandFailed):
            site.stack.start()
        assert site.stack.states()["lamb"] != "healthy"


def test_whoever_needs_another_waits_until_that_is_healthy(built: Built, site: Site) -> None:
    for service, told in site.composed().items():
        for other, how in (told.get("depends_on") or {}).items():
            assert how["condition"] == "service_healthy", f"{service} on {other}"
    needed = site.composed()["lamb"]["depends_on"]
    assert {"kb", "openwebui"} <= needed.keys()
    assert ("library-manager" in needed) == ("lamb-library-manager" in built.references)
