"""The brand in a real browser and in a real image's files."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

from scripts.lib import engine, workspace
from scripts.lib.brand.coverage import coverage, image_files
from scripts.lib.brand.words import Found
from scripts.lib.checkout import Checkout
from scripts.lib.records import Coverage, FetchedSource, Source
from scripts.lib.settings.brand import BrandFile
from scripts.lib.settings.environment import Environment
from scripts.lib.settings.loading import load
from scripts.lib.settings.product import Product
from scripts.lib.settings.selection import Selection
from scripts.lib.workspace import StepCommit
from smoke.branding.brand import Brand
from smoke.branding.observers import Visit
from smoke.browser import launch
from tests.integration.conftest import SERVER, Program
from tests.tiny import TINY

LABELS = {"graft.test": "1", "graft.run": "test-brand"}
VISIT = Visit("app", "login", "pt-PT", "light", "desktop")
HTML = """<!doctype html><title>Chat / Tiny</title><meta name="description" content="of Tiny">
<body><main id="it"><p>Made by TINY</p><p hidden>Tiny of old</p><span style="display: none">Tiny</span>
<img alt="Tiny's logo" src="/logo.png"><a href="https://docs.tiny.example/x" title="x">Help</a>
<div hidden><a href="https://tiny.example">X</a></div></main>
<script>const ours = "Tiny"; new Notification("Ana / Tiny", { body: "Hello" });</script>"""
ANSWERS = {
    "/": ("text/html", HTML),
    "/api/config": ("application/json", '{"name": "Acme", "by": "Tiny"}'),
    "/a.js": ("text/javascript", "const name = 'Tiny'"),
}


def answer(route: Route) -> None:
    kind, body = ANSWERS.get(route.request.url.removeprefix("http://acme.test").partition("?")[0], ("text/plain", ""))
    route.fulfill(content_type=kind, body=body)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright, launch(playwright) as chromium:
        yield chromium


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a server that is not there: its answers are given here."""
    with browser.new_context() as context:
        context.route("**/*", answer)
        yield context.new_page()


def seen(page: Page, *more: str) -> list[Found]:
    brand = Brand(["Tiny"])
    brand.opened(VISIT, page)
    first = page.goto("http://acme.test/")
    assert first is not None
    brand.page(VISIT, page)
    for path in more:
        with page.expect_event("requestfinished") as told:
            page.evaluate("path => fetch(path).then(answer => answer.text())", path)
        answered = told.value.response()
        assert answered is not None
        brand.response(VISIT, answered)
    brand.page(VISIT, page)  # in another look: the same is kept once
    return list(brand.found)


def test_what_a_person_sees_of_the_brand_is_found_once_each_with_its_selector(page: Page) -> None:
    assert [(one.surface, one.place) for one in seen(page)] == [
        ("title", "login: title"),
        ("notification", "login: Notification"),
        ("page", "login: body > main#it > p"),
        ("attribute", "login: html > head > meta[content]"),
        ("attribute", "login: body > main#it > img[alt]"),
        ("link", "login: body > main#it > a[href]"),
    ]


def test_what_the_server_answers_is_read_and_its_scripts_are_not(page: Page) -> None:
    found = [one for one in seen(page, "/api/config?v=1", "/a.js") if one.surface == "response"]
    assert [(one.file, one.place) for one in found] == [("/api/config", "GET /api/config")]
    assert "'by': 'Tiny'" in found[0].excerpt.replace('"', "'")


def test_an_answer_that_never_ends_is_not_waited_for(page: Page) -> None:
    brand = Brand(["Tiny"])
    brand.opened(VISIT, page)
    page.context.unroute("**/*")
    with open_end() as address:
        page.goto(address)
        with page.expect_response(f"{address}open") as told:
            page.evaluate("() => { fetch('/open') }")
        brand.response(VISIT, told.value)
    assert [one.surface for one in brand.found] == []


@contextmanager
def open_end() -> Iterator[str]:
    """Give the address of a server whose answer begins and does not end."""
    done = Event()

    class Endless(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(b'{"by": "Acme"}' if self.path == "/" else b'{"by": "Tiny"')
            self.wfile.flush()
            if self.path == "/open":
                done.wait(30)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Endless)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        done.set()
        server.shutdown()
        server.server_close()


UPSTREAM = {
    "backend/app.py": "# LICENSE covers Tiny\nNAME = 'Tiny'\nHEADER = 'X-Tiny-Id'\nSAYS = 'Tiny is well'\n",
    "backend/logo.png": "their logo",
    "LICENSE": "Tiny Licence",
}
BRAND = {
    "words": ["Tiny"],
    "images": ["backend/*.png"],
    "places": [{"image": "/app/back", "tree": "backend"}],
    "ignored": [{"files": "**/*.pyc", "reason": "made of the files beside it"}],
    "allowed": [{"reason": "only developers read it", "surfaces": ["comment"]}],
    "protected": [
        {"why": "names of headers", "text": "X-Tiny-[A-Z][a-z]+"},
        {"why": "the licence itself", "files": ["LICENSE"]},
    ],
}


def measured(folder: Path, image: str, customized: dict[str, str]) -> Coverage:
    """Return the coverage of an image, of which the customized tree has `customized` in place of upstream's files."""
    for path, text in UPSTREAM.items():
        (folder / "tree" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "tree" / path).write_text(text)
    place = Checkout(root=folder, product="tiny", cache=folder / "cache")
    base = workspace.create(place.workspace, folder / "tree")
    changes: dict[str, bytes | None] = {path: text.encode() for path, text in customized.items()}
    workspace.write_steps(place.workspace, base, [StepCommit("name: ours\n", changes, frozenset())])
    fetched = FetchedSource(kind="path", version="1.0.0", resolved="r", address="a", fingerprint="f")
    source = Source(inputs="", version="1.0.0", sources={"upstream": fetched}, licence="l", base=base, points={})
    brand = BrandFile.model_validate(BRAND)
    found = coverage(selection(place, brand), source, image_files(brand, image, LABELS))
    assert found is not None
    return found


def selection(place: Checkout, brand: BrandFile) -> Selection:
    product = load(TINY / "checkout/customizations/tiny/product.yaml", Product)
    environment = load(TINY / "checkout/compose/environments/test.yaml", Environment)
    return Selection(checkout=place, product=product, steps=(), environment=environment, brand=brand)


def image_with(image_of: Program, app: str, logo: str) -> str:
    lines = [f"RUN mkdir -p /app/back /app/other && printf {app!r} > /app/back/app.py"]
    lines += [
        f"RUN printf {logo!r} > /app/back/logo.png && printf Tiny > /app/other/x && printf Tiny > /app/back/x.pyc"
    ]
    return image_of(SERVER, *lines)


def test_a_branded_image_is_covered_and_what_is_left_is_told_with_its_line(image_of: Program, tmp_path: Path) -> None:
    ours = UPSTREAM["backend/app.py"].replace("NAME = 'Tiny'", "NAME = 'Acme'")
    image = image_with(image_of, ours.replace("\n", "\\n"), "ours")
    found = measured(tmp_path, image, {"backend/app.py": ours})
    assert [(leak.place, leak.word) for leak in found.leaks if leak.allowed is None] == [("/app/back/app.py:4", "Tiny")]
    assert {s.surface: (s.upstream, s.leaks) for s in found.surfaces} == {
        "comment": (0, 0),
        "server": (2, 1),
        "image": (1, 0),
    }
    assert (found.broken, found.stale) == ((), ())
    assert engine.labelled("container", LABELS) == []


def test_upstreams_picture_and_a_broken_name_of_a_header_are_told(image_of: Program, tmp_path: Path) -> None:
    ours = UPSTREAM["backend/app.py"].replace("Tiny", "Acme")
    image = image_with(image_of, ours.replace("\n", "\\n"), "their logo")
    found = measured(tmp_path, image, {"backend/app.py": ours, "LICENSE": "Acme Licence"})
    assert [(leak.surface, leak.word) for leak in found.leaks] == [("image", "backend/logo.png")]
    assert found.broken == (
        "LICENSE is not upstream's any more (the licence itself)",
        "backend/app.py: 'X-Tiny-Id' is not there as often (names of headers)",
        "the image's backend/app.py: 'X-Tiny-Id' is not there as often (names of headers)",
    )
    assert found.stale == ("allowed places of 'only developers read it': 0 instead of 1 or more",)
