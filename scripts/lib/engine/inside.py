"""The files inside images and containers, running or not."""

import io
import posixpath
import tarfile
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any

from docker.errors import NotFound

from scripts.lib.engine.archive import content, stream
from scripts.lib.engine.connection import Labels, asked
from scripts.lib.engine.image import image_id

BLANK = "graft/blank:1"
FEW = 16 << 10
"""Bytes of an archive that hold the headers of its first two entries."""


def read_files(reference: str, paths: Iterable[str], labels: Labels) -> dict[str, bytes | None]:
    """Return files of an image, None for one that it does not have; a folder reads as empty.

    Nothing is started; `labels` say whose the container is that holds them open.
    """
    with asked(f"read files of image {reference}") as engine:
        holder = engine.containers.create(reference, command=["-"], labels=dict(labels))
        try:
            return {path: _read_file(holder, path) for path in paths}
        finally:
            holder.remove(force=True, v=True)


def files_below(
    reference: str, paths: Iterable[str], wanted: Callable[[str], bool], labels: Labels
) -> dict[str, bytes]:
    """Return the files at or below these paths of an image (path -> content) that are wanted by their path.

    Nothing is started; `labels` say whose the container is that holds them open.
    """
    with asked(f"read files of image {reference}") as engine:
        holder = engine.containers.create(reference, command=["-"], labels=dict(labels))
        try:
            return {name: data for path in paths for name, data in _files_at(holder, path, wanted)}
        finally:
            holder.remove(force=True, v=True)


def _files_at(holder: Any, path: str, wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    try:
        chunks, _ = holder.get_archive(path)
    except NotFound:
        return
    with tarfile.open(fileobj=stream(chunks), mode="r|") as archive:
        for member in archive:
            name = posixpath.join(posixpath.dirname(path), member.name)
            if member.isfile() and wanted(name):
                yield name, content(archive, member)


def _read_file(holder: Any, path: str, links: int = 8) -> bytes | None:
    try:
        chunks, _ = holder.get_archive(path)
    except NotFound:
        return None
    # as a stream: of a folder no more is read than that it is one
    with tarfile.open(fileobj=stream(chunks), mode="r|") as archive:
        member = next(iter(archive))
        if member.issym() and links:
            return _read_file(holder, posixpath.join(posixpath.dirname(path), member.linkname), links - 1)
        return content(archive, member) if member.isfile() else b""


def exported(container: str) -> IO[bytes]:
    """Return all files of a container as one archive, as `docker export` writes it, as a stream."""
    with asked(f"read container {container[:12]}") as engine:
        chunks: Any = engine.containers.get(container).export()  # whose type stub says text
        return stream(chunks)


def archived(container: str, path: str) -> IO[bytes]:
    """Return a folder of a container, running or not, as a stream of one tar with owners, modes and times."""
    with asked("read a folder of a container") as engine:
        chunks, _ = engine.containers.get(container).get_archive(path)
        return stream(chunks)


def unpack(container: str, folder: str, archive: IO[bytes]) -> None:
    """Unpack a tar, compressed or not, into a folder of a container; owners, modes and times are the archive's."""
    with asked("write a folder of a container") as engine:
        engine.containers.get(container).put_archive(folder, archive)


def get_file(container: str, path: str) -> bytes | None:
    """Return a file of a container, running or not; None where it has none."""
    with asked("read a file of a container") as engine:
        return _read_file(engine.containers.get(container), path)


def get_folder(container: str, path: str) -> dict[str, bytes]:
    """Return the files that lie in a folder of a container (not below), by name."""
    with asked("read a folder of a container") as engine:
        chunks, _ = engine.containers.get(container).get_archive(path)
        with tarfile.open(fileobj=io.BytesIO(b"".join(chunks))) as archive:
            files = [m for m in archive if m.isfile() and m.name.count("/") == 1]
            return {posixpath.basename(m.name): content(archive, m) for m in files}


def put_file(container: str, folder: str, name: str, data: bytes) -> None:
    """Write one file into a folder of a container."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = len(data), 0o600
        archive.addfile(entry, io.BytesIO(data))
    with asked("write a file into a container") as engine:
        engine.containers.get(container).put_archive(folder, packed.getvalue())


def folder_is_empty(container: str, path: str) -> bool:
    """Tell whether a folder of a container holds nothing; of a full one only the beginning is read."""
    with asked("look into a container") as engine:
        chunks, _ = engine.containers.get(container).get_archive(path)
        begin = b""
        while len(begin) < FEW and (chunk := next(chunks, b"")):
            begin += chunk
        del chunks  # which ends the connection: the engine would hold the container until all is read
    with tarfile.open(fileobj=io.BytesIO(begin)) as archive:
        archive.next()
        return archive.next() is None


def blank() -> str:
    """Return an image with nothing in it: for containers that are never started and only hold a volume.

    Made where it is not there, also by those who only look; it takes no room, and nobody removes it.
    """
    if image_id(BLANK) is None:
        empty = io.BytesIO()
        with tarfile.open(fileobj=empty, mode="w"):
            pass
        with asked(f"make {BLANK}") as engine:
            engine.api.import_image_from_data(empty.getvalue(), *BLANK.split(":"))
    return BLANK
