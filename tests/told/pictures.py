"""Pictures of pages as a browser would take them, ours and untouched."""

import io
from functools import cache
from pathlib import Path

from PIL import Image as Picture
from PIL import ImageDraw, ImageFont

from scripts.lib.records import Shot
from tests.told.run import Told

VIEWS = (("light", "desktop"), ("dark", "desktop"), ("light", "phone"), ("dark", "phone"))
SIZES = {"desktop": (640, 400), "phone": (195, 422)}
"""Half of what a browser shows: quicker to draw."""


def draw(out: Path, told: Told, image: str, folder: str, colour: str) -> list[Shot]:
    """Draw every picture of a run into a folder of `out`."""
    found = [
        Shot(image=image, page=page, locale="en-US", scheme=s, device=d, path="")
        for page in told.pages
        for s, d in VIEWS
    ]
    first = told.pages[0]
    found += [
        Shot(image=image, page=first, locale=other, scheme="light", device="desktop", path="") for other in told.locales
    ]
    return [_drawn(out, shot, folder, colour, number) for number, shot in enumerate(found)]


def _drawn(out: Path, shot: Shot, folder: str, colour: str, number: int) -> Shot:
    path, vanilla = f"{folder}/{shot.image}/{number}.png", f"{folder}/vanilla/{number}.png"
    for place, name, paint in ((path, "Acme", colour), (vanilla, "Tiny", "#666666")):
        (out / place).parent.mkdir(parents=True, exist_ok=True)
        (out / place).write_bytes(_page(f"{shot.page}: {name} ({shot.locale})", shot.scheme, shot.device, paint))
    return shot.model_copy(update={"path": path, "vanilla": vanilla})


@cache
def _page(text: str, scheme: str, device: str, colour: str) -> bytes:
    """Draw a page that looks like one."""
    width, height = SIZES[device]
    ground, ink = ("#ffffff", "#111111") if scheme == "light" else ("#171717", "#eeeeee")
    picture = Picture.new("RGB", (width, height), ground)
    pen, middle = ImageDraw.Draw(picture), width // 2
    pen.ellipse((middle - 20, 60, middle + 20, 100), fill=colour)
    pen.text((middle, 120), text, fill=ink, anchor="mm", font=ImageFont.load_default(12))
    for top in (150, 185):
        pen.rounded_rectangle((middle - 80, top, middle + 80, top + 24), 5, outline="#999999")
    pen.rounded_rectangle((middle - 80, 225, middle + 80, 250), 12, fill=colour)
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()
