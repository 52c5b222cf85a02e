"""Old stacks come into the volumes of a target, whole or not at all, and stay as they are."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.lib import engine
from scripts.lib.deploy import deployments, holder
from scripts.lib.migration import program
from scripts.lib.migration.answer import Migration
from scripts.lib.migration.store import FILE
from tests.integration.migrate.conftest import KEY, VOLUMES, Target
from tests.integration.test_line import docker
from tests.old_lamb import RELEASES, OldStack, make

SECRET = "an-old-secret-" + "s" * 32
OWNERS = """
import os
found = [os.lstat(os.path.join(at, name)) for v in {volumes} for at, ds, fs in os.walk("/" + v) for name in ds + fs]
print(len(found), {{(s.st_uid, s.st_gid) for s in found}} | {{(os.stat("/" + v).st_uid,) * 2 for v in {volumes}}})
"""
LOOK = """
import sqlite3
def ask(path, query):
    return [row[0] for row in sqlite3.connect(path).execute(query)]
print(ask("/data/lamb_v4.db", "SELECT count(*) FROM {prefix}assistants"))
print(ask("/kb-data/lamb-kb-server.db", "SELECT file_path FROM file_registry ORDER BY id"))
print(open("/kb-static/2/poems/a1.txt").read().strip(), open("/static/1/thesis.txt").read().strip())
open("/static/1/new", "w").close()
"""


@pytest.fixture
def old(tmp_path: Path) -> OldStack:
    return make(tmp_path / "old", "0.6")


def seen(folder: Path) -> dict[str, tuple[int, int, int, bytes]]:
    """All that can be seen of a folder."""
    files = [p for p in sorted(folder.rglob("*")) if p.is_file() and not p.is_symlink()]
    states = {p: p.stat() for p in files}
    return {str(p): (s.st_mode, s.st_uid, s.st_mtime_ns, p.read_bytes()) for p, s in states.items()}


def record(target: Target) -> Migration:
    with deployments.looked_at(target.stack) as store:
        assert store is not None
        return Migration.model_validate_json(store.get(FILE) or b"")


@pytest.mark.parametrize("version", RELEASES)
def test_an_old_stack_is_moved_once_and_stays_as_it_is(version: str, target: Target, tmp_path: Path) -> None:
    old = make(tmp_path / "old", version)
    before = seen(old.folder)
    said = target.run("migrate", "--from", str(old.folder))
    assert f"migrate: {old.folder}, version {version}: " in said
    assert "the old SECRET is not to be found, so a new one holds: everybody has to log in again" in said
    prefix = RELEASES[version].prefix
    counted, files, texts = target.python(LOOK.format(prefix=prefix)).splitlines()
    assert (counted, texts) == ("[2]", "Mar De Inês.")
    assert files == "['/app/backend/static/2/poems/a1.txt', '/app/backend/static/2/poems/a2.txt']"
    number, owners = target.python(OWNERS.format(volumes=VOLUMES)).split(" ", 1)
    assert int(number) > 20
    assert owners == "{(10001, 10001)}"
    worded = f"LAMB_DB_PREFIX={prefix}\n" if prefix else "LAMB_DB_PREFIX=''\n"
    assert worded in target.env_file.read_text()
    assert seen(old.folder) == before
    kept = record(target)
    assert (kept.outcome, kept.source, kept.answer.version) == ("done", str(old.folder), version)
    assert json.loads((target.root / f"out/{target.product}/migration.test.json").read_text())["outcome"] == "done"
    assert all(file.was == file.sha256 for file in kept.answer.files if file.old.startswith("backend/"))
    env = target.env_file.read_text()
    again = target.run("migrate", "--from", str(old.folder))
    assert "is moved, up to date" in again
    assert "would be moved" not in target.run("migrate", "--from", str(old.folder), "--dry-run")
    assert target.env_file.read_text() == env
    assert engine.labelled("volume", {"graft.run": "migration", "graft.product": target.product}) == []


def test_a_dry_run_shows_everything_and_changes_nothing(target: Target, old: OldStack) -> None:
    before, env = seen(old.folder), target.env_file.read_text()
    said = target.run("migrate", "--from", str(old.folder), "--dry-run")
    assert "would be moved; nothing was changed" in said
    for line in (
        f"  backend/static/public -> {target.stack}-static: 2 files, ",
        "  lamb_v4.db: 1 x LAMB_lamb_chats.chat rewritten",
        "  /opt/lamb/lamb-kb-server-stable/backend/static/ becomes /app/backend/static/",
        "  LAMB_DB_PREFIX=LAMB_",
    ):
        assert line in said
    assert target.there() == []
    assert (seen(old.folder), target.env_file.read_text()) == (before, env)
    assert engine.labelled("container", {"graft.product": target.product}) == []


def test_a_secret_of_its_own_goes_on_and_is_never_shown(target: Target, old: OldStack) -> None:
    (old.folder / KEY).write_text(SECRET + "\n")
    said = target.run("migrate", "--from", str(old.folder))
    assert "the old SECRET goes on" in said
    assert SECRET not in said
    assert f"SECRET={SECRET}\n" in target.env_file.read_text()
    assert SECRET not in record(target).model_dump_json()
    assert record(target).carried == {"SECRET": True}


def test_everything_that_stands_in_the_way_is_told_at_once(target: Target, old: OldStack) -> None:
    (old.folder / "open-webui/backend/data/webui.db").unlink()
    target.write("static", "theirs", "x")
    run = ("run", "--detach", "--label=graft.test=1", "--entrypoint=sleep", f"--volume={old.folder}:/opt/lamb")
    running = docker(*run, "--workdir=/opt/lamb/backend", target.image, "600")
    name = docker("inspect", "--format={{.Name}}", running).lstrip("/")
    try:
        said = target.run("migrate", "--from", str(old.folder), code=2)
        assert f"migrate: {name} runs on {old.folder}\n" in said
        assert f"migrate: the volume {target.stack}-static is not empty: theirs\n" in said
        assert f"migrate: there is no open-webui/backend/data/webui.db in {old.folder}\n" in said
        assert f"hint: stop the old stack: docker compose --project-directory {old.folder} stop" in said
        assert not target.env_file.read_text().count("LAMB_DB_PREFIX")
    finally:
        docker("rm", "--force", running)
    assert target.there() == [f"{target.stack}-deployments", f"{target.stack}-static"]


def test_a_database_that_a_program_has_open_is_not_copied(target: Target, old: OldStack) -> None:
    holding = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT * FROM collections').fetchone()"
    program = f"{holding}; c.execute('BEGIN IMMEDIATE'); print('open', flush=True); sys.stdin.read()"
    argv = [sys.executable, "-c", program, str(old.kb)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        said = target.run("migrate", "--from", str(old.folder), code=2)
        other.communicate("")
    assert f"process {other.pid} (" in said
    place = "lamb-kb-server-stable/backend/data/lamb-kb-server.db"
    assert f"migrate: {place} is open in a program that runs: lamb-kb-server.db-shm is locked" in said


def test_a_run_that_was_killed_is_told_to_a_deploy_and_ended_by_the_next(
    target: Target, old: OldStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    moving = target.root / "customizations" / target.product / "migration/moving.py"
    whole = moving.read_text()
    moving.write_text(whole.replace("        self.settle()\n", "        os._exit(9)\n", 1))
    said = target.run("migrate", "--from", str(old.folder), code=10)
    assert "migration move ended with exit code 9" in said
    assert record(target).outcome == "begun"
    with pytest.raises(subprocess.CalledProcessError):
        target.python("open('/data/.graft-migration/verified.json')")  # the applications' user may not even look
    moving.write_text(whole)
    assert "moved and verified" in target.run("migrate", "--from", str(old.folder))
    assert record(target).outcome == "done"
    assert len(record(target).answer.files) > 10
    assert target.python("import os; print(sorted(os.listdir('/data')))") == "['aac_logs', 'lamb_v4.db']"


def test_a_folder_that_was_used_on_after_it_was_moved_is_refused_with_the_way_to_begin_anew(
    target: Target, old: OldStack
) -> None:
    target.run("migrate", "--from", str(old.folder))
    (old.folder / "backend/static/public/1/later.txt").write_text("of the old stack, used on\n")
    said = target.run("migrate", "--from", str(old.folder), code=2)
    assert f"the volume {target.stack}-data is not empty: aac_logs, lamb_v4.db" in said
    assert f"docker volume rm {target.stack}-data" in said
    for name in VOLUMES:
        engine.remove_volume(f"{target.stack}-{name}")
    target.run("migrate", "--from", str(old.folder))
    assert target.python("print(open('/static/1/later.txt').read())").strip() == "of the old stack, used on"


@pytest.mark.parametrize("where", ["not there", "lamb_v4.db"])
def test_a_path_that_is_no_folder_is_told_and_never_made(where: str, target: Target, old: OldStack) -> None:
    path = old.folder / where
    before = path.exists()
    said = target.run("migrate", "--from", str(path), code=2)
    assert f"--from {path}: there is no such folder" in said
    assert path.exists() == before


def test_without_the_new_settings_the_way_to_them_is_told(target: Target, old: OldStack) -> None:
    target.env_file.unlink()
    said = target.run("migrate", "--from", str(old.folder), code=2)
    assert f"run: ENVIRONMENT=test invoke env --init --from {old.folder}/backend/.env" in said


def test_a_program_that_breaks_is_told_with_its_last_words_and_no_secret(target: Target, old: OldStack) -> None:
    folder = target.root / "customizations" / target.product / "migration"
    secret = next(line for line in target.env_file.read_text().splitlines() if line.startswith("SECRET=")).partition(
        "="
    )[2]
    (folder / "__main__.py").write_text(f"raise SystemExit('broken, {secret}')\n")
    said = target.run("migrate", "--from", str(old.folder), code=10)
    assert "migration look ended with exit code 1" in said
    assert "broken, [REDACTED]" in said
    assert secret not in said
    assert engine.labelled("volume", {"graft.run": "migration", "graft.product": target.product}) == []


def test_what_a_killed_stage_left_is_removed_by_the_next(target: Target) -> None:
    dead = {"graft.holder.process": "999999999"}
    labels = {**program._RUN, "graft.product": target.product, "graft.test": "1"}
    mine = holder.labels("migrate")
    volume = engine.create_volume(labels | mine | dead)
    program.remove_left()
    assert engine.volume_labels(volume) is None
