"""A search engine as SearXNG answers, and the one page that it finds.

Runs in a container of its own with no more than Python, on port 8080.
"""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

PAGE = """<!doctype html><html lang="en"><head><title>Tides of Atlantis</title></head>
<body><main><h1>Tides of Atlantis</h1>
<p>High water at the harbour of Atlantis is called the Wombat tide.</p></main></body>
</html>"""


class Answers(BaseHTTPRequestHandler):
    """/search?q=…&format=json finds /page for every question."""

    def do_GET(self) -> None:
        """Answer a question, or give the page."""
        place = urlsplit(self.path)
        query = parse_qs(place.query)
        if place.path == "/search" and query.get("format") == ["json"]:
            self._send("application/json", json.dumps(self._found(query.get("q", [""])[0])))
        elif place.path == "/page":
            self._send("text/html; charset=utf-8", PAGE)
        else:
            self.send_error(404)

    def _found(self, question: str) -> dict[str, object]:
        page = f"http://{self.headers['Host']}/page"
        result = {"url": page, "title": "Tides of Atlantis", "content": f"Found for: {question}", "score": 1.0}
        return {"query": question, "number_of_results": 1, "results": [result]}

    def _send(self, kind: str, text: str) -> None:
        data = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


if __name__ == "__main__":
    ThreadingHTTPServer(("", 8080), Answers).serve_forever()
