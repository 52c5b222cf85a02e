"""Pictures within the page itself: scaled down, all of them together within a budget."""

import base64
import hashlib
import io
import os
import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

BUDGET = 3_200_000
"""Bytes of all pictures, before base64 makes four of three."""
SIZES = ((960, 70), (640, 65), (320, 50))
"""Longest edge in pixels, and WebP's quality; the first at which all of them fit is taken."""
KINDS = (".png", ".jpg", ".jpeg", ".webp")
SMALL = "small"
"""Folder of what was scaled down, by content: the next report takes it from there."""


@dataclass(frozen=True)
class Picture:
    """One picture as it stands in the page. Sizes are pixels."""

    address: str
    """A data address."""
    width: int
    height: int


def embed(folder: Path, paths: Iterable[str]) -> dict[str, Picture]:
    """Return the pictures at `paths` below `folder`, the first ones where not all fit.

    What is no picture, or not there, is left out.
    """
    wanted = list(dict.fromkeys(paths))
    small: dict[str, Path] = {}
    for edge, quality in SIZES:
        small = _scale_all(folder, wanted, edge, quality)
        if sum(path.stat().st_size for path in small.values()) <= BUDGET:
            break
    for old in set((folder / SMALL).glob("*.webp")) - set(small.values()):
        old.unlink(missing_ok=True)
    return {path: _picture(scaled) for path, scaled in _within_budget(small)}


def _scale_all(folder: Path, paths: list[str], edge: int, quality: int) -> dict[str, Path]:
    (folder / SMALL).mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        scaled = pool.map(lambda path: _scale(folder / path, folder / SMALL, edge, quality), paths)
    return {path: one for path, one in zip(paths, scaled, strict=True) if one}


def _scale(path: Path, to: Path, edge: int, quality: int) -> Path | None:
    """Return the picture scaled down, made where it is not there yet; None where there is no picture."""
    try:
        data = path.read_bytes()
        small = to / f"{hashlib.sha256(data).hexdigest()}-{edge}-{quality}.webp"
        if not small.exists():
            _write_small(data, small, edge, quality)
    except OSError:
        return None  # the page says so in its place
    return small


def _write_small(data: bytes, small: Path, edge: int, quality: int) -> None:
    with Image.open(io.BytesIO(data)) as opened:
        image = opened.convert("RGB")
    image.thumbnail((edge, edge), reducing_gap=2.0)
    part = small.with_suffix(f".{threading.get_ident()}.part")
    image.save(part, "WEBP", quality=quality, method=2)
    part.replace(small)


def _within_budget(small: Mapping[str, Path]) -> Iterable[tuple[str, Path]]:
    left = BUDGET
    for path, scaled in small.items():
        left -= scaled.stat().st_size
        if left >= 0:
            yield path, scaled


def _picture(small: Path) -> Picture:
    data = small.read_bytes()
    with Image.open(io.BytesIO(data)) as opened:
        return Picture(f"data:image/webp;base64,{base64.b64encode(data).decode()}", *opened.size)
