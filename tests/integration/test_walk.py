"""A real browser walks over pages of our own: what is right is seen, each kind of fault is told with its evidence."""

import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any, Protocol

import pytest
from PIL import Image

from scripts.lib.brand_texts import Texts
from scripts.lib.files import FileMap
from scripts.lib.records import Check
from scripts.lib.settings.pages import PagesFile
from scripts.lib.settings.proofs import BrowserProof
from smoke.branding.ground import Ground
from smoke.branding.results import SECOND_WELL, Walked
from smoke.branding.returning import come_back
from smoke.branding.walk import walk
from smoke.branding.words import Wording
from smoke.checks import Planned


def drawn(size: int) -> bytes:
    image = BytesIO()
    Image.new("RGB", (size, size), "blue").save(image, "PNG")
    return image.getvalue()


LOGO, LARGE = drawn(32), drawn(192)
TEXTS = Texts({"enter": {"default": "Enter", "pt-PT": "Entrar"}})
LOGIN = """<!doctype html><html><head><meta charset=utf-8><title>Acme</title>
<link rel=icon href=/icon.png><link rel=manifest href=/app.webmanifest><meta name=theme-color content=#ffffff>
<link rel=stylesheet href=/style.css></head><body><img src=/icon.png alt=""><h1></h1>
<script src=/texts.js></script></body></html>"""
TEXT_SCRIPT = "document.querySelector('h1').textContent = navigator.language === 'pt-PT' ? 'Entrar' : 'Enter'"
MANIFEST = {
    "name": "Acme",
    "short_name": "Acme",
    "start_url": "/",
    "display": "standalone",
    "icons": [{"src": "/large.png", "sizes": "192x192", "type": "image/png"}],
}
SITE: Mapping[str, tuple[str, bytes]] = {
    "/": ("text/html", LOGIN.encode()),
    "/texts.js": ("text/javascript", TEXT_SCRIPT.encode()),
    "/style.css": ("text/css", b"h1 { color: navy }"),
    "/icon.png": ("image/png", LOGO),
    "/large.png": ("image/png", LARGE),
    "/app.webmanifest": ("application/manifest+json", json.dumps(MANIFEST).encode()),
}
PROOFS: tuple[dict[str, Any], ...] = (
    {"title": "Acme"},
    {"see": {"css": "h1", "text": {"text_of": "enter"}}},
    {"picture": {"css": "img", "same_as": "icon.png", "size": 32}},
    {"favicon": ["icon.png"]},
    {"theme_colour": {"light": "#ffffff", "dark": "#ffffff"}},
    {"manifest": {"name": "Acme", "icons": ["large.png"]}},
)


class Serve(Protocol):
    """Starts a server that knows these paths; it answers all others with the page, as single-page servers do."""

    def __call__(self, site: Mapping[str, tuple[str, bytes]], host: str = ..., port: int = ...) -> str: ...


@pytest.fixture
def serve() -> Iterator[Serve]:
    servers: list[ThreadingHTTPServer] = []

    def start(site: Mapping[str, tuple[str, bytes]], host: str = "127.0.0.1", port: int = 0) -> str:
        class Pages(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                kind, body = site.get(self.path, site["/"])
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Cache-Control", "max-age=31536000" if "javascript" in kind else "no-cache")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        servers.append(ThreadingHTTPServer((host, port), Pages))
        Thread(target=servers[-1].serve_forever, daemon=True).start()
        return f"http://{host}:{servers[-1].server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def ground(out: Path, *proofs: Mapping[str, Any], **page: Any) -> Ground:
    login = {"name": "login", "actions": [{"goto": "/"}], "ready": [{"css": "h1:not(:empty)"}], **page}
    pages = PagesFile.model_validate({"locale": "pt-PT", "timezone": "Europe/Lisbon", "pages": [login]})
    files = FileMap({"icon.png": LOGO, "large.png": LARGE})
    planned = [
        Planned(next(iter(proof)), None, BrowserProof(layer="browser", page="login", **proof)) for proof in proofs
    ]
    return Ground("app", pages, Wording(pages, TEXTS, files), files, planned, out, out / "evidence/app")


def once(**page: Any) -> dict[str, Any]:
    return {"schemes": ["light"], "devices": ["desktop"], **page}


def failed(seen: Walked) -> list[Check]:
    return [check for check in seen.checks if not check.passed]


def test_all_that_is_right_is_seen_in_every_look(serve: Serve, tmp_path: Path) -> None:
    seen = walk(serve(SITE), "plain", ground(tmp_path, *PROOFS, locales=["de-DE"]))
    assert failed(seen) == []
    assert [check.name for check in seen.checks][5:] == [next(iter(proof)) for proof in PROOFS]
    assert "'Entrar'; h1 is 'Enter' (5 visits)" in seen.checks[6].evidence
    assert len(seen.shots) == 5
    assert all(Image.open(tmp_path / shot.path).size in ((1280, 800), (390, 844)) for shot in seen.shots)
    assert not list(tmp_path.rglob("*.zip"))


@pytest.mark.parametrize(
    ("path", "instead", "proof", "told"),
    [
        ("/", ("text/html", LOGIN.replace("Acme", "Tiny").encode()), 0, "the tab is called 'Tiny' instead of 'Acme'"),
        ("/texts.js", ("text/javascript", TEXT_SCRIPT.replace("Entrar", "Olá").encode()), 1, "h1 is 'Olá' instead of"),
        ("/", ("text/html", LOGIN.replace("<img", "<img hidden").encode()), 2, "img is there 1 times, or not visible"),
        ("/icon.png", ("image/png", b"no picture"), 3, "/icon.png answered 200 and could not be decoded"),
        ("/", ("text/html", LOGIN.replace("#ffffff", "#000000").encode()), 4, "the theme colour is #000000 instead of"),
        (
            "/app.webmanifest",
            ("application/manifest+json", json.dumps(MANIFEST | {"short_name": "Tiny"}).encode()),
            5,
            "short_name of http://app.localhost:",
        ),
        (
            "/app.webmanifest",
            ("application/manifest+json", json.dumps(MANIFEST | {"icons": []}).encode()),
            5,
            "cannot be installed: ",
        ),
    ],
)
def test_what_is_not_as_a_proof_says_is_told(
    serve: Serve, tmp_path: Path, path: str, instead: tuple[str, bytes], proof: int, told: str
) -> None:
    seen = walk(serve({**SITE, path: instead}), "plain", ground(tmp_path, PROOFS[proof], **once()))
    check = seen.checks[-1]
    assert not check.passed
    assert told in check.evidence
    shot, again, trace = check.files
    assert [Image.open(tmp_path / one).size for one in (shot, again)] == [(1280, 800)] * 2
    assert SECOND_WELL not in check.evidence
    assert zipfile.ZipFile(tmp_path / trace).testzip() is None


class Late(dict[str, tuple[str, bytes]]):
    """The site, whose style is not there yet when it is asked for first."""

    def get(self, path: str, other: Any = None) -> Any:
        if path == "/style.css" and "late" in self:
            del self["late"]
            return ("text/css", b"")
        return super().get(path, other)


def test_what_a_second_visit_does_not_show_any_more_is_told_and_stays_wrong(serve: Serve, tmp_path: Path) -> None:
    site = Late({**SITE, "late": ("", b"yes")})
    (check,) = failed(walk(serve(site), "plain", ground(tmp_path, PROOFS[0], **once())))
    assert "/style.css answered 404" in check.evidence
    assert check.evidence.endswith(SECOND_WELL)
    assert [Path(file).suffix for file in check.files] == [".png", ".png", ".zip"]


def test_what_signs_in_is_visited_once_and_recorded(serve: Serve, tmp_path: Path) -> None:
    one = ground(tmp_path, {"title": "Other"}, **once(keeps="ana"))
    (check,) = failed(walk(serve(SITE), "plain", one))
    shot, trace = check.files
    assert shot.endswith("login.pt-PT.light.desktop.png")
    assert zipfile.ZipFile(tmp_path / trace).testzip() is None


def test_two_browsers_share_what_follows_the_account_whose_windows_stay_in_one(serve: Serve, tmp_path: Path) -> None:
    """The page tells whether it knows who has signed in by its title."""
    sign_in = '<script>document.title = localStorage.ana ? "Ana" : "Nobody"; localStorage.ana = 1</script>'
    address = serve({**SITE, "/": ("text/html", LOGIN.encode() + sign_in.encode())})
    one = ground(tmp_path, {"title": "Nobody"}, **once(keeps="ana"))
    (login,) = one.pages.pages
    after = login.model_copy(update={"name": "after", "keeps": None, "account": "ana", "devices": ("desktop", "phone")})
    nobody = login.model_copy(update={"name": "nobody", "keeps": None})
    proofs = [
        *one.proofs,
        Planned("after", None, BrowserProof(layer="browser", page="after", title="Ana")),
        Planned("nobody", None, BrowserProof(layer="browser", page="nobody", title="Nobody")),
    ]
    pages = one.pages.model_copy(update={"pages": (login, after, nobody)})
    seen = walk(address, "plain", replace(one, pages=pages, proofs=proofs))
    assert failed(seen) == []
    assert [check.name for check in seen.checks] == [
        "all of login comes in pt-PT, light, desktop",
        "all of after comes in pt-PT, light, desktop",
        "all of after comes in pt-PT, light, phone",
        "all of nobody comes in pt-PT, light, desktop",
        "title",
        "after",
        "nobody",
    ]


def test_a_whole_browser_is_asked_once_whether_a_page_can_be_installed(serve: Serve, tmp_path: Path) -> None:
    check = walk(serve(SITE), "plain", ground(tmp_path, PROOFS[5])).checks[-1]
    assert check.passed
    assert check.evidence.startswith("installed 'Acme' with /large.png, 192x192")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"/style.css": ("text/css", b"")}, "/style.css answered 404"),
        ({"/style.css": SITE["/"]}, "/style.css, a stylesheet, was answered by a page"),
        (
            {
                "/style.css": (
                    "text/css",
                    b"@font-face { font-family: x; src: url(/x.woff2) } h1 { font-family: x }",
                )
            },
            "/x.woff2, a font, was answered by a page",
        ),
    ],
)
def test_what_does_not_come_is_told(
    serve: Serve, tmp_path: Path, changed: Mapping[str, tuple[str, bytes]], told: str
) -> None:
    (check,) = failed(walk(serve({**SITE, **changed}), "plain", ground(tmp_path, PROOFS[0], **once())))
    assert check.name == "all of login comes in pt-PT, light, desktop"
    assert told in check.evidence


def test_a_page_that_is_not_there_fails_with_all_that_it_should_show(serve: Serve, tmp_path: Path) -> None:
    one = ground(tmp_path, PROOFS[0], **once(actions=[{"goto": "/"}, {"click": {"css": "h1, img"}}]))
    page, proof = failed(walk(serve(SITE), "plain", one))
    assert '{"click":{"css":"h1, img"}}: Locator.click: Error: strict mode violation' in page.evidence
    assert proof.evidence.startswith("pt-PT, light, desktop: login is not there:")


def test_what_stands_there_before_the_scripts_have_come_can_be_seen(serve: Serve, tmp_path: Path) -> None:
    empty = {"see": {"css": "h1:empty ~ p", "text": "Loading"}}
    page = LOGIN.replace("/texts.js", "/deep/texts.js").replace("</h1>", "</h1><p>Loading</p>")
    address = serve({**SITE, "/": ("text/html", page.encode()), "/deep/texts.js": SITE["/texts.js"]})
    one = ground(tmp_path, empty, **once(without=["/deep*"], ready=[{"css": "img"}]))
    assert failed(walk(address, "plain", one)) == []


OLD = {**SITE, "/texts.js": ("text/javascript", TEXT_SCRIPT.replace("Entrar", "Antigo").encode())}


@pytest.mark.parametrize(
    ("script", "passed", "told"),
    [
        ("/texts-2.js", True, "1 proofs seen by a browser that saw other texts before"),
        ("/texts.js", False, "h1 is 'Antigo' instead of 'Entrar'"),
    ],
)
def test_a_browser_that_saw_the_previous_image_shows_whether_it_keeps_old_texts(
    serve: Serve, tmp_path: Path, script: str, passed: bool, told: str
) -> None:
    """Browsers keep scripts for a year: only one of a new name is read anew."""
    previous = serve(OLD)
    port = int(previous.rpartition(":")[2])
    page = LOGIN.replace("/texts.js", script).encode()
    present = serve({**SITE, "/": ("text/html", page), script: SITE["/texts.js"]}, "127.0.0.2", port)
    one = ground(tmp_path, PROOFS[1], **once())
    check = come_back(one.pages.pages[0], (previous, one), (present, one))
    assert (check.passed, told in check.evidence) == (passed, True)


def test_a_previous_image_that_shows_the_same_tells_nothing(serve: Serve, tmp_path: Path) -> None:
    one, previous = ground(tmp_path, PROOFS[1], **once()), serve(SITE)
    check = come_back(one.pages.pages[0], (previous, one), (previous, one))
    assert (check.passed, check.evidence) == (False, "the previous image shows the same, so nothing can be told")
