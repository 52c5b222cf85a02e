"""The program of the tests' small product. Runs inside a container; port 8080."""

import json
import os
import signal
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


def limits() -> dict[str, object]:
    """What the container finds on itself."""
    status = dict(line.split(":\t", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":\t" in line)
    two = Path("/sys/fs/cgroup/memory.max")
    memory = two if two.exists() else Path("/sys/fs/cgroup/memory/memory.limit_in_bytes")
    pids = Path("/sys/fs/cgroup/pids.max") if two.exists() else Path("/sys/fs/cgroup/pids/pids.max")
    return {
        "memory": int(memory.read_text()),
        "pids": int(pids.read_text()),
        "capabilities": int(status["CapEff"], 16),
        "no_new_privileges": status["NoNewPrivs"].strip() == "1",
        "writes": [place for place in ("/etc", "/tmp", "/data") if os.access(place, os.W_OK)],
        "secret": len(os.environ.get("SECRET", "")),
    }


class Answers(BaseHTTPRequestHandler):
    """Health, name and limits; a page for everything else, as single-page servers do."""

    def do_GET(self) -> None:
        """Answer."""
        name = os.environ.get("NAME", "Acme")
        known: dict[str, Callable[[], dict[str, object]]] = {
            "/health": dict,
            "/api/config": lambda: {"name": name, "version": "1.0.0"},
            "/limits": limits,
        }
        found = known.get(self.path)
        data = json.dumps(found()).encode() if found else b"<!doctype html><title>Acme</title>"
        self.send_response(200)
        self.send_header("Content-Type", "application/json" if found else "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(data)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))  # process 1 does not end by itself
    print("the secret is", os.environ.get("SECRET"), flush=True)
    ThreadingHTTPServer(("", 8080), Answers).serve_forever()
