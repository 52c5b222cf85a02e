"""What is in the cache is whole and is what its name says, or it is not there."""

import errno
import hashlib
import os
from pathlib import Path

import pytest

from scripts.lib import cache
from scripts.lib.errors import GateRefused, ResourceMissing

CONTENT = b"an artifact"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def put(path: Path) -> None:
    path.write_bytes(CONTENT)


def must_not_be_asked(_: Path) -> None:
    raise AssertionError("the cache had it")


def test_content_is_brought_once(tmp_path: Path) -> None:
    path = cache.bring(tmp_path, SHA256, "it", put)
    assert path.read_bytes() == CONTENT
    assert path == tmp_path / "sha256" / SHA256[:2] / SHA256
    assert cache.bring(tmp_path, SHA256, "it", must_not_be_asked) == path


def test_content_is_found_by_its_hash_alone(tmp_path: Path) -> None:
    assert cache.find(tmp_path, SHA256) is None
    assert cache.add(tmp_path, put) == SHA256
    assert cache.find(tmp_path, SHA256) == cache.place(tmp_path, SHA256)


def test_a_flipped_bit_is_noticed_and_the_content_is_brought_anew(tmp_path: Path) -> None:
    path = cache.bring(tmp_path, SHA256, "it", put)
    path.write_bytes(b"An artifact")
    assert cache.bring(tmp_path, SHA256, "it", put).read_bytes() == CONTENT


def test_a_flipped_bit_that_neither_size_nor_time_tell_is_noticed_before_use(tmp_path: Path) -> None:
    path = cache.bring(tmp_path, SHA256, "it", put)
    times = path.stat()
    path.write_bytes(b"An artifact")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert cache.find(tmp_path, SHA256) == path
    assert cache.find(tmp_path, SHA256, hashed=True) is None


def test_damaged_content_is_removed(tmp_path: Path) -> None:
    path = cache.bring(tmp_path, SHA256, "it", put)
    path.write_bytes(b"")
    assert cache.find(tmp_path, SHA256) is None
    assert not path.exists()


def test_a_file_is_hashed_again_only_after_it_was_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[Path] = []

    def count(path: Path) -> str:
        hashed.append(path)
        return SHA256

    path = cache.bring(tmp_path, SHA256, "it", put)
    monkeypatch.setattr(cache, "hash_of", count)
    cache.find(tmp_path, SHA256)
    assert not hashed
    os.utime(path, (1, 1))
    cache.find(tmp_path, SHA256)
    cache.find(tmp_path, SHA256)
    assert hashed == [path]


def test_other_content_than_the_locked_one_is_refused_and_not_kept(tmp_path: Path) -> None:
    with pytest.raises(GateRefused) as failure:
        cache.bring(tmp_path, "0" * 64, "sources.upstream: tiny.tar.gz", put)
    assert failure.value.problems[0] == (
        f"sources.upstream: tiny.tar.gz has sha256 {SHA256}, not {'0' * 64} as it was promised"
    )
    assert not [p for p in tmp_path.rglob("*") if p.is_file() and p.parent.name != "locks"]


def test_an_interrupted_download_leaves_nothing(tmp_path: Path) -> None:
    def breaks_off(path: Path) -> None:
        path.write_bytes(CONTENT[:3])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cache.bring(tmp_path, SHA256, "it", breaks_off)
    assert not [p for p in tmp_path.rglob("*") if p.is_file() and p.parent.name != "locks"]


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    def fills_the_disk(path: Path) -> None:
        path.write_bytes(CONTENT[:3])
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(ResourceMissing) as failure:
        cache.bring(tmp_path, SHA256, "it", fills_the_disk)
    assert failure.value.problems == (f"the disk of the cache {tmp_path} is full",)
    assert not list((tmp_path / "scratch").iterdir())


def test_content_known_by_another_name_is_found_and_verified(tmp_path: Path) -> None:
    assert cache.named(tmp_path, "commit") is None
    cache.name(tmp_path, "commit", cache.add(tmp_path, put))
    assert cache.named(tmp_path, "commit") == cache.place(tmp_path, SHA256)
    cache.place(tmp_path, SHA256).write_bytes(b"")
    assert cache.named(tmp_path, "commit") is None
