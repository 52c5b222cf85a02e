"""Brings what is not yet kept of releases: a few downloads at once, each looked through and dropped again."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from threading import Lock

from scripts.lib import cache, console
from scripts.lib.compat import kept
from scripts.lib.compat.releases import Release
from scripts.lib.download import stream
from scripts.lib.errors import GateRefused
from scripts.lib.scratch import scratch
from scripts.lib.sources.pypi import Listed

AT_ONCE = 4
"""Downloads."""


def bring(releases: Sequence[Release], globs: Sequence[str], folder: Path) -> None:
    """Keep of each release all that the globs match; `folder` is the cache.

    Raises GateRefused where a file is not the one that the index promised.
    """
    missing = [release for release in releases if not kept.find(folder, release.source.sha256 or "", globs)]
    if missing:
        with console.part(f"bring {len(missing)} releases") as part:
            _brought(missing, globs, folder, _Progress(part, missing))


def _brought(missing: Iterable[Release], globs: Sequence[str], folder: Path, progress: "_Progress") -> None:
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        for done in as_completed([pool.submit(_one, one.source, globs, folder, progress) for one in missing]):
            done.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _one(file: Listed, globs: Sequence[str], folder: Path, progress: "_Progress") -> None:
    sha256 = file.sha256 or ""
    there = cache.find(folder, sha256)
    if there:
        kept.keep(folder, sha256, there, globs, file.name)
    else:
        with scratch(folder) as place:
            archive = place / file.name
            _download(file, archive, progress)
            kept.keep(folder, sha256, archive, globs, file.name)
    progress.ended(file)


def _download(file: Listed, archive: Path, progress: "_Progress") -> None:
    stream(file.url, archive, file.name, lambda done, _: progress.at(file, done))
    given = cache.hash_of(archive)
    if given != file.sha256:
        raise GateRefused(
            f"{file.name} has sha256 {given}, not {file.sha256} as the index says",
            hint="a release never changes; find out who changed it before anything else",
        )


class _Progress:
    """One bar over all downloads."""

    def __init__(self, part: console.Part, wanted: Sequence[Release]) -> None:
        self._part, self._count, self._lock = part, len(wanted), Lock()
        sizes = [release.source.size for release in wanted]
        self._total = None if None in sizes else sum(size or 0 for size in sizes)
        self._bytes: dict[str, int] = {}
        self._ended = 0

    def at(self, file: Listed, done: int) -> None:
        """Say how many bytes of a file there are."""
        with self._lock:
            self._bytes[file.name] = done
            self._say(file)

    def ended(self, file: Listed) -> None:
        """Say that a release is here, whether it was downloaded or not."""
        with self._lock:
            self._ended += 1
            self._bytes[file.name] = file.size or self._bytes.get(file.name, 0)
            self._say(file)

    def _say(self, file: Listed) -> None:
        done = sum(self._bytes.values())
        says = f"{self._ended} of {self._count}; {console.size(done)}; {file.version}"
        self._part.update(done=done, total=self._total, says=says)
