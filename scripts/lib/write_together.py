"""Writes several files together: all of them or none."""

from collections.abc import Mapping
from pathlib import Path


def write_together(contents: Mapping[Path, str]) -> None:
    """Write every file, its folder too; where one cannot be written, all are as they were before."""
    parts = {path: path.with_name(f".{path.name}.part") for path in contents}
    before = {path: path.read_bytes() if path.exists() else None for path in contents}
    replaced: list[Path] = []
    try:
        for path, text in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            parts[path].write_text(text)
        # From here on files change; a rename on the same disk hardly fails.
        for path, part in parts.items():
            part.replace(path)
            replaced.append(path)
    except BaseException:
        for path in replaced:
            _restore(path, before[path])
        raise
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def _restore(path: Path, content: bytes | None) -> None:
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
