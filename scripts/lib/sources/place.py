"""Where sources are brought from and to, and how a tree names its version."""

from dataclasses import dataclass
from pathlib import Path

from scripts.lib.errors import CommandFailed
from scripts.lib.scratch import scratch
from scripts.lib.settings.sources import VersionFile
from scripts.lib.unpack import unpack


@dataclass(frozen=True)
class Place:
    """The folders that a source needs."""

    root: Path
    """Of the checkout; relative paths in settings start there."""
    cache: Path


def version_in(archive: Path, version_file: VersionFile, what: str, place: Place) -> str:
    """Return the version that an archived tree names; raises CommandFailed with the file where it names none."""
    with scratch(place.cache) as folder:
        tree = folder / "tree"
        unpack(archive, tree, what)
        path = tree / version_file.path
        text = path.read_text(errors="replace") if path.is_file() else None
    where, hint = f"{what}: {version_file.path}", "correct version_file in product.yaml"
    if text is None:
        raise CommandFailed(f"{where} is not there, so its version is not known", hint=hint)
    version = version_file.version(text)
    if version is None:
        raise CommandFailed(f"{where} has no version {version_file.place}", hint=hint)
    return version
