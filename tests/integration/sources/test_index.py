"""Artifacts of a package index: brought once, and no others than those that were promised."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scripts.lib import download, sources
from scripts.lib.errors import CommandFailed, GateRefused, ResourceMissing, SettingsInvalid
from scripts.lib.sources.place import Place
from tests import tiny
from tests.integration.sources.asked import SDIST, WHEEL, on_index, product, refused
from tests.integration.web import Web
from tests.own_registry import free_port


def test_an_sdist_and_its_wheel_come_from_the_index_once(server: Web, place: Place, packed: dict[str, bytes]) -> None:
    server.index("tiny", packed | {"tiny-2.0.0.tar.gz": b"", "tiny-1.1.0.dev1.tar.gz": b""})
    wanted = product(
        release=on_index(server, artifact="wheel", version_of="upstream"), upstream=on_index(server, version="<2")
    )
    lock = sources.resolve_all(wanted, place)
    assert [(s.version, s.address) for s in lock.sources.values()] == [("1.0.0", WHEEL), ("1.0.0", SDIST)]
    artifacts = sources.bring_all(wanted, lock, place)
    assert artifacts["upstream"].read_bytes() == packed[SDIST]
    assert artifacts["release"].read_bytes() == packed[WHEEL]
    server.asked.clear()
    assert sources.bring_all(wanted, lock, place) == artifacts
    assert server.asked == []


def test_damaged_content_of_the_cache_is_brought_anew(server: Web, place: Place, packed: dict[str, bytes]) -> None:
    server.index("tiny", packed)
    wanted = product(upstream=on_index(server))
    lock = sources.resolve_all(wanted, place)
    stored = sources.bring_all(wanted, lock, place)["upstream"]
    stored.write_bytes(packed[SDIST][:-1] + b"x")
    assert sources.bring_all(wanted, lock, place)["upstream"].read_bytes() == packed[SDIST]


def test_two_runs_that_want_the_same_bring_it_once(
    server: Web, place: Place, packed: dict[str, bytes], capfd: pytest.CaptureFixture[str]
) -> None:
    server.index("tiny", packed)
    wanted = product(upstream=on_index(server))
    lock = sources.resolve_all(wanted, place)
    server.slow[f"/files/{SDIST}"] = 1.0
    with ThreadPoolExecutor(2) as runs:
        found = list(runs.map(lambda _: sources.bring_all(wanted, lock, place), range(2)))
    assert found[0] == found[1]
    assert server.asked.count(f"/files/{SDIST}") == 1
    assert "another run brings the same" in capfd.readouterr().err


def test_an_index_that_cannot_be_reached_is_named_by_its_project(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "FIRST_WAIT", 0.01)
    port = free_port()
    failure = refused(
        ResourceMissing,
        product(upstream={"kind": "pypi", "project": "tiny", "index": f"http://127.0.0.1:{port}/"}),
        place,
    )
    assert failure.problems[0].startswith("sources.upstream: the package index of tiny cannot be asked")
    assert "index" in failure.hint
    assert failure.exit_code == 4


def test_a_project_that_the_index_does_not_have_is_a_matter_of_settings(server: Web, place: Place) -> None:
    failure = refused(SettingsInvalid, product(upstream=on_index(server)), place)
    assert failure.problems == ("sources.upstream: the index has no project 'tiny'",)


def test_a_version_without_the_artifact_is_said(server: Web, place: Place, packed: dict[str, bytes]) -> None:
    server.index("tiny", {SDIST: packed[SDIST]})
    failure = refused(SettingsInvalid, product(upstream=on_index(server, artifact="wheel", version="1.0.0")), place)
    assert failure.problems == ("sources.upstream: tiny has no wheel of version 1.0.0 on its index",)


def test_a_short_fault_of_the_server_is_waited_out(server: Web, place: Place, packed: dict[str, bytes]) -> None:
    server.index("tiny", packed)
    server.broken = {"/simple/tiny/": 1, f"/files/{SDIST}": 2}
    wanted = product(upstream=on_index(server))
    assert sources.bring_all(wanted, sources.resolve_all(wanted, place), place)["upstream"].is_file()
    assert server.asked.count(f"/files/{SDIST}") == 3


def test_a_download_that_breaks_off_is_tried_again_then_refused(
    server: Web, place: Place, packed: dict[str, bytes]
) -> None:
    server.index("tiny", packed)
    server.cut.add(f"/files/{SDIST}")
    failure = refused(ResourceMissing, product(upstream=on_index(server)), place)
    assert f"{SDIST} cannot be downloaded" in failure.problems[0]
    assert server.asked.count(f"/files/{SDIST}") == download.ATTEMPTS


def test_a_file_that_is_not_there_is_not_asked_for_twice(server: Web, place: Place, packed: dict[str, bytes]) -> None:
    server.index("tiny", packed)
    del server.pages[f"/files/{SDIST}"]
    failure = refused(CommandFailed, product(upstream=on_index(server)), place)
    assert SDIST in failure.problems[0]
    assert "404" in failure.problems[0]
    assert server.asked.count(f"/files/{SDIST}") == 1


def test_content_that_is_not_what_the_index_states_is_refused(
    server: Web, place: Place, packed: dict[str, bytes]
) -> None:
    server.index("tiny", packed, hashes={SDIST: "0" * 64})
    failure = refused(GateRefused, product(upstream=on_index(server)), place)
    assert failure.problems[0] == (
        f"sources.upstream: {SDIST} has sha256 {hashlib.sha256(packed[SDIST]).hexdigest()}, "
        f"not {'0' * 64} as it was promised"
    )


def test_a_release_that_changed_since_it_was_locked_is_refused(
    server: Web, place: Place, packed: dict[str, bytes]
) -> None:
    server.index("tiny", packed)
    wanted = product(upstream=on_index(server))
    lock = sources.resolve_all(wanted, place)
    server.index("tiny", {SDIST: b"another"})
    failure = refused(GateRefused, wanted, place, lock)
    assert failure.problems[0] == (
        f"sources.upstream: {SDIST} has sha256 {hashlib.sha256(b'another').hexdigest()} on the index "
        f"and {hashlib.sha256(packed[SDIST]).hexdigest()} in the lock"
    )


def test_a_release_that_was_taken_off_the_index_is_said(server: Web, place: Place, packed: dict[str, bytes]) -> None:
    server.index("tiny", packed)
    wanted = product(upstream=on_index(server))
    lock = sources.resolve_all(wanted, place)
    server.index("tiny", {})
    failure = refused(CommandFailed, wanted, place, lock)
    assert failure.problems == (f"sources.upstream: tiny's index does not list {SDIST} any more",)


def test_a_wheel_that_is_of_another_version_inside_is_refused(
    server: Web, place: Place, packed: dict[str, bytes], tmp_path: Path
) -> None:
    tiny.pack_release(tmp_path / "other", version="1.0.1")
    server.index("tiny", packed | {WHEEL: (tmp_path / "other").read_bytes()})
    wanted = product(upstream=on_index(server), release=on_index(server, artifact="wheel", version_of="upstream"))
    failure = refused(GateRefused, wanted, place)
    assert failure.problems == (f"sources.release: the wheel {WHEEL} says it is version 1.0.1, not 1.0.0",)
