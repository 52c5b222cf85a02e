"""The brand in an image's files: every place, with who would see it."""

import hashlib
from collections.abc import Mapping

import pytest

from scripts.lib.brand.files import Looked, look_through
from scripts.lib.brand.words import Found, Words
from scripts.lib.release.chunks import encode_locale

MAP = """const m={
  "./locales/pt-PT/translation.json":()=>i(()=>import("./PT.js")),
  "./locales/en-US/translation.json":()=>i(()=>import("./EN.js"))
};export{m};"""
LOOKED = Looked(
    words=Words(["Tiny", "tiny.example"]),
    pictures={hashlib.sha256(b"logo").hexdigest(): "static/logo.png"},
    modules=["./locales/{locale}/translation.json"],
)


def found(files: Mapping[str, str | bytes]) -> list[Found]:
    return look_through({path: d.encode() if isinstance(d, str) else d for path, d in files.items()}, LOOKED)


def places(files: Mapping[str, str | bytes]) -> list[tuple[str, str]]:
    return [(one.surface, one.place) for one in found(files)]


@pytest.mark.parametrize("word", ["Tiny", "TINY", "tiny", "x.tiny.Example"])
def test_a_word_is_found_in_any_capitals(word: str) -> None:
    assert len(found({"/a.html": f"<p>\n{word}</p>"})) == 1


def test_a_text_file_tells_the_line() -> None:
    lines = [place for _, place in places({"/a.html": "Tiny\n\nx\nTiny Tiny"})]
    assert lines == ["/a.html:1", "/a.html:4", "/a.html:4"]


def test_python_tells_what_runs_from_what_is_said_of_it() -> None:
    code = '"""Of Tiny."""\n# Tiny\nx = "Tiny"\ny = f"{x} Tiny"\nTiny = b"tiny"\n'
    assert places({"/a.py": code}) == [
        ("comment", "/a.py:1"),
        ("comment", "/a.py:2"),
        ("server", "/a.py:3"),
        ("server", "/a.py:4"),
        ("comment", "/a.py:5"),
        ("server", "/a.py:5"),
    ]


def test_a_text_is_told_by_locale_and_key_and_an_empty_one_is_shown_as_its_key() -> None:
    files = {
        "/b/map.js": MAP,
        "/b/PT.js": encode_locale({"by Tiny": "de Acme", "Hello": "Olá, Tiny", "Help Tiny": ""}),
        "/b/EN.js": encode_locale({"by Tiny": "by Acme", "Hello": "", "Help Tiny": "Help"}),
    }
    assert places(files) == [("text", "pt-PT: 'Hello'"), ("text", "pt-PT: 'Help Tiny'")]


@pytest.mark.parametrize("quoted", ['"it\'s \\"Tiny\\""', "'it\\'s \"Tiny\"'", '`it\'s "Tiny"`'])
def test_a_key_in_a_script_is_no_text(quoted: str) -> None:
    files = {
        "/b/map.js": MAP,
        "/b/EN.js": encode_locale({'it\'s "Tiny"': "it's Acme"}),
        "/b/PT.js": encode_locale({}),
        "/b/a.js": f"t({quoted});n('Tiny')",
    }
    assert [one.surface for one in found(files)] == ["key", "script"]


def test_a_picture_is_known_by_its_bytes_wherever_it_lies() -> None:
    (one,) = found({"/x/other.ico": b"logo", "/x/own.png": b"ours", "/x/logo.txt": b"logo"})
    assert (one.surface, one.file, one.word) == ("image", "/x/other.ico", "static/logo.png")


def test_what_is_no_text_is_not_read() -> None:
    assert found({"/a.wasm": b"\0asm Tiny"}) == []


def test_a_finding_shows_the_word_in_its_place() -> None:
    (one,) = found({"/a.html": "a" * 500 + " made by\n  Tiny\tand others " + "b" * 500})
    assert "made by Tiny and others" in one.excerpt
    assert len(one.excerpt) < 140
