"""Archives and folders: their version is read from the tree, and they may not change unsaid."""

from scripts.lib import sources
from scripts.lib.errors import CommandFailed, GateRefused, SettingsInvalid
from scripts.lib.sources.place import Place
from scripts.lib.unpack import unpack
from tests import tiny
from tests.integration.sources.asked import SDIST, product, refused
from tests.integration.sources.repositories import repository
from tests.integration.web import Web


def test_an_archive_comes_from_a_web_server_and_may_not_change(
    server: Web, place: Place, packed: dict[str, bytes]
) -> None:
    server.pages["/tiny.tar.gz"] = packed[SDIST]
    wanted = product(upstream={"kind": "archive", "url": f"{server.address}/tiny.tar.gz"})
    lock = sources.resolve_all(wanted, place)
    assert lock.sources["upstream"].version == tiny.VERSION
    stored = sources.bring_all(wanted, lock, place)["upstream"]
    stored.unlink()
    server.pages["/tiny.tar.gz"] = b"another"
    assert "as it was promised" in refused(GateRefused, wanted, place, lock).problems[0]


def test_an_archive_lies_in_the_checkout_or_the_message_says_where_it_does_not(
    place: Place, packed: dict[str, bytes]
) -> None:
    wanted = product(upstream={"kind": "archive", "url": "tiny.tar.gz"})
    failure = refused(SettingsInvalid, wanted, place)
    assert failure.problems == (f"sources.upstream.url: there is no file {place.root / 'tiny.tar.gz'}",)
    (place.root / "tiny.tar.gz").write_bytes(packed[SDIST])
    assert sources.resolve_all(wanted, place).sources["upstream"].version == tiny.VERSION


def test_a_tree_that_names_no_version_is_said_with_its_file(place: Place, packed: dict[str, bytes]) -> None:
    (place.root / "tiny.tar.gz").write_bytes(packed[SDIST])
    wanted = product(upstream={"kind": "archive", "url": "tiny.tar.gz", "version_file": {"path": "LICENSE"}})
    failure = refused(CommandFailed, wanted, place)
    assert failure.problems == ("sources.upstream: tiny.tar.gz: LICENSE has no version at the key 'version'",)


def test_a_folder_is_taken_without_its_git_and_may_not_change_unsaid(place: Place) -> None:
    folder = repository(place.root / "tree")
    (folder / "run").write_text("#!/bin/sh\n")
    (folder / "run").chmod(0o755)
    wanted = product(upstream={"kind": "path", "path": "tree"})
    lock = sources.resolve_all(wanted, place)
    artifact = sources.bring_all(wanted, lock, place)["upstream"]
    found = unpack(artifact, place.root / "unpacked", "it")
    assert list(found) == [".gitattributes", "left-out.txt", "package.json", "run"]
    assert (place.root / "unpacked/run").stat().st_mode & 0o100
    (folder / "run").write_text("#!/bin/sh\nexit 1\n")
    failure = refused(GateRefused, wanted, place, lock)
    assert failure.problems == ("sources.upstream: the folder tree has changed since it was locked",)
    assert failure.hint.endswith("invoke update")
