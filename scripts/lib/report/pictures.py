"""Pictures within the page itself: scaled down, all of them together within a budget."""

import base64
import io
import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

BUDGET = 3_400_000
"""Bytes of all pictures, before base64 makes four of three."""
SIZES = ((640, 70), (480, 60), (320, 50))
"""Longest edge in pixels, and WebP's quality; the first at which all of them fit is taken."""
KINDS = (".png", ".jpg", ".jpeg", ".webp")


@dataclass(frozen=True)
class Picture:
    """One picture as it stands in the page. Sizes are pixels."""

    address: str
    """A data address."""
    width: int
    height: int


@dataclass(frozen=True)
class _Scaled:
    data: bytes
    width: int
    height: int


def embed(folder: Path, paths: Iterable[str]) -> dict[str, Picture]:
    """Return the pictures at `paths` below `folder`, the first ones where not all fit.

    What is no picture, or not there, is left out.
    """
    wanted = list(dict.fromkeys(paths))
    found: Mapping[str, _Scaled] = {}
    for edge, quality in SIZES:
        found = _scale_all(folder, wanted, edge, quality)
        if sum(len(one.data) for one in found.values()) <= BUDGET:
            break
    return {path: _picture(one) for path, one in _within_budget(found)}


def _scale_all(folder: Path, paths: list[str], edge: int, quality: int) -> dict[str, _Scaled]:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        scaled = pool.map(lambda path: _scale(folder / path, edge, quality), paths)
    return {path: one for path, one in zip(paths, scaled, strict=True) if one}


def _scale(path: Path, edge: int, quality: int) -> _Scaled | None:
    try:
        with Image.open(path) as opened:
            image = opened.convert("RGB")
    except OSError:
        return None  # the page says so in its place
    image.thumbnail((edge, edge), reducing_gap=2.0)
    written = io.BytesIO()
    image.save(written, "WEBP", quality=quality, method=2)
    return _Scaled(written.getvalue(), *image.size)


def _within_budget(found: Mapping[str, _Scaled]) -> Iterable[tuple[str, _Scaled]]:
    left = BUDGET
    for path, one in found.items():
        left -= len(one.data)
        if left >= 0:
            yield path, one


def _picture(one: _Scaled) -> Picture:
    data = base64.b64encode(one.data).decode()
    return Picture(f"data:image/webp;base64,{data}", one.width, one.height)
