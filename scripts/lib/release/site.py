"""Lays a projected front end out as the image's build takes it: what is stable apart from what each tree changes.

Folders of the site: `stable` (files as the release has them, which a build finds in its cache), `immutable` (the
scripts, which the image gets under a name of this tree's own, so that no browser shows stale ones), `fresh` (the rest).
"""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from scripts.lib.errors import CommandFailed
from scripts.lib.files import Changed
from scripts.lib.release.bundle import Bundle
from scripts.lib.settings.images import Release

PARTS = ("stable", "immutable", "fresh")


@dataclass(frozen=True)
class Site:
    """A front end, laid out."""

    folder: Path
    immutable: str
    """The scripts' folder in the image, below the front end; at the depth it had, for styles name fonts by it."""
    version: str
    """The build's name of itself, on which page, scripts and server agree."""

    @property
    def parts(self) -> dict[str, Path]:
        """Each part's folder; the parts are build contexts of these names."""
        return {part: self.folder / part for part in PARTS}


def lay_out(bundle: Bundle, changes: dict[str, bytes | None], tag: str, release: Release, folder: Path) -> Site:
    """Lay the release with `changes` over it into the new folder `folder`.

    `tag` names this tree and release. What is unchanged is linked, not copied: nobody may write into the site.
    """
    site = Site(folder, f"{release.immutable}-{tag}", f"{bundle.index.version}-{tag}" if bundle.index.version else tag)
    files = Changed(bundle)
    files.changes = dict(changes)
    _name_version(files, bundle, site.version, release)
    _name_folder(files, bundle, site.immutable, release)
    shutil.rmtree(folder, ignore_errors=True)
    for part in site.parts.values():
        part.mkdir(parents=True)
    for name in bundle.names():
        if name not in files.changes:
            _link(bundle.folder / name, _place(folder, name, "stable", release))
    for name, data in files.changes.items():
        if data is not None:
            _write(data, _place(folder, name, "fresh", release))
    return site


def _name_version(files: Changed, bundle: Bundle, version: str, release: Release) -> None:
    """Change the version everywhere or nowhere: page and scripts that disagree reload for ever."""
    old = bundle.index.version
    if not old or not release.version_file or not bundle.index.version_places:
        return
    files.changes[release.version_file] = json.dumps({"version": version}, separators=(",", ":")).encode()
    for name, count in bundle.index.version_places.items():
        data = files.read(name) or b""
        if data.count(old.encode()) != count:
            raise CommandFailed(f"{name}: a compiled edit changes the version {old}", hint="correct the step's edit")
        files.changes[name] = data.replace(old.encode(), version.encode())


def _name_folder(files: Changed, bundle: Bundle, immutable: str, release: Release) -> None:
    for name in (release.page, *bundle.index.styles):
        text = files.read(name) or b""
        files.changes[name] = text.replace(f"{release.immutable}/".encode(), f"{immutable}/".encode())


def _place(folder: Path, name: str, part: str, release: Release) -> Path:
    if name.startswith(f"{release.immutable}/"):
        return folder / "immutable" / name.removeprefix(f"{release.immutable}/")
    return folder / part / name


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        # The cache lies on another file system: a copy, with its time, so that the build finds it unchanged.
        shutil.copy2(source, target)


def _write(data: bytes, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
