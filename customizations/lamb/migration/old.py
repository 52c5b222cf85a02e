"""What the old stack's own files say of it: its settings, where it lay, its version."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

BACKEND = "backend/.env"
KB = "lamb-kb-server-stable/backend/.env"
FILES = (".env", "library-manager/backend/.env", KB, BACKEND)
"""Read in this order; where two say something of one name, the later one holds."""
USUAL = PurePosixPath("/opt/lamb")
OPENWEBUI_DATA = PurePosixPath("open-webui/backend/data")
VERSION = "frontend/svelte-app/scripts/generate-version.js"
_LINE = re.compile(r"(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*)")
_VERSION = re.compile(r"version:\s*'([^']+)'")


@dataclass(frozen=True)
class Old:
    """The old folder and its settings."""

    folder: Path
    """Where it is mounted."""
    called: str
    """Its path on the machine, as the person who runs this wrote it."""
    settings: Mapping[str, str]
    files: tuple[str, ...]
    """The files of settings that were there."""

    @property
    def roots(self) -> tuple[PurePosixPath, ...]:
        """Paths under which its containers may have seen it, the likeliest first."""
        named = [self.settings.get("LAMB_PROJECT_PATH"), _above(self.settings.get("OWI_PATH")), self.called, str(USUAL)]
        return tuple(dict.fromkeys(PurePosixPath(one) for one in named if one))

    def within(self, path: str) -> PurePosixPath | None:
        """Return where a path of the old containers lies below the folder, None where it lies outside.

        One that is relative was meant from the back end's folder.
        """
        if not path.startswith("/"):
            inside = PurePosixPath(posixpath.normpath(f"backend/{path}"))
            return None if ".." in inside.parts else inside
        for root in self.roots:
            if PurePosixPath(path).is_relative_to(root):
                return PurePosixPath(path).relative_to(root)
        return None

    @property
    def version(self) -> str:
        """The version that its front end bears; `unknown` where the file that says it is not there."""
        file = self.folder / VERSION
        found = _VERSION.search(file.read_text(errors="replace")) if file.is_file() else None
        return found[1] if found else "unknown"


def read(folder: Path, called: str) -> Old:
    """Read what is there of the files of settings."""
    there = tuple(name for name in FILES if (folder / name).is_file())
    settings = {key: value for name in there for key, value in _settings((folder / name).read_bytes())}
    return Old(folder, called, settings, there)


def _settings(data: bytes) -> Iterator[tuple[str, str]]:
    """Every NAME=value of a file, as python-dotenv reads it; one with no value is not set."""
    for line in data.decode("utf-8-sig", "replace").splitlines():
        found = _LINE.fullmatch(line.strip())
        if found and (value := _value(found[2])):
            yield found[1], value


def _value(text: str) -> str:
    for quote in ("'", '"'):
        if text.startswith(quote) and quote in text[1:]:
            return text[1 : text.index(quote, 1)]
    return re.split(r"\s#", text, maxsplit=1)[0].strip()


def _above(path: str | None) -> str | None:
    """Return the root of which OWI_PATH tells."""
    end = f"/{OPENWEBUI_DATA}"
    plain = (path or "").rstrip("/")
    return plain.removesuffix(end) if plain.endswith(end) else None
