"""Icons are drawn at their own size, the same on every machine."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.IcoImagePlugin import IcoImageFile

from scripts.lib import drawing
from scripts.lib.settings.steps import Icon

RED, BLUE, CLEAR, WHITE = (255, 0, 0, 255), (0, 0, 255, 255), (0, 0, 0, 0), (255, 255, 255, 255)
HALVES = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10" color="#f00">
<rect width="5" height="10" fill="currentColor"/><rect x="5" width="5" height="10" fill="#00f"/></svg>"""
"""Left half in the current colour, red; right half blue."""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">{}</svg>'


def icon(**given: Any) -> Icon:
    return Icon.model_validate({"path": "icon", **given})


def picture(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data)).convert("RGBA")


def test_a_png_has_exactly_its_size_and_the_drawing_s_colours() -> None:
    drawn = picture(drawing.render(HALVES, icon(format="png", size=40)))
    assert (drawn.size, drawn.getpixel((0, 0)), drawn.getpixel((39, 39))) == ((40, 40), RED, BLUE)


def test_the_colour_stands_for_the_current_colour_alone() -> None:
    drawn = picture(drawing.render(HALVES, icon(format="png", size=40, colour="#fff")))
    assert (drawn.getpixel((0, 0)), drawn.getpixel((39, 39))) == (WHITE, BLUE)


def test_padding_keeps_its_share_free_on_each_side() -> None:
    drawn = picture(drawing.render(HALVES, icon(format="png", size=100, padding=0.2)))
    assert drawn.getbbox() == (20, 20, 80, 80)


def test_a_background_fills_the_padding_and_leaves_nothing_transparent() -> None:
    drawn = picture(drawing.render(HALVES, icon(format="png", size=100, padding=0.2, background="#ffffff")))
    assert (drawn.getpixel((0, 0)), drawn.getpixel((50, 99)), drawn.getpixel((30, 50))) == (WHITE, WHITE, RED)
    assert drawn.getchannel("A").getextrema() == (255, 255)


def test_a_drawing_that_is_not_square_is_centred_and_not_stretched() -> None:
    wide = b'<svg xmlns="http://www.w3.org/2000/svg" width="40px" height="20"><rect width="40" height="20"/></svg>'
    drawn = picture(drawing.render(wide, icon(format="png", size=80)))
    assert drawn.getbbox() == (0, 20, 80, 60)


def test_an_ico_holds_every_size_as_it_is_drawn_at_that_size() -> None:
    circle = SVG.format('<circle cx="4.5" cy="4.5" r="4"/>').encode()
    data = drawing.render(circle, icon(format="ico", sizes=[16, 32, 48]))
    with Image.open(BytesIO(data)) as ico:
        assert ico.info["sizes"] == {(16, 16), (32, 32), (48, 48)}
    for size in (16, 32, 48):
        ico = IcoImageFile(BytesIO(data))
        ico.size = (size, size)
        alone = picture(drawing.render(circle, icon(format="png", size=size)))
        assert ico.convert("RGBA").tobytes() == alone.tobytes()


def test_an_svg_without_wishes_is_the_drawing_itself() -> None:
    assert drawing.render(HALVES, icon(format="svg")) == HALVES


def test_an_svg_bears_colour_padding_and_background() -> None:
    data = drawing.render(HALVES, icon(format="svg", colour="#fff", padding=0.25, background="#f00"))
    drawn = picture(drawing.render(data, icon(format="png", size=100)))
    assert b"currentColor" not in data
    assert (drawn.getpixel((5, 5)), drawn.getpixel((30, 50)), drawn.getpixel((70, 50))) == (RED, WHITE, BLUE)


@pytest.mark.parametrize(
    "wish", [{"format": "png", "size": 64}, {"format": "ico", "sizes": [16, 32]}, {"format": "svg"}]
)
def test_the_same_drawing_gives_the_same_bytes(wish: dict[str, Any]) -> None:
    assert drawing.render(HALVES, icon(**wish)) == drawing.render(HALVES, icon(**wish))


@pytest.mark.parametrize(
    ("svg", "why"),
    [
        ("<svg>", "does not parse: "),
        ("<html/>", "is <html>, not an svg drawing"),
        ('<svg xmlns="http://www.w3.org/2000/svg"/>', "neither a viewBox nor a width and height in pixels"),
        (SVG.format("\n<text>L</text>"), "line 2: letters depend on the machine's fonts; draw them as paths"),
        (SVG.format("<script>x</script>"), "line 1: <script> is not drawn"),
        (SVG.format('<image xlink:href="https://example.org/a.png"/>'), "refers to 'https://example.org/a.png'"),
        (SVG.format('<use href="other.svg#a"/>'), "refers to 'other.svg#a', outside of the drawing"),
        (SVG.format('<rect x="20" width="9" height="9"/>'), "shows nothing"),
        (SVG.format(""), "shows nothing"),
    ],
)
def test_a_drawing_that_differs_by_machine_or_shows_nothing_is_refused(svg: str, why: str) -> None:
    with pytest.raises(drawing.NotADrawing) as caught:
        drawing.check(svg.encode())
    assert why in str(caught.value)


def test_an_icon_is_drawn_once_and_then_taken_from_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = icon(format="png", size=32)
    first = drawing.icon_bytes(HALVES, wanted, tmp_path)
    monkeypatch.setattr(drawing, "render", lambda *_: pytest.fail("drawn twice"))
    assert drawing.icon_bytes(HALVES, wanted.model_copy(update={"path": "elsewhere"}), tmp_path) == first


def test_another_drawing_or_another_wish_is_drawn_anew(tmp_path: Path) -> None:
    wanted = icon(format="png", size=32)
    other = HALVES.replace(b"#f00", b"#0f0")
    drawn = [
        drawing.icon_bytes(HALVES, wanted, tmp_path),
        drawing.icon_bytes(other, wanted, tmp_path),
        drawing.icon_bytes(HALVES, icon(format="png", size=32, padding=0.1), tmp_path),
    ]
    assert len(set(drawn)) == 3


def test_a_spoiled_file_of_the_cache_is_drawn_anew(tmp_path: Path) -> None:
    wanted = icon(format="png", size=32)
    first = drawing.icon_bytes(HALVES, wanted, tmp_path)
    (stored,) = (tmp_path / "icons").iterdir()
    stored.write_bytes(first[:100])
    assert drawing.icon_bytes(HALVES, wanted, tmp_path) == first


@pytest.mark.parametrize(
    ("given", "wanted", "told"),
    [
        ({"format": "png", "size": 31}, {"format": "png", "size": 32}, "is PNG [(31, 31)], wanted PNG [(32, 32)]"),
        ({"format": "png", "size": 32}, {"format": "ico", "sizes": [32]}, "is PNG [(32, 32)], wanted ICO [(32, 32)]"),
        ({"format": "ico", "sizes": [16]}, {"format": "ico", "sizes": [16, 32]}, "is ICO [(16, 16)], wanted ICO"),
        ({"format": "svg"}, {"format": "png", "size": 32}, "is no readable image"),
        ({"format": "png", "size": 32}, {"format": "svg"}, "is no svg"),
    ],
)
def test_a_file_of_another_size_or_format_differs(given: dict[str, Any], wanted: dict[str, Any], told: str) -> None:
    assert (drawing.differs(drawing.render(HALVES, icon(**given)), icon(**wanted)) or "").startswith(told)
