"""Archives as the engine streams them."""

import io
import json
import posixpath
import tarfile
from collections.abc import Iterable
from typing import IO, Any

from scripts.lib.errors import CommandFailed


def config_of_archive(chunks: Iterable[bytes]) -> str:
    """Return the digest of the configuration in an image archive, as `docker save` writes it."""
    with tarfile.open(fileobj=stream(chunks), mode="r|") as archive:
        for member in archive:
            if member.name == "manifest.json":
                (image,) = json.loads(content(archive, member))
                config: str = image["Config"]
                return "sha256:" + posixpath.basename(config).removesuffix(".json")
    raise CommandFailed("the engine's image archive has no manifest.json", hint="update Docker")


class _Chunks(io.RawIOBase):
    """A stream of chunks as a readable file."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            try:
                self._rest = next(self._chunks)
            except StopIteration:
                return 0
        taken = self._rest[: len(buffer)]
        self._rest = self._rest[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)


def content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(member)
    return file.read() if file else b""


def stream(chunks: Iterable[bytes]) -> IO[bytes]:
    """Return chunks as one readable file."""
    return io.BufferedReader(_Chunks(chunks), buffer_size=1 << 20)
