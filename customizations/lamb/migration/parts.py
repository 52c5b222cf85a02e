"""What is moved: folders of the old tree, the volume that each goes to, and which of their files are databases."""

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from .old import OPENWEBUI_DATA, Old

DATABASE = "lamb_v4.db"
WEBUI = "webui.db"
KB = "lamb-kb-server.db"
LIBRARY = "library-manager.db"
CHROMA = "chroma.sqlite3"
LOGS = "aac_logs"
SIDECARS = ("-wal", "-journal", "-shm")
"""What SQLite keeps beside a database; the last one only holds what it makes anew."""
KB_HOME = PurePosixPath("lamb-kb-server-stable/backend")
UPLOADS = PurePosixPath("backend/static/public")
LIBRARY_DATA = PurePosixPath("library-manager/data")

TOP = PurePosixPath()

Kind = Literal["file", "folder", "link", "database", "settings"]


@dataclass(frozen=True)
class Part:
    """One folder of the old tree."""

    volume: str
    old: PurePosixPath
    """Below the old folder."""
    at: str
    """Where the new stack's containers see it."""
    new: PurePosixPath = TOP
    """Within the volume; its top where left out."""
    only: tuple[str, ...] = ()
    """What is taken of it; everything where left out."""
    databases: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    """JSON files in which addresses stand."""
    left_out: tuple[str, ...] = ()

    def kind_of(self, path: PurePosixPath, mode: int) -> Kind | None:
        """Return what a path of the part is, None where it is not moved by itself or at all."""
        name = str(path)
        beside = {f"{database}{end}" for database in self.databases for end in SIDECARS}
        if name in beside or name in self.left_out:
            return None
        plain = stat.S_ISREG(mode)
        kinds: Sequence[tuple[bool, Kind]] = (
            (plain and name in self.databases, "database"),
            (plain and name in self.settings, "settings"),
            (plain, "file"),
            (stat.S_ISDIR(mode), "folder"),
            (stat.S_ISLNK(mode), "link"),
        )
        return next((kind for true, kind in kinds if true), None)


@dataclass(frozen=True)
class Entry:
    """One file, folder or link that is moved."""

    part: Part
    path: PurePosixPath
    """Within the part."""
    kind: Kind
    source: Path
    size: int
    """Bytes; of a database with its log."""

    @property
    def old(self) -> str:
        """Its path below the old folder, as it can be shown."""
        return shown(self.part.old / self.path)

    @property
    def new(self) -> PurePosixPath:
        """Its path in the volume."""
        return self.part.new / self.path


def parts(old: Old) -> tuple[Part, ...]:
    """Return what the old stack of these settings writes, whether it is there or not."""
    own = old.within(old.settings["LAMB_DB_PATH"]) if "LAMB_DB_PATH" in old.settings else TOP
    web = old.within(old.settings["OWI_PATH"]) if "OWI_PATH" in old.settings else OPENWEBUI_DATA
    logs = old.within(old.settings["AAC_LOG_PATH"]) if "AAC_LOG_PATH" in old.settings else None
    vectors = f"vector_db/{CHROMA}"
    found = [
        Part("data", own or TOP, "/data/lamb", only=(DATABASE, LOGS), databases=(DATABASE,)),
        Part("static", UPLOADS, "/app/backend/static/public"),
        Part("openwebui", web or OPENWEBUI_DATA, "/app/backend/data", databases=(WEBUI, vectors)),
        Part("kb-data", KB_HOME / "data", "/app/backend/data", databases=(KB, f"chromadb/{CHROMA}"),
             settings=("config.json",)),
        Part("kb-static", KB_HOME / "static", "/app/backend/static"),
        Part("library-data", LIBRARY_DATA, "/app/data", databases=(LIBRARY,), left_out=(".lock",)),
    ]  # fmt: skip
    if logs is not None and logs != (own or TOP) / LOGS:
        found.append(Part("data", logs, f"/data/lamb/{LOGS}", new=PurePosixPath(LOGS)))
    return tuple(found)


def entries(old: Old, part: Part) -> Iterator[Entry]:
    """Return everything of a part in a fixed order, folders before what lies in them; nothing where it is not there."""
    top = old.folder / part.old
    if not top.is_dir():
        return
    for folder, folders, files in os.walk(top):
        here = PurePosixPath(Path(folder).relative_to(top).as_posix())
        if part.only and here == TOP:
            folders[:] = [name for name in folders if name in part.only]
            files = [name for name in files if name in part.only]
        folders.sort()
        for name in sorted([*folders, *files]):
            source = Path(folder) / name
            found = source.lstat()
            if kind := part.kind_of(here / name, found.st_mode):
                yield Entry(part, here / name, kind, source, _size(source, kind, found.st_size))


def _size(source: Path, kind: Kind, own: int) -> int:
    if kind != "database":
        return own
    return own + sum(beside.stat().st_size for beside in log_of(source))


def log_of(database: Path) -> list[Path]:
    """Return what lies beside a database and holds data of it: its write-ahead log, or a journal to be rolled back."""
    named = (database.with_name(database.name + end) for end in SIDECARS[:2])
    return [path for path in named if path.is_file()]


def fingerprint(found: Sequence[Entry]) -> str:
    """Return one sha256 over what is moved: every path with its size and the time of its last change."""
    digest = hashlib.sha256()
    for entry in found:
        files = [entry.source, *(log_of(entry.source) if entry.kind == "database" else ())]
        for path in files if entry.kind != "folder" else ():
            state = path.lstat()
            digest.update(f"{entry.part.volume} {entry.old} {path.name} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def shown(path: PurePosixPath) -> str:
    """Return a path as text, also where it is no UTF-8."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
