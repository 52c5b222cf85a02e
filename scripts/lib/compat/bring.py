"""Brings what is not yet kept of releases: a few downloads at once, each looked through and dropped again."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from threading import Lock

from scripts.lib import cache, console
from scripts.lib.compat import kept
from scripts.lib.compat.kept import Kept
from scripts.lib.compat.releases import Release
from scripts.lib.download import stream
from scripts.lib.errors import GateRefused
from scripts.lib.scratch import scratch
from scripts.lib.sources.pypi import Listed

AT_ONCE = 4
"""Downloads."""


def bring(releases: Sequence[Release], globs: Sequence[str], folder: Path) -> dict[str, Kept]:
    """Return version -> what is kept of it, with all that the globs match; `folder` is the cache.

    Raises GateRefused where a file is not the one that the index promised.
    """
    here = {r.version: found for r in releases if (found := kept.find(folder, r.source.sha256 or "", globs))}
    missing = [release for release in releases if release.version not in here]
    if missing:
        with console.part(f"bring {len(missing)} releases") as part:
            here |= _brought(missing, globs, folder, _Progress(part, missing))
    return here


def _brought(missing: Iterable[Release], globs: Sequence[str], folder: Path, progress: "_Progress") -> dict[str, Kept]:
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        running = {pool.submit(_one, release.source, globs, folder, progress): release.version for release in missing}
        return {running[done]: done.result() for done in as_completed(running)}
    finally:
        pool.shutdown(cancel_futures=True)


def _one(file: Listed, globs: Sequence[str], folder: Path, progress: "_Progress") -> Kept:
    sha256 = file.sha256 or ""
    there = cache.find(folder, sha256)
    if there:
        found = kept.keep(folder, sha256, there, globs, file.name)
    else:
        with scratch(folder) as place:
            found = _downloaded(file, place / file.name, globs, folder, progress)
    progress.ended(file)
    return found


def _downloaded(file: Listed, archive: Path, globs: Sequence[str], folder: Path, progress: "_Progress") -> Kept:
    stream(file.url, archive, file.name, lambda done, _: progress.at(file, done))
    given = cache.hash_of(archive)
    if given != file.sha256:
        raise GateRefused(
            f"{file.name} has sha256 {given}, not {file.sha256} as the index says",
            hint="a release never changes; find out who changed it before anything else",
        )
    return kept.keep(folder, given, archive, globs, file.name)


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
