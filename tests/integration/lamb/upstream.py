"""A small server that stands for a part of LAMB: says what reached it. Its text is the command of an image."""

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

GO = threading.Event()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        if self.path == "/stream":
            self.stream()
            return
        if self.path == "/go":
            GO.set()
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        said = {"server": os.environ["SERVER"], "method": self.command, "path": self.path, "body": body}
        headers = {name.lower(): value for name, value in self.headers.items()}
        data = json.dumps({**said, "headers": headers}).encode()
        self.send_response(303 if self.path.startswith("/leave") else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Content-Security-Policy", "default-src 'none'")
        if self.path.startswith("/leave"):
            self.send_header("Location", "https://elsewhere/?token=" + self.path.rpartition("=")[2])
        if self.path.startswith("/own"):
            self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    do_GET = do_HEAD = do_POST = do_PUT = answer

    def stream(self) -> None:
        """One word, and the other only after somebody asked for /go."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for wait, word in ((False, b"data: one\n\n"), (True, b"data: two\n\n")):
            if wait:
                GO.wait(30)
            self.wfile.write(b"%x\r\n%s\r\n" % (len(word), word))
            self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


ThreadingHTTPServer(("", int(os.environ["PORT"])), Handler).serve_forever()
