"""When an image was first built of the same inputs: its date, so that the same inputs give the same image again."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path


def moment(cache: Path, inputs: str, now: Callable[[], datetime]) -> datetime:
    """Return when these inputs first gave an image, or now (the engine's clock, whose day names the image's tag)."""
    try:
        return datetime.fromisoformat(_place(cache, inputs).read_text())
    except FileNotFoundError:
        return now().replace(microsecond=0)


def remember(cache: Path, inputs: str, built: datetime) -> None:
    """Keep the moment of a build that succeeded; the first one stays."""
    place = _place(cache, inputs)
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.exists():
        part = place.with_suffix(".part")
        part.write_text(built.isoformat())
        part.replace(place)


def _place(cache: Path, inputs: str) -> Path:
    return cache / "builds" / inputs
