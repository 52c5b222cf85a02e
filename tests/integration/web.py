"""A web server on the loopback interface that answers what a test lays out, also wrongly."""

import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Web:
    """What the server has, and what it was asked for."""

    address: str
    pages: dict[str, bytes] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)
    """Paths whose content breaks off in the middle."""
    broken: dict[str, int] = field(default_factory=dict)
    """Path -> how often it answers 503 before it answers well."""
    slow: dict[str, float] = field(default_factory=dict)
    """Path -> seconds that it takes to answer."""
    asked: list[str] = field(default_factory=list)

    def index(self, project: str, files: dict[str, bytes], *, hashes: dict[str, str] | None = None) -> None:
        """Lay out a simple index of one project; `hashes` are stated in place of the true ones."""
        links = ""
        for name, content in files.items():
            sha256 = (hashes or {}).get(name) or hashlib.sha256(content).hexdigest()
            self.pages[f"/files/{name}"] = content
            links += f'<a href="/files/{name}#sha256={sha256}">{name}</a>\n'
        self.pages[f"/simple/{project}/"] = f"<!doctype html><html><body>{links}</body></html>".encode()


@contextmanager
def web() -> Iterator[Web]:
    """Serve on a free port until the end of the block."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = there.pages.get(self.path)
            there.asked.append(self.path)
            time.sleep(there.slow.get(self.path, 0))
            if there.broken.get(self.path, 0) > 0:
                there.broken[self.path] -= 1
                self.send_error(503)
            elif content is None:
                self.send_error(404)
            else:
                self.send_response(200)
                self.send_header("Content-Type", "text/html" if self.path.endswith("/") else "application/octet-stream")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content[: len(content) // 2] if self.path in there.cut else content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    there = Web(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield there
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
