"""The master drawing: one svg, rendered as the icon that a target needs. The same input gives the same bytes."""

import re
from io import BytesIO
from pathlib import Path

import resvg_py
from lxml import etree
from PIL import Image, UnidentifiedImageError

from scripts.lib.records import digest_of
from scripts.lib.scratch import scratch
from scripts.lib.settings.steps import Icon

SVG = "http://www.w3.org/2000/svg"
HREF = ("href", "{http://www.w3.org/1999/xlink}href")
EDGE = 512
"""Edge of the square that the drawing is fitted into, in the icon's own units."""


class NotADrawing(ValueError):
    """The file cannot be drawn the same way on every machine; the message says why, with the line."""


def check(drawing: bytes) -> None:
    """Raise NotADrawing where the svg does not parse, shows nothing, or depends on fonts, scripts or other files."""
    with Image.open(BytesIO(render(drawing, Icon(path="any", format="png", size=64)))) as picture:
        if picture.getbbox() is None:
            raise NotADrawing("shows nothing; is its viewBox where the drawing is?")


def icon_bytes(drawing: bytes, icon: Icon, cache: Path) -> bytes:
    """Return the icon's file, from `cache` where it was drawn before; raises NotADrawing."""
    look = icon.model_dump_json(exclude={"path", "versions"})
    stored = cache / "icons" / f"{digest_of(drawing, look, resvg_py.__version__)}.{icon.format}"
    if stored.exists() and not differs(data := stored.read_bytes(), icon):
        return data
    data = render(drawing, icon)
    stored.parent.mkdir(parents=True, exist_ok=True)
    with scratch(cache) as folder:
        (folder / "icon").write_bytes(data)
        (folder / "icon").replace(stored)
    return data


def render(drawing: bytes, icon: Icon) -> bytes:
    """Draw an icon; raises NotADrawing."""
    dressed = dress(drawing, icon)
    if icon.format == "svg":
        return dressed
    if icon.format == "ico":
        return _ico({size: _png(dressed, size) for size in icon.sizes})
    return _png(dressed, icon.size or 0)


def dress(drawing: bytes, icon: Icon) -> bytes:
    """Return the svg with the icon's colour, padding and background; without any of them the drawing as it is."""
    if icon.colour:
        drawing = re.sub(rb"(?i)\bcurrentcolor\b", icon.colour.encode(), drawing)
    root = _root(drawing)
    if icon.format == "svg" and not (icon.padding or icon.background):
        return drawing
    ground = f'<rect width="{EDGE}" height="{EDGE}" fill="{icon.background}"/>' if icon.background else ""
    outer = f'<svg xmlns="{SVG}" viewBox="0 0 {EDGE} {EDGE}">{ground}'
    return outer.encode() + _fitted(root, icon.padding) + b"</svg>\n"


def differs(data: bytes, icon: Icon) -> str | None:
    """Tell how a file differs from the format and size that the icon asks for; None where it does not."""
    if icon.format == "svg":
        return None if b"<svg" in data else "is no svg"
    wanted = {(size, size) for size in icon.sizes or (icon.size,)}
    try:
        with Image.open(BytesIO(data)) as image:
            image.verify()
            found = image.info["sizes"] if image.format == "ICO" else {image.size}
            if image.format == icon.format.upper() and found == wanted:
                return None
            return f"is {image.format} {sorted(found)}, wanted {icon.format.upper()} {sorted(wanted)}"
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        return f"is no readable image ({error})"


def _root(drawing: bytes) -> etree._Element:
    try:
        root = etree.fromstring(drawing, etree.XMLParser(resolve_entities="internal", no_network=True))
    except etree.XMLSyntaxError as error:
        raise NotADrawing(f"does not parse: {error.msg}") from None
    if root.tag != f"{{{SVG}}}svg":
        raise NotADrawing(f"line 1: is <{root.tag}>, not an svg drawing")
    problems = [f"line {e.sourceline}: {why}" for e in root.iter(etree.Element) if (why := _depends(e))]
    if problems:
        raise NotADrawing("; ".join(problems))
    return root


def _depends(element: etree._Element) -> str | None:
    """Tell why this element would not be drawn the same everywhere; None where it would."""
    name = str(element.tag).rpartition("}")[2]
    if name in ("text", "tspan"):
        return "letters depend on the machine's fonts; draw them as paths"
    if name in ("script", "foreignObject"):
        return f"<{name}> is not drawn"
    outside = [address for key in HREF if (address := element.get(key, "#")) and not address.startswith(("#", "data:"))]
    return f"refers to {outside[0]!r}, outside of the drawing" if outside else None


def _fitted(root: etree._Element, padding: float) -> bytes:
    """Return the drawing placed in the middle of the square, whatever its own proportions."""
    if "viewBox" not in root.attrib:
        root.set("viewBox", f"0 0 {_length(root, 'width')} {_length(root, 'height')}")
    side, inner = padding * EDGE, (1 - 2 * padding) * EDGE
    for name, value in (("x", side), ("y", side), ("width", inner), ("height", inner)):
        root.set(name, f"{value:g}")
    return bytes(etree.tostring(root, with_tail=False))


def _length(root: etree._Element, name: str) -> str:
    match = re.fullmatch(r"([0-9.]+)(px)?", root.get(name, ""))
    if match is None:
        raise NotADrawing("line 1: has neither a viewBox nor a width and height in pixels")
    return match[1]


def _png(dressed: bytes, size: int) -> bytes:
    try:
        svg = dressed.decode()
        return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=size, height=size, skip_system_fonts=True))
    except ValueError as error:
        raise NotADrawing(f"cannot be drawn: {error}") from None


def _ico(pictures: dict[int, bytes]) -> bytes:
    """Return one .ico with a picture of each size, each drawn at its own size, as bitmaps that every reader knows."""
    largest, *others = [Image.open(BytesIO(pictures[size])) for size in sorted(pictures, reverse=True)]
    out = BytesIO()
    largest.save(out, "ICO", sizes=[(s, s) for s in pictures], append_images=others, bitmap_format="bmp")
    return out.getvalue()
