"""Where a migration works until all of it is right: a folder in each volume, of which the applications know nothing.

What lies there and bears no mark was broken off and is cleared. Once everything was verified each of these folders gets
the mark, and only then things are moved to their places; what was broken off after that is gone on with.
"""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

NAME = ".graft-migration"
MARK = "verified.json"
FILES = "files"


class Staging:
    """The working folders of all volumes."""

    def __init__(self, volumes: Mapping[str, Path]) -> None:
        self._tops = volumes
        self._folders = {name: top / NAME for name, top in volumes.items()}

    def place(self, volume: str) -> Path:
        """Return the folder in which a volume's content is made."""
        return self._folders[volume] / FILES

    def begin(self) -> None:
        """Make the folders, which only root may read, anew."""
        self.clear()
        for name, folder in self._folders.items():
            folder.mkdir(mode=0o700)
            self.place(name).mkdir()

    def clear(self) -> None:
        """Remove the working folders; what is in its place stays. The marks go last."""
        for folders in ([self.place(name) for name in self._folders], self._folders.values()):
            for folder in folders:
                if folder.exists():
                    shutil.rmtree(folder)

    def verified(self) -> dict[str, Any] | None:
        """Return what was found of a migration that had only to be put in its place, None where there is none."""
        there = [folder for folder in self._folders.values() if folder.exists()]
        if not there or not all((folder / MARK).is_file() for folder in there):
            return None
        found: dict[str, Any] = json.loads((there[0] / MARK).read_text())
        return found

    def left(self) -> str:
        """Word what an earlier run left: nothing, half of its work, or all of it verified."""
        if not any(folder.exists() for folder in self._folders.values()):
            return "nothing"
        return "half" if self.verified() is None else "verified"

    def filled(self) -> dict[str, list[str]]:
        """Return volume -> what lies in it beside the working folder; volumes with nothing are left out."""
        found = {name: sorted(p.name for p in top.iterdir() if p.name != NAME) for name, top in self._tops.items()}
        return {name: names for name, names in found.items() if names}

    def mark(self, answer: Mapping[str, Any]) -> None:
        """Say of all volumes that what lies there is right."""
        text = json.dumps(answer)
        for folder in self._folders.values():
            part = folder / f"{MARK}.part"
            part.write_text(text)
            part.rename(folder / MARK)

    def settle(self) -> None:
        """Move everything to its place. Raises FileExistsError, before anything is moved, where one is taken."""
        moves = [(path, self._tops[name] / path.name) for name in self._folders for path in self._content(name)]
        taken = [str(target) for _, target in moves if target.exists() or target.is_symlink()]
        if taken:
            raise FileExistsError(", ".join(taken))
        for path, target in moves:
            path.rename(target)

    def _content(self, volume: str) -> list[Path]:
        place = self.place(volume)
        return sorted(place.iterdir()) if place.exists() else []
