"""Data that another version will meet are copied first, or nothing meets them."""

import json
import signal
import time

import pytest

from scripts.lib import engine
from scripts.lib.deploy import entry, stack, volumes
from scripts.lib.deploy.run import Wish
from scripts.lib.errors import CommandFailed, DeployFailed
from scripts.lib.settings.selection import select
from tests.integration.deploy.site import Site, copies_of, grow, of_another_version, wait_until
from tests.integration.test_line import docker


def test_data_that_another_version_will_meet_are_copied_first(site: Site) -> None:
    site.run("deploy")
    site.write(site.data, "kept", "by people")
    of_another_version(site)
    said = site.run("deploy")
    ((copy, volume),) = site.history()[-1].copies.items()
    assert volume == site.data
    assert copy.startswith(f"{site.data}-of-0.9.0-before-1.0.0-")
    assert f"the data as it was is in volume {copy}" in said
    assert site.read(copy, "kept") == "by people"
    mark = json.loads(site.read(copy, volumes.MARK) or "")
    assert (mark["of"], mark["because"]) == (site.data, "data of 0.9.0 is to meet 1.0.0")
    assert mark["bytes"] > 0
    assert site.name() == "Acme"


def test_where_the_copy_fails_the_release_before_serves_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise CommandFailed("no space left on device", hint="make room")

    site.run("deploy")
    site.write(site.data, "kept", "by people")
    before = site.container()
    of_another_version(site)
    monkeypatch.setattr(volumes, "copy", full)
    monkeypatch.setenv("CHECKOUT", str(site.line.root))
    monkeypatch.setenv("CACHE", str(site.line.cache))
    with pytest.raises(DeployFailed, match="no space left"):
        entry.deploy(select(site.line.product, "test"), Wish())
    assert (site.container(), site.name()) == (before, "Acme")
    last = site.history()[-1]
    assert (last.outcome, last.serves, last.switched, last.copies) == ("failed", "previous", False, {})


def test_a_large_volume_is_looked_into_quickly(site: Site) -> None:
    site.write(site.data, "large", "x" * (64 << 20))
    began = time.monotonic()
    assert volumes.has_data(site.data)
    assert time.monotonic() - began < 10


def test_a_copy_of_before_a_failed_deploy_is_named_by_the_next_ones_until_one_goes_well(site: Site) -> None:
    site.run("deploy")
    site.write(site.data, "kept", "by people")
    of_another_version(site)
    site.sets("WEBUI_NAME", "Another")
    site.run("deploy", code=31)
    (copy,) = copies_of(site.data)
    assert f"as it was before is in volume {copy}" in site.run("deploy", code=31)
    assert copies_of(site.data) == [copy]
    site.env_file.write_text(site.env_file.read_text().replace("WEBUI_NAME=Another", ""))
    site.run("deploy")
    assert [list(one.copies) for one in site.history()] == [[], [], [copy], [copy], [copy]]
    site.sets("TOPIC", "music")
    site.run("deploy")
    assert site.history()[-1].copies == {}


def test_where_no_container_tells_who_had_the_data_they_are_copied(site: Site) -> None:
    site.run("deploy")
    site.write(site.data, "kept", "by people")
    engine.remove(site.container())
    site.run("deploy")
    (copy,) = copies_of(site.data)
    assert copy.startswith(f"{site.data}-of-unknown-before-1.0.0-")


def test_while_somebody_else_runs_on_the_data_they_are_not_copied(site: Site) -> None:
    site.run("deploy")
    site.write(site.data, "kept", "by people")
    of_another_version(site)
    run = ("run", "--detach", "--label=graft.test=1", f"--volume={site.data}:/v", site.line.published())
    other = docker(*run, "sleep", "600")
    try:
        assert "would write while it is copied" in site.run("deploy", code=30)
    finally:
        docker("rm", "--force", other)
    assert copies_of(site.data) == []
    assert site.name() == "Acme"


def test_without_room_for_a_copy_nothing_is_stopped(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.run("deploy")
    site.write(site.data, "kept", "by people")
    of_another_version(site)
    began = engine.client().api.inspect_container(site.container())["State"]["StartedAt"]
    disk = "2048\t/from\n/dev/a 9 8 1024 88% /from\n"
    monkeypatch.setattr(volumes, "ask", lambda *_, all_files=False: disk if all_files else "{}")
    monkeypatch.setenv("CHECKOUT", str(site.line.root))
    monkeypatch.setenv("CACHE", str(site.line.cache))
    with pytest.raises(DeployFailed, match=r"needs 2 MB, there are 1 MB free"):
        entry.deploy(select(site.line.product, "test"), Wish())
    assert engine.client().api.inspect_container(site.container())["State"]["StartedAt"] == began


def test_what_was_stopped_for_a_copy_that_is_interrupted_serves_again(site: Site) -> None:
    site.run("deploy")
    before = site.container()
    grow(site, site.data)
    of_another_version(site)
    with site.begin("deploy") as process:
        wait_until(lambda: bool(copies_of(site.data)))
        process.send_signal(signal.SIGTERM)
    assert process.returncode == 130
    wait_until(lambda: stack.answers(f"http://127.0.0.1:{site.port}/health"))
    assert (site.container(), site.name()) == (before, "Acme")
    last = site.history()[-1]
    assert (last.outcome, last.serves, last.switched) == ("failed", "previous", False)
    assert copies_of(site.data) == []


def test_a_copy_that_was_killed_is_not_taken_for_one(site: Site) -> None:
    site.run("deploy")
    grow(site, site.data)
    of_another_version(site)
    with site.begin("deploy") as process:
        wait_until(lambda: bool(copies_of(site.data)))
        process.kill()
    (half,) = copies_of(site.data)
    last = site.history()[-1]
    assert (last.outcome, last.switched, last.copies) == ("begun", False, {})
    assert f"the copy {half} was broken off and is removed" in site.run("deploy")
    (copy,) = copies_of(site.data)
    assert copy != half
    assert volumes.is_finished(copy)
    assert list(site.history()[-1].copies) == [copy]
