"""The stages fetch and update, as a user runs them, on a checkout of Tiny."""

import shutil
import time
from pathlib import Path

import pytest

from scripts import fetch, update
from scripts.lib import cli, records, shell
from scripts.lib.checkout import Checkout
from scripts.lib.records import Source
from tests import tiny

STEPS = "customizations/tiny/steps.yaml"
LOCK = "customizations/tiny/upstream.lock.yaml"
REQUIREMENTS = "customizations/tiny/release/requirements.lock"
INTO = """\
  app:
    kind: archive
    url: upstream/tiny-1.0.0-py3-none-any.whl
    version_file: { path: tiny-1.0.0.dist-info/METADATA, pattern: "^Version: (.+)$" }
    into: third/tiny
    leave_out: [tiny/frontend/**]
    licence:
      file: tiny-1.0.0.dist-info/licenses/LICENSE
      rules: [{ versions: {}, name: Tiny Licence, needs_basis: false }]
"""
STEP_ON_THE_WHEEL = """
  - id: wheel-name
    kind: python
    why: The wheel's own server bears our name.
    path: third/tiny/tiny/env.py
    alternatives:
      - find: os.environ.get('WEBUI_NAME', 'Tiny')
        replace: os.environ.get('WEBUI_NAME', 'Acme')
    proofs:
      - { layer: tree, reason: No image has the wheel's server in it. }
"""


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    root = tiny.make_checkout(tmp_path / "checkout")
    (root / LOCK).unlink(missing_ok=True)
    (root / REQUIREMENTS).unlink(missing_ok=True)
    for name, value in {"CHECKOUT": str(root), "CACHE": str(tmp_path / "cache")}.items():
        monkeypatch.setenv(name, value)
    return Checkout(root=root, product="tiny", cache=tmp_path / "cache")


def run(stage: str) -> int:
    work, options = {"fetch": (fetch.fetch, []), "update": (update.update, update.OPTIONS)}[stage]
    return cli.run(stage, work, "", options, ["--product", "tiny", "--environment", "test"])


def edit(path: Path, old: str, new: str) -> None:
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def test_fetch_without_a_lock_names_the_task_that_writes_it(
    checkout: Checkout, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run("fetch") == 3
    assert f"fetch: the lock {LOCK} is missing\nhint: run: invoke update" in capfd.readouterr().err
    assert not checkout.workspace.exists()


def test_update_writes_lock_and_requirements_and_says_when_there_is_nothing_new(
    checkout: Checkout, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run("update") == 0
    written = {path: (checkout.root / path).read_text() for path in (LOCK, REQUIREMENTS)}
    assert "version: 1.0.0" in written[LOCK]
    assert "backend/requirements.txt, for Python 3.11" in written[REQUIREMENTS]
    assert str(checkout.root) not in "".join(written.values())
    capfd.readouterr()
    assert run("update") == 0
    assert "update: upstream 1.0.0, release 1.0.0: up to date" in capfd.readouterr().out
    assert written == {path: (checkout.root / path).read_text() for path in (LOCK, REQUIREMENTS)}


def test_update_says_every_step_that_broke_and_writes_nothing(
    checkout: Checkout, capfd: pytest.CaptureFixture[str]
) -> None:
    edit(checkout.root / STEPS, "<title>Tiny</title>", "<title>Teeny</title>")
    edit(checkout.root / STEPS, "APP_NAME = 'Tiny'", "APP_NAME = 'Teeny'")
    assert run("update") == 20
    said = capfd.readouterr().err
    assert "update: title is " in said
    assert "update: app-name is " in said
    assert "src/app.html" in said
    assert not (checkout.root / LOCK).exists()
    assert not (checkout.root / REQUIREMENTS).exists()


def test_update_tries_the_customizations_on_the_built_release_too(
    checkout: Checkout, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(checkout.root / STEPS, "find: '=\"Tiny\",'", "find: '=\"Teeny\",'")
    monkeypatch.setenv("STRATEGY", "release")
    assert run("update") == 20
    assert "app-name" in capfd.readouterr().err
    assert not (checkout.root / LOCK).exists()


def test_update_says_what_will_ask_for_strategy_source(checkout: Checkout, capfd: pytest.CaptureFixture[str]) -> None:
    edit(checkout.root / STEPS, "find: '=\"Tiny\",'", "find: '=\"Teeny\",'")
    assert run("update") == 0
    assert "from the source: step app-name: '=\"Teeny\",' stands 0 times" in capfd.readouterr().err


def test_update_tries_the_sources_own_sets_where_the_release_refuses(
    checkout: Checkout, capfd: pytest.CaptureFixture[str]
) -> None:
    edit(checkout.root / STEPS, "find: '=\"Tiny\",'", "find: '=\"Teeny\",'")
    edit(checkout.customizations / "source/no-registry.yaml", "# syntax=docker", "# syntax=other")
    assert run("update") == 20
    assert "update: no-syntax-image is " in capfd.readouterr().err


def test_fetch_leaves_the_untouched_upstream_as_one_commit(checkout: Checkout) -> None:
    run("update")
    assert run("fetch") == 0
    source = records.need(checkout, Source, "fetch")
    log = shell.run(["git", "-C", checkout.workspace, "log", "--format=%H"]).output.split()
    assert log == [source.base]
    assert source.version == tiny.VERSION
    assert source.licence
    assert source.points["title"].keys() == {"src/app.html"}
    stored = source.sources["release"].stored
    assert stored
    assert (checkout.cache / stored).read_bytes()[:2] == b"PK"
    assert (checkout.workspace / "src/app.html").read_bytes() == (tiny.TINY / "tree/src/app.html").read_bytes()


@pytest.fixture
def laid(checkout: Checkout) -> Checkout:
    """The checkout with the wheel laid into the tree, of which a step changes a file."""
    edit(checkout.customizations / "product.yaml", "tree: upstream", f"{INTO}tree: upstream")
    edit(
        checkout.customizations / "product.yaml", "tiny-1.0.0.tar.gz", "tiny-1.0.0.tar.gz\n    leave_out: ['tools/**']"
    )
    steps = checkout.customizations / "steps.yaml"
    steps.write_text(steps.read_text() + STEP_ON_THE_WHEEL)
    return checkout


def test_a_wheel_that_is_laid_into_the_tree_is_part_of_the_upstream(laid: Checkout) -> None:
    assert run("update") == 0
    assert run("fetch") == 0
    source = records.need(laid, Source, "fetch")
    listed = shell.run(["git", "-C", laid.workspace, "ls-tree", "-r", "--name-only", source.base]).output.split()
    assert not [path for path in listed if path.startswith("tools/")]
    assert [path for path in listed if path.startswith("third/tiny/")] == [
        "third/tiny/tiny-1.0.0.dist-info/METADATA",
        "third/tiny/tiny-1.0.0.dist-info/licenses/LICENSE",
        "third/tiny/tiny/env.py",
        "third/tiny/tiny/main.py",
        "third/tiny/tiny/version.json",
    ]
    assert source.points["wheel-name"].keys() == {"third/tiny/tiny/env.py"}
    assert source.sources["app"].licence == source.licence
    assert (source.sources["app"].version, source.sources["release"].licence) == ("1.0.0", None)
    before = source.sources["app"].fingerprint
    edit(laid.customizations / "product.yaml", "leave_out: [tiny/frontend/**]", "leave_out: [tiny/*/**]")
    assert run("fetch") == 0
    assert records.need(laid, Source, "fetch").sources["app"].fingerprint == before
    edit(laid.customizations / "product.yaml", "leave_out: [tiny/*/**]", "leave_out: [tiny/*/**, tiny/*.json]")
    assert run("fetch") == 0
    after = records.need(laid, Source, "fetch")
    assert after.sources["app"].fingerprint != before
    assert not (laid.workspace / "third/tiny/tiny/version.json").exists()


def test_a_step_that_does_not_fit_the_wheel_keeps_the_lock(laid: Checkout, capfd: pytest.CaptureFixture[str]) -> None:
    steps = laid.customizations / "steps.yaml"
    steps.write_text(steps.read_text().replace("os.environ.get('WEBUI_NAME', 'Tiny')", "os.environ['TEENY']"))
    assert run("update") == 20
    assert "update: wheel-name is gone" in capfd.readouterr().err
    assert not (laid.root / LOCK).exists()


def test_a_folder_that_the_tree_has_is_refused_and_the_workspace_stays(
    laid: Checkout, capfd: pytest.CaptureFixture[str]
) -> None:
    run("update")
    run("fetch")
    before = records.need(laid, Source, "fetch")
    edit(laid.customizations / "product.yaml", "into: third/tiny", "into: backend/tiny")
    assert run("fetch") == 2
    assert "fetch: sources.app.into: the tree has backend/tiny already, such as " in capfd.readouterr().err
    assert records.need(laid, Source, "fetch") == before
    assert not (laid.out / "fetched").exists()


def test_fetch_again_does_nothing_also_with_steps_on_top_and_the_sources_gone(
    checkout: Checkout, capfd: pytest.CaptureFixture[str]
) -> None:
    run("update")
    run("fetch")
    git: list[str | Path] = ["git", "-C", checkout.workspace, "-c", "user.name=t", "-c", "user.email=t@localhost"]
    shell.run([*git, "commit", "--quiet", "--allow-empty", "-m", "a step"])
    shutil.rmtree(checkout.root / "upstream")
    capfd.readouterr()
    assert run("fetch") == 0
    assert "up to date" in capfd.readouterr().out
    assert shell.run([*git, "log", "--format=%s"]).output.startswith("a step\n")


def test_a_workspace_that_is_gone_comes_back_the_same(checkout: Checkout) -> None:
    run("update")
    run("fetch")
    before = records.need(checkout, Source, "fetch")
    shutil.rmtree(checkout.workspace)
    assert run("fetch") == 0
    assert records.need(checkout, Source, "fetch") == before
    assert (checkout.workspace / "src/app.html").is_file()


def test_what_lay_in_the_workspace_does_not_reach_the_next_upstream(checkout: Checkout) -> None:
    run("update")
    run("fetch")
    (checkout.workspace / "stray.txt").write_text("left over")
    edit(checkout.root / STEPS, "path: src/app.html", "path: src/app.htm?")
    run("fetch")
    assert not (checkout.workspace / "stray.txt").exists()


def test_a_hostile_archive_leaves_the_workspace_as_it_was(
    checkout: Checkout, capfd: pytest.CaptureFixture[str]
) -> None:
    run("update")
    run("fetch")
    before = records.need(checkout, Source, "fetch")
    hostile = checkout.root / "upstream/tiny-1.0.0.tar.gz"
    hostile.write_bytes(hostile.read_bytes()[:500])
    assert run("update") == 10
    assert "sources.upstream: upstream/tiny-1.0.0.tar.gz is truncated or damaged" in capfd.readouterr().err
    assert run("fetch") == 0
    assert records.need(checkout, Source, "fetch") == before


def test_too_little_disk_leaves_the_workspace_as_it_was(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    run("update")
    monkeypatch.setattr(fetch, "DISK", 10**18)
    assert run("fetch") == 4
    assert f"of disk are free at {checkout.root}, 1000000000.00 GB are needed" in capfd.readouterr().err
    assert not checkout.workspace.exists()
    assert records.find(checkout, Source) is None
    assert not (checkout.out / "fetched").exists()


def test_an_archive_that_changed_since_it_was_locked_is_refused(
    checkout: Checkout, capfd: pytest.CaptureFixture[str]
) -> None:
    run("update")
    archive = checkout.root / "upstream/tiny-1.0.0.tar.gz"
    shutil.rmtree(checkout.cache)
    archive.write_bytes(archive.read_bytes() + b"\0")
    assert run("fetch") == 20
    assert "as it was promised" in capfd.readouterr().err
    assert not checkout.workspace.exists()


def test_an_unchanged_fetch_takes_no_time(checkout: Checkout) -> None:
    run("update")
    run("fetch")
    started = time.monotonic()
    run("fetch")
    assert time.monotonic() - started < 1  # it is 0.1 s where nothing else is done beside it
