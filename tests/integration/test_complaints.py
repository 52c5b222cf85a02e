"""A real browser on pages of our own: what it complains of is kept, and nothing else."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Browser, Response, sync_playwright

from smoke.branding.complaints import Complaints
from smoke.branding.observers import Visit
from smoke.browser import launch

HTML = "<!doctype html><meta charset=utf-8><title>Tiny</title><link rel=icon href=data:,><body>"
PAGES = {
    "/quiet": HTML + "<script>console.log('fine'); console.warn('near'); document.body.id = 'ready'</script>",
    "/missing": HTML + "<img src=/gone.png?v=12345 onerror=\"document.body.id = 'ready'\">",
    "/says": HTML + "<script>console.error('it broke at 1732226400123'); document.body.id = 'ready'</script>",
    "/throws": HTML + "<script>setTimeout(() => document.body.id = 'ready'); null.name</script>",
    "/fallen": HTML + '<script src=/_app/immutable-3f/chunks/C9dX.js onload=""></script><p id=ready>',
}


class Server(BaseHTTPRequestHandler):
    """Answers scripts that it does not know with a page, as single-page servers do, and of other things nothing."""

    def do_GET(self) -> None:
        known = PAGES.get(self.path) or (HTML if self.path.endswith(".js") else None)
        self.send_response(200 if known else 404)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write((known or "").encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.mark.parametrize(
    ("path", "heard"),
    [
        ("/quiet", set()),
        (
            "/missing",
            {"console: Failed to load resource: the server responded with a status of 404 (Not Found) (/gone.png)"},
        ),
        ("/says", {"console: it broke at * (/says)"}),
        ("/throws", {"uncaught TypeError: Cannot read properties of null (reading 'name')"}),
        (
            "/fallen",
            {
                "script /_app/immutable/chunks/*.js is answered by a page",
                "uncaught SyntaxError: Unexpected token '<'",
            },
        ),
    ],
)
def test_what_the_browser_complains_of_is_kept(address: str, browser: Browser, path: str, heard: set[str]) -> None:
    complaints, visit = Complaints("_app/immutable"), Visit("tiny", path, "en-US", "light", "desktop")
    responses: list[Response] = []
    page = browser.new_page()
    page.on("response", lambda one: responses.append(one))
    complaints.opened(visit, page)
    page.goto(address + path)
    page.locator("#ready").wait_for(state="attached")
    for response in responses:
        complaints.response(visit, response)
    page.close()
    assert complaints.of_pages == {path: heard}
