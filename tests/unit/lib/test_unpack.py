"""Archives of every kind are unpacked whole and inside their folder, or not at all."""

import errno
import io
import os
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from scripts.lib.errors import CommandFailed, ResourceMissing
from scripts.lib.unpack import Caps, unpack


def entry(name: str, *, kind: bytes = tarfile.REGTYPE, link: str = "", mode: int = 0o644) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.mode = kind, link, mode
    return info


def tar_of(path: Path, *entries: tarfile.TarInfo, content: bytes = b"text", mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as tar:  # type: ignore[call-overload]
        for info in entries:
            info.size = len(content) if info.isreg() else 0
            tar.addfile(info, io.BytesIO(content) if info.isreg() else None)
    return path


def zip_of(path: Path, **files: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return path


def refusal(archive: Path, tmp_path: Path, caps: Caps | None = None) -> str:
    """Unpack what must not be unpacked; whatever the reason, nothing is left and nothing is outside."""
    before = sorted(p for p in tmp_path.rglob("*"))
    with pytest.raises(CommandFailed) as failure:
        unpack(archive, tmp_path / "tree", "sources.upstream", caps)
    assert sorted(p for p in tmp_path.rglob("*")) == before
    assert failure.value.problems[0].startswith("sources.upstream is ")
    return failure.value.problems[0]


@pytest.mark.parametrize("compression", ["w", "w:gz", "w:bz2", "w:xz"])
def test_every_compression_is_unpacked(tmp_path: Path, compression: str) -> None:
    archive = tar_of(tmp_path / "a", entry("top/a.txt"), entry("top/b/c.txt"), mode=compression)
    assert list(unpack(archive, tmp_path / "tree", "it")) == ["a.txt", "b/c.txt"]
    assert (tmp_path / "tree/b/c.txt").read_bytes() == b"text"


def test_a_zip_is_unpacked(tmp_path: Path) -> None:
    archive = zip_of(tmp_path / "a", top__a=b"1", top__b__c=b"2")
    assert list(unpack(archive, tmp_path / "tree", "it")) == ["a", "b/c"]


def test_several_folders_at_the_top_stay(tmp_path: Path) -> None:
    archive = tar_of(tmp_path / "a", entry("one/a"), entry("two/a"))
    assert list(unpack(archive, tmp_path / "tree", "it")) == ["one/a", "two/a"]


def test_the_manifest_holds_the_hash_of_every_content(tmp_path: Path) -> None:
    archive = tar_of(tmp_path / "a", entry("top/a"), entry("top/b"))
    found = unpack(archive, tmp_path / "tree", "it")
    assert set(found.values()) == {"982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1"}


def test_the_executable_bit_is_kept_and_no_other(tmp_path: Path) -> None:
    archive = tar_of(tmp_path / "a", entry("top/run", mode=0o6777), entry("top/text", mode=0o666))
    unpack(archive, tmp_path / "tree", "it")
    modes = {name: (tmp_path / "tree" / name).stat().st_mode & 0o7777 for name in ("run", "text")}
    umask = os.umask(0)
    os.umask(umask)
    assert modes == {"run": 0o755 & ~umask, "text": 0o644 & ~umask}


def test_links_that_stay_inside_are_made(tmp_path: Path) -> None:
    link = entry("top/sub/link", kind=tarfile.SYMTYPE, link="../a")
    unpack(tar_of(tmp_path / "a", entry("top/a"), link), tmp_path / "tree", "it")
    assert (tmp_path / "tree/sub/link").read_bytes() == b"text"


def test_a_hard_link_becomes_a_file_of_its_own(tmp_path: Path) -> None:
    twin = entry("top/twin", kind=tarfile.LNKTYPE, link="top/a")
    unpack(tar_of(tmp_path / "a", entry("top/a"), twin), tmp_path / "tree", "it")
    assert (tmp_path / "tree/twin").read_bytes() == b"text"
    assert (tmp_path / "tree/twin").stat().st_nlink == 1


@pytest.mark.parametrize(
    ("hostile", "says"),
    [
        (entry("/etc/cron.d/x"), "/etc/cron.d/x is an absolute path"),
        (entry("top/../../x"), "top/../../x leads out of it"),
        (entry("top/.git/config"), "top/.git/config belongs to a git repository"),
        (entry("top/l", kind=tarfile.SYMTYPE, link="/etc/passwd"), "top/l is a link to /etc/passwd, out of it"),
        (entry("top/l", kind=tarfile.SYMTYPE, link="../../x"), "top/l is a link to ../../x, out of it"),
        (entry("top/l", kind=tarfile.SYMTYPE, link="../x"), "top/l is a link to ../x, out of it"),
        (entry("top/l", kind=tarfile.SYMTYPE, link="sub/../../x"), "top/l is a link to sub/../../x, out of it"),
        (entry("top/l", kind=tarfile.LNKTYPE, link="../x"), "../x leads out of it"),
        (entry("top/l", kind=tarfile.LNKTYPE, link="/etc/passwd"), "/etc/passwd is an absolute path"),
        (entry("top/l", kind=tarfile.LNKTYPE, link="top/other"), "top/l is a hard link to top/other"),
        (entry("top/pipe", kind=tarfile.FIFOTYPE), "top/pipe is a device or pipe"),
        (entry("top/disk", kind=tarfile.BLKTYPE), "top/disk is a device or pipe"),
        (entry("top/tty", kind=tarfile.CHRTYPE), "top/tty is a device or pipe"),
        (entry("top/good"), "top/good stands in it twice"),
        (entry("top/good/below"), "top/good stands in it as a file and as a folder"),
        (entry("top/good", kind=tarfile.SYMTYPE, link="other"), "top/good stands in it twice"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_hostile_entry_is_named_and_nothing_is_unpacked(tmp_path: Path, hostile: tarfile.TarInfo, says: str) -> None:
    assert says in refusal(tar_of(tmp_path / "a", entry("top/good"), hostile), tmp_path)


def test_no_file_is_written_through_a_link(tmp_path: Path) -> None:
    link = entry("top/sub", kind=tarfile.SYMTYPE, link="other")
    assert "top/sub stands in it twice" in refusal(tar_of(tmp_path / "a", link, entry("top/sub/x")), tmp_path)


def test_no_link_is_made_below_a_link(tmp_path: Path) -> None:
    """`deep` is the top itself, so `../..` below it would lead out, although its name says otherwise."""
    deep = entry("top/a/b/deep", kind=tarfile.SYMTYPE, link="../..")
    out = entry("top/a/b/deep/out", kind=tarfile.SYMTYPE, link="../../x")
    assert "top/a/b/deep/out lies below a link" in refusal(tar_of(tmp_path / "a", deep, out), tmp_path)


def test_a_link_out_of_a_zip_is_refused(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("top/link")
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a", "w") as archive:
        archive.writestr(info, "../../x")
    assert "top/link is a link to ../../x, out of it" in refusal(tmp_path / "a", tmp_path)


def test_a_zip_that_leads_out_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a", "w") as archive:
        archive.writestr("../x", "")
    assert "../x leads out of it" in refusal(tmp_path / "a", tmp_path)


def test_an_archive_that_grows_too_large_is_refused(tmp_path: Path) -> None:
    archive = tar_of(tmp_path / "a", entry("top/a"), entry("top/b"), content=bytes(6000))
    assert "larger than 10000 bytes when unpacked (at top/b)" in refusal(archive, tmp_path, Caps(size=10_000))


def test_a_zip_that_grows_too_large_is_refused(tmp_path: Path) -> None:
    archive = zip_of(tmp_path / "a", a=bytes(6000), b=bytes(6000))
    assert "larger than 10000 bytes when unpacked (at b)" in refusal(archive, tmp_path, Caps(size=10_000))


def test_an_archive_of_too_many_files_is_refused(tmp_path: Path) -> None:
    archive = tar_of(tmp_path / "a", *(entry(f"top/{n}") for n in range(4)))
    assert "more than 3 entries (at top/3)" in refusal(archive, tmp_path, Caps(files=3))


@pytest.mark.parametrize("compression", ["w", "w:gz", "w:bz2", "w:xz"])
@pytest.mark.parametrize("kept", [0.3, 0.6, 0.8])
def test_a_truncated_tar_is_refused(tmp_path: Path, compression: str, kept: float) -> None:
    whole = tar_of(tmp_path / "a", *(entry(f"top/{n}") for n in range(9)), content=os.urandom(5000), mode=compression)
    data = whole.read_bytes()
    whole.write_bytes(data[: int(len(data) * kept)])
    assert "truncated or damaged" in refusal(whole, tmp_path)


def test_a_tar_cut_off_between_two_entries_is_refused(tmp_path: Path) -> None:
    archive = tar_of(tmp_path / "a", entry("top/a"), entry("top/b"), mode="w")
    archive.write_bytes(archive.read_bytes()[:1024])
    assert "its end is missing" in refusal(archive, tmp_path)


def test_a_tar_with_an_unreadable_entry_in_the_middle_is_refused(tmp_path: Path) -> None:
    archive = tar_of(tmp_path / "a", entry("top/a"), entry("top/b"), entry("top/c"), mode="w")
    data = bytearray(archive.read_bytes())
    data[1024 + 148 : 1024 + 156] = b"0000000\0"
    archive.write_bytes(data)
    assert "truncated or damaged" in refusal(archive, tmp_path)


def test_a_truncated_zip_is_refused(tmp_path: Path) -> None:
    archive = zip_of(tmp_path / "a", a=os.urandom(5000))
    archive.write_bytes(archive.read_bytes()[:2000])
    assert "truncated or damaged" in refusal(archive, tmp_path)


def test_a_zip_with_a_flipped_bit_is_refused(tmp_path: Path) -> None:
    archive = zip_of(tmp_path / "a", a=bytes(5000))
    data = bytearray(archive.read_bytes())
    data[2000] ^= 1
    archive.write_bytes(data)
    assert "truncated or damaged" in refusal(archive, tmp_path)


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    really_open = os.open

    def fails(path: str, flags: int, *more: Any, **named: Any) -> int:
        if flags & os.O_CREAT:
            raise OSError(errno.ENOSPC, "No space left on device")
        return really_open(path, flags, *more, **named)

    archive = tar_of(tmp_path / "a", entry("top/a"))
    monkeypatch.setattr(os, "open", fails)
    with pytest.raises(ResourceMissing) as failure:
        unpack(archive, tmp_path / "tree", "sources.upstream")
    assert failure.value.problems == ("the disk is full: sources.upstream could not be unpacked",)
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("<html>404</html>")
    assert "truncated or damaged" in refusal(tmp_path / "a", tmp_path)
