"""Who uses a running deployment, counted on the real engine: from a real volume, while something writes to it."""

import argparse
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.lib import engine, records
from scripts.lib.deploy import deployments, volume_program, volumes
from scripts.lib.deploy import target as targets
from scripts.lib.deploy.target import Target
from scripts.lib.errors import GateRefused
from scripts.lib.licence.end_users import EndUsers, count
from scripts.lib.records import FetchedSource, Source
from scripts.lib.settings.selection import Selection, select
from scripts.licence import licence
from tests.deployments import deployment
from tests.integration.deploy.site import wait_until

WRITER = """
import sqlite3, sys, threading, time
now, day = time.time(), 86400
database = sqlite3.connect("/data/webui.db", isolation_level=None)
database.execute("PRAGMA journal_mode=" + sys.argv[1])
database.execute('CREATE TABLE "user" (id TEXT, role TEXT, last_active_at BIGINT)')
for number, age in [(int(sys.argv[2]), 1), (1, 29.9), (7, 30.1), (5, 400)]:
    for _ in range(number):
        database.execute('INSERT INTO "user" VALUES (hex(randomblob(8)), ?, ?)', ("user", int(now - age * day)))
database.execute('INSERT INTO "user" VALUES (?, ?, NULL)', ("x", "pending"))
print("written", flush=True)
threading.Event().wait() if sys.argv[3] == "stays" else database.close()
"""
"""Writes so many accounts that were used yesterday, one just within the 30 days, 13 that are too old or never used."""
Write = Callable[..., str]


@pytest.fixture
def target() -> Iterator[Target]:
    """Where Lusochat runs for environment dev, under a name of its own; all of it is removed after."""
    selection = select("lusochat", "dev")
    own = selection.environment.deploy.model_copy(update={"stack": f"graft-test-{secrets.token_hex(3)}"})
    environment = selection.environment.model_copy(update={"deploy": own})
    made = targets.of(replace(selection, environment=environment))
    try:
        yield made
    finally:
        for container in engine.labelled("container", {"com.docker.compose.project": made.stack}):
            engine.remove(container)
        for volume in (*made.volumes(), deployments.volume_of(made.stack)):
            engine.remove_volume(volume)


@pytest.fixture
def write(target: Target, base_image: str) -> Write:
    """Starts a container of the stack that writes a database into its volume."""

    def written(users: int, *, mode: str = "WAL", then: str = "stays") -> str:
        (volume,) = target.volumes()
        engine.create_volume({"graft.test": "1"}, volume)
        container = engine.create(
            engine.Container(
                image=base_image,
                labels={"com.docker.compose.project": target.stack, "graft.test": "1"},
                command=("python3", "-c", WRITER, mode, str(users), then),
                network="none",
                volumes={volume: "/data"},
            )
        )
        engine.start(container)
        wait_until(lambda: "written" in engine.logs(container))
        return container

    return written


@pytest.fixture
def deployed(target: Target) -> Target:
    """The stack was deployed for dev."""
    return was_deployed(target, "dev")


def was_deployed(target: Target, environment: str) -> Target:
    with deployments.lock("lusochat", target.stack, "test") as store:
        store.keep(deployment(product="lusochat", environment=environment, stack=target.stack, version="0.12.4"))
    return target


def volume_files(target: Target, image: str) -> str:
    return volumes.ask(target.volumes()[0], "/data", image, ("sh", "-c", "cd /data; sha256sum *"), all_files=True)


@pytest.mark.parametrize("mode", ["WAL", "DELETE"])
def test_users_of_the_last_30_days_are_counted_while_the_application_has_its_database_open(
    deployed: Target, write: Write, base_image: str, mode: str
) -> None:
    write(3, mode=mode)
    before = volume_files(deployed, base_image)
    assert count(deployed) == EndUsers("0.12.4", 4)
    assert volume_files(deployed, base_image) == before


def test_a_database_that_was_closed_or_left_open_by_a_crash_is_counted_too(
    deployed: Target, write: Write, base_image: str
) -> None:
    assert deployed.settings.end_users
    container = write(2)
    engine.remove(container)
    assert volume_program.answer(deployed, deployed.settings.end_users, base_image) == {"end_users": 3}
    engine.remove_volume(deployed.volumes()[0])
    write(5, then="ends")
    assert volume_program.answer(deployed, deployed.settings.end_users, base_image) == {"end_users": 6}


def test_a_stack_that_does_not_run_or_is_of_another_environment_has_none(target: Target, write: Write) -> None:
    assert count(target) is None
    write(1)
    assert count(target) is None
    assert count(was_deployed(target, "production")) is None


def test_without_the_database_the_number_is_not_known(deployed: Target, base_image: str) -> None:
    (volume,) = deployed.volumes()
    engine.create_volume({"graft.test": "1"}, volume)
    container = engine.create(
        engine.Container(
            image=base_image,
            labels={"com.docker.compose.project": deployed.stack, "graft.test": "1"},
            command=("sh", "-c", "touch /data/other; exec tail -f /dev/null"),
            network="none",
            volumes={volume: "/data"},
        )
    )
    engine.start(container)
    wait_until(lambda: engine.get_file(container, "/data/other") is not None)
    found = count(deployed)
    assert found
    assert (found.number, "there is no webui.db" in found.because) == (None, True)


def test_more_than_fifty_are_refused(deployed: Target, write: Write, tmp_path: Path) -> None:
    write(50)
    chosen = own_out(deployed, tmp_path)
    with pytest.raises(GateRefused) as failure:
        licence(chosen, argparse.Namespace())
    assert failure.value.exit_code == 20
    assert [p for p in failure.value.problems if p.endswith("its database has 51")] == list(failure.value.problems)


def own_out(target: Target, folder: Path) -> Selection:
    """The selection of the target with environments and records of its own."""
    (folder / "compose/environments").mkdir(parents=True)
    (folder / "customizations").symlink_to(target.selection.checkout.root / "customizations")
    (folder / "compose/lusochat").symlink_to(target.selection.checkout.compose)
    place = replace(target.selection.checkout, root=folder)
    (place.environments / "dev.yaml").write_text(target.selection.environment.model_dump_json(by_alias=True))
    terms = target.selection.product.licence.rules[-1]
    fetched = FetchedSource(kind="path", version="0.12.4", resolved="r", address="a", fingerprint="f")
    source = Source(
        inputs="", version="0.12.4", sources={"upstream": fetched}, licence=next(iter(terms.texts)), base="c", points={}
    )
    records.write(place, source)
    return replace(target.selection, checkout=place)
