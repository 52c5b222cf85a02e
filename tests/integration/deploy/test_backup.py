"""Data are copied while they are used, and put back where they were lost, replaced, or never were."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scripts.lib import engine
from scripts.lib.deploy import deployments
from tests.integration.deploy.site import Site, wait_until
from tests.integration.test_line import docker

USED = """
import os, sqlite3, time
os.chown('/v', 10001, 10001)
os.makedirs('/v/uploads/1', exist_ok=True)
open('/v/uploads/1/a.pdf', 'w').write('by people')
os.symlink('1/a.pdf', '/v/uploads/latest')
connection = sqlite3.connect('/v/app.db', isolation_level=None)
connection.execute('PRAGMA journal_mode = wal')
connection.execute('PRAGMA wal_autocheckpoint = 0')
connection.execute('CREATE TABLE said (value TEXT)')
for top, folders, files in os.walk('/v'):
    for name in (*folders, *files):
        os.chown(os.path.join(top, name), 10001, 10001, follow_symlinks=False)
os.chmod('/v/uploads/1/a.pdf', 0o640)
os.setgid(10001), os.setuid(10001)
while True:
    connection.execute('INSERT INTO said VALUES (?)', ('x' * 100,))
    open('/tmp/written', 'w').close()
    time.sleep(0.001)
"""
"""An application at work: its database's log is never written back, and its user is no other's."""
GROWS = """
import os
for _ in range(3):
    os.fork()
while True:
    open('/v/log', 'a').write('x' * 100)
"""
"""Eight that write: on a busy machine one alone may have its turn only after the copy."""
OWNED = "10001:10001"


@contextmanager
def at_work(site: Site, program: str, ready: str) -> Iterator[str]:
    """Let a program use the stack's data beside its own application; ended by force."""
    run = ("run", "--detach", "--init", "--label=graft.test=1", "--user=0", f"--volume={site.data}:/v")
    container = docker(*run, "--entrypoint=python3", site.line.published(), "-c", program)
    try:
        wait_until(lambda: engine.get_file(container, ready) is not None)
        yield container
    finally:
        engine.remove(container)


def rows(site: Site) -> int:
    """How many rows the database in the stack's volume has."""
    program = "import sqlite3; print(sqlite3.connect('/v/app.db').execute('SELECT count(*) FROM said').fetchone()[0])"
    run = ("run", "--rm", "--label=graft.test=1", "--network=none", "--user=10001", f"--volume={site.data}:/v")
    return int(docker(*run, "--entrypoint=python3", site.line.published(), "-c", program))


def lost(site: Site) -> None:
    """Let everything of the stack be gone, as on another machine."""
    site.remove()
    site.env_file.unlink()


def listed(folder: Path) -> dict[str, dict[str, dict[str, object]]]:
    found: dict[str, dict[str, dict[str, object]]] = json.loads((folder / "data.json").read_text())
    return found


def left_over() -> list[str]:
    return engine.labelled("volume", {"graft.run": "snapshot"}) + engine.labelled(
        "container", {"graft.run": "snapshot"}
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "a backup"


def test_data_in_use_are_copied_and_put_back_into_an_empty_project_as_they_were(site: Site, folder: Path) -> None:
    site.run("deploy")
    with at_work(site, USED, "/tmp/written"):
        said = site.run("backup", "--to", str(folder))
    assert said.count(str(folder)) >= 2
    assert site.name() == "Acme"
    there = listed(folder)
    counted = there["databases"]["app.db"]["said"]
    assert isinstance(counted, int) and counted > 0
    assert sorted(there["files"]) == ["app.db", "uploads/1/a.pdf", "uploads/latest"]
    assert there["folders"]["."] == {"owner": OWNED, "mode": "040755", "sha256": None}
    secret = site.env_file.read_text()

    lost(site)
    assert site.run("restore", "--backup", str(folder)).count("has the data of") == 1
    assert site.env_file.read_text() == secret
    assert site.env_file.stat().st_mode & 0o777 == 0o600
    assert rows(site) == counted
    assert site.read(site.data, "uploads/latest") == "by people"
    assert engine.volume_labels(f"{site.stack}-restoring") is None
    assert "was not created by Docker Compose" not in site.run("deploy")
    assert (site.name(), rows(site)) == ("Acme", counted)
    assert left_over() == []


def test_a_backup_is_for_its_owner_alone_and_says_what_it_is_of(site: Site, folder: Path) -> None:
    site.run("deploy")
    site.write(site.data, "kept", "by people")
    site.run("backup", "--to", str(folder))
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["backup.json", "data.json", "data.tar.gz", "settings.env"]
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    record = json.loads((folder / "backup.json").read_text())
    assert (record["product"], record["version"], record["volumes"]) == (site.line.product, "1.0.0", ["data"])
    assert record["images"] == {"tiny-app": site.line.published()}
    hashes = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names[1:]}
    assert record["files"] == hashes
    assert listed(folder)["files"]["kept"]["sha256"] == hashlib.sha256(b"by people").hexdigest()


def test_a_backup_lies_in_the_checkout_where_nothing_else_is_named(site: Site) -> None:
    site.run("deploy")
    site.write(site.data, "kept", "by people")
    said = site.run("backup")
    (made,) = (site.line.root / "backups").iterdir()
    assert made.name.startswith(f"{site.stack}-2")
    assert str(made) in said
    assert "is there already" in site.run("backup", "--to", str(made), code=2)


def test_only_older_backups_of_the_same_stack_go_and_only_after_the_new_one(site: Site, tmp_path: Path) -> None:
    site.run("deploy")
    site.write(site.data, "kept", "by people")
    for name in ("first", "second", "third", "other"):
        site.run("backup", "--to", str(tmp_path / name))
    record = tmp_path / "other/backup.json"
    record.write_text(record.read_text().replace(f'"stack": "{site.stack}"', '"stack": "other"'))
    (tmp_path / "mine").mkdir()
    assert "--keep none is no number" in site.run("backup", "--to", str(tmp_path / "fourth"), "--keep", "none", code=2)
    said = site.run("backup", "--to", str(tmp_path / "fourth"), "--keep", "2")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fourth", "mine", "other", "third"]
    assert f"removed {tmp_path / 'first'}" in said


def test_what_an_ended_application_left_in_its_log_is_in_the_backup_too(site: Site, folder: Path) -> None:
    site.run("deploy")
    site.run("stop")
    with at_work(site, USED, "/tmp/written"):
        pass
    site.run("backup", "--to", str(folder))
    counted = listed(folder)["databases"]["app.db"]["said"]
    assert counted == rows(site)
    assert "app.db-wal" not in listed(folder)["files"]


def test_where_a_file_never_comes_to_rest_there_is_no_backup_and_it_is_named(site: Site, folder: Path) -> None:
    site.run("deploy")
    with at_work(site, GROWS, "/v/log"):
        said = site.run("backup", "--to", str(folder), code=10)
    assert "data/log changed whenever it was copied" in said
    assert "invoke stop backup restart" in said
    assert not folder.exists()
    assert left_over() == []


def test_without_data_there_is_nothing_to_back_up(site: Site, folder: Path) -> None:
    assert "has no data here" in site.run("backup", "--to", str(folder), code=3)
    assert not folder.exists()


def test_data_that_are_there_are_replaced_only_when_asked_and_are_kept_beside(site: Site, folder: Path) -> None:
    site.run("deploy")
    site.write(site.data, "kept", "before")
    site.run("backup", "--to", str(folder))
    site.write(site.data, "kept", "after")
    site.write(site.data, "more", "after")
    site.env_file.write_text(site.env_file.read_text().replace("SECRET=", "SECRET=other"))
    now = site.env_file.read_text()
    said = site.run("restore", "--backup", str(folder), code=2)
    assert f"{site.data} holds data already" in said
    assert "SECRET is not the backup's" in said
    assert "runs on the data" in site.run("restore", "--backup", str(folder), "--replace", code=4)
    assert site.read(site.data, "kept") == "after"
    site.run("stop")
    said = site.run("restore", "--backup", str(folder), "--replace")
    assert (site.read(site.data, "kept"), site.read(site.data, "more")) == ("before", None)
    (copy,) = engine.labelled("volume", {"graft.copy-of": site.data})
    assert copy.startswith(f"{site.data}-before-restore-")
    assert copy in said
    assert (site.read(copy, "kept"), site.read(copy, "more")) == ("after", "after")
    (aside,) = site.env_file.parent.glob("test-before-restore-*.env")
    assert aside.read_text() == now
    aside.unlink()
    assert "SECRET=other" not in site.env_file.read_text()
    site.run("deploy")
    assert site.name() == "Acme"


def test_a_damaged_or_unended_backup_and_one_of_another_product_are_refused(site: Site, folder: Path) -> None:
    site.run("deploy")
    site.write(site.data, "kept", "by people")
    site.run("backup", "--to", str(folder))
    lost(site)
    archive, record = folder / "data.tar.gz", folder / "backup.json"
    whole, of = archive.read_bytes(), record.read_text()
    archive.write_bytes(whole[:-1])
    (folder / "settings.env").unlink()
    said = site.run("restore", "--backup", str(folder), code=4)
    assert "data.tar.gz is not as it was written" in said
    assert "settings.env is missing" in said
    record.unlink()
    assert "it is no backup, or one that was not ended" in site.run("restore", "--backup", str(folder), code=4)
    archive.write_bytes(whole)
    files = json.dumps({name: h for name, h in json.loads(of)["files"].items() if name != "settings.env"})
    other = json.loads(of) | {"product": "other", "files": json.loads(files)}
    record.write_text(json.dumps(other))
    assert "is a backup of other" in site.run("restore", "--backup", str(folder), code=2)
    assert engine.volume_labels(site.data) is None


def test_half_of_a_backup_is_never_started_and_is_ended_by_the_same_command(site: Site, folder: Path) -> None:
    site.run("deploy")
    site.write(site.data, "kept", "by people")
    site.run("backup", "--to", str(folder))
    site.run("stop")
    engine.create_volume({"graft.restoring": str(folder)}, f"{site.stack}-restoring")
    site.write(site.data, "half", "of it")
    for stage in ("deploy", "restart", "backup"):
        said = site.run(stage, code=2)
        assert f"hint: run: invoke restore {folder}" in said
    site.run("restore", "--backup", str(folder))
    assert (site.read(site.data, "kept"), site.read(site.data, "half")) == ("by people", None)
    assert engine.labelled("volume", {"graft.copy-of": site.data}) == []
    site.run("deploy")


def test_nothing_is_copied_or_restored_while_somebody_deploys(site: Site, folder: Path) -> None:
    site.run("deploy")
    site.write(site.data, "kept", "by people")
    site.run("backup", "--to", str(folder))
    with deployments.lock(site.line.product, site.stack, "deploy"):
        for words in (("backup", "--to", f"{folder}-2"), ("restore", "--backup", str(folder), "--replace")):
            assert "another run works on the stack" in site.run(*words, code=4)
