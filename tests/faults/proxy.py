"""A faulty proxy: real HTTP on the loopback interface, before a real server. What no fault is laid out for passes."""

import http.client
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

HOP = ("transfer-encoding", "connection", "content-length")
ALWAYS = 1_000_000


@dataclass
class Fault:
    """What goes wrong with requests whose `METHOD path` matches."""

    where: str
    """Regular expression."""
    how: Literal["answer", "cut", "deaf", "down", "hold", "shorten", "slow", "truncate"]
    """
    `answer`: with a status of its own. `cut`: half of the request arrives, then the line is dead. `deaf`: the request
    arrives, the answer does not. `down`: nobody answers. `hold`: half of the request or of the answer arrives, then
    nothing. `shorten`: half of the answer, as if it were whole. `slow`: each takes a while. `truncate`: half of the
    answer, then the line is dead.
    """
    times: int = ALWAYS
    after: str = ""
    """Only once a request that matches this was seen."""
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Proxy:
    """A running proxy."""

    port: int
    upstream: int
    """Port of the server behind it."""
    faults: list[Fault] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    """Every request, as `METHOD path`."""
    holds: threading.Event = field(default_factory=threading.Event)
    """Set while a request is held."""
    ended: threading.Event = field(default_factory=threading.Event)

    def fault(self, request: str) -> Fault | None:
        """Return what goes wrong with this request, and count it."""
        before = list(self.asked)
        self.asked.append(request)
        for one in self.faults:
            due = not one.after or any(re.search(one.after, earlier) for earlier in before)
            if one.times > 0 and due and re.search(one.where, request):
                one.times -= 1
                return one
        return None


@contextmanager
def proxy(upstream: int) -> Iterator[Proxy]:
    """Stand before the server on port `upstream`, on a free port, until the end of the block."""

    class Passes(BaseHTTPRequestHandler):
        def _pass(self) -> None:
            self.close_connection = True
            fault = there.fault(f"{self.command} {self.path}")
            how = fault.how if fault else None
            if how == "down":
                return
            length = int(self.headers.get("Content-Length", 0))
            if fault and how == "answer":
                self.rfile.read(length)
                self._answer(fault.status, fault.headers, b"")
                return
            if how == "slow":
                time.sleep(0.3)
            server = http.client.HTTPConnection("127.0.0.1", there.upstream, timeout=60)
            self._send(server, length, half=bool(length) and how in ("cut", "hold"))
            if how == "cut" or (how == "hold" and length):
                self._hold(how)
            else:
                self._give_back(server.getresponse(), how)
            server.close()

        def _send(self, server: http.client.HTTPConnection, length: int, *, half: bool) -> None:
            server.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                server.putheader(name, value)
            server.endheaders()
            server.send(self.rfile.read(length // 2 if half else length))

        def _give_back(self, answer: http.client.HTTPResponse, how: str | None) -> None:
            body = answer.read()
            if how == "deaf":
                return
            headers = {name: value for name, value in answer.getheaders() if name.lower() not in HOP}
            told = body[: len(body) // 2] if how == "shorten" else body
            self._answer(answer.status, headers, told, half=how in ("truncate", "hold"), length=len(told))
            self._hold(how)

        def _answer(
            self, status: int, headers: Mapping[str, str], body: bytes, *, half: bool = False, length: int = 0
        ) -> None:
            self.send_response_only(status)
            for name, value in {**headers, "Content-Length": str(length), "Connection": "close"}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body[: len(body) // 2] if half else body)
                self.wfile.flush()

        def _hold(self, how: str | None) -> None:
            if how == "hold":
                there.holds.set()
                there.ended.wait()

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _pass

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Passes)
    server.daemon_threads = True
    there = Proxy(int(server.server_address[1]), upstream)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield there
    finally:
        there.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
