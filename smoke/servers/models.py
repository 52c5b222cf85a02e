"""A model server as OpenAI's interface has it: lists models, answers chats whole or streamed, embeds texts.

Runs in a container of its own with no more than Python, on port 8000. The model is a parrot: it answers with all that
it was told, so that an answer shows what reached it. GET /asked tells the requests so far. An answer to what says HOLD
waits after its first piece for a POST to /go-on: so one sees whether pieces arrive while others are still to come.
"""

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MODEL = "parrot"
HOLD = "HOLD"
HOLD_SECONDS = 30
DIMENSIONS = 64
PIECE = 12
"""Characters that a streamed piece has."""

asked: list[dict[str, object]] = []
go_on = threading.Event()


def told(messages: list[dict[str, object]]) -> str:
    """All texts of a conversation; a message is a text or a list of parts."""
    texts = []
    for message in messages:
        content = message.get("content")
        parts = content if isinstance(content, list) else [{"text": content}]
        texts += [str(part["text"]) for part in parts if part.get("text")]
    return "I was told: " + "\n".join(texts)


def pieces(text: str) -> Iterator[str]:
    """Cut an answer; what says HOLD waits after its first piece."""
    for place in range(0, len(text), PIECE):
        yield text[place : place + PIECE]
        if place == 0 and HOLD in text:
            go_on.wait(HOLD_SECONDS)
            go_on.clear()


def embedded(text: str) -> list[float]:
    """A vector in which texts that share words are near each other."""
    vector = [0.0] * DIMENSIONS
    for word in text.lower().split():
        vector[int(hashlib.sha256(word.encode()).hexdigest(), 16) % DIMENSIONS] += 1.0
    length = sum(v * v for v in vector) ** 0.5 or 1.0
    return [v / length for v in vector]


class Answers(BaseHTTPRequestHandler):
    """The interface below /v1, and /asked and /go-on for the checks."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Tell the models, or what was asked."""
        if self.path == "/asked":
            self._json(asked)
        elif self.path == "/v1/models":
            self._note({})
            self._json({"object": "list", "data": [{"id": MODEL, "object": "model", "owned_by": "smoke"}]})
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        """Answer a chat, or embed texts."""
        data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = json.loads(data or b"{}")
        if self.path == "/go-on":
            go_on.set()
            self._json({})
            return
        self._note(body)
        if self.path == "/v1/chat/completions":
            self._stream(told(body["messages"])) if body.get("stream") else self._whole(told(body["messages"]))
        elif self.path == "/v1/embeddings":
            self._embed(body["input"])
        else:
            self.send_error(404)

    def _note(self, body: dict[str, object]) -> None:
        asked.append({"path": self.path, "authorization": self.headers.get("Authorization"), "body": body})

    def _whole(self, text: str) -> None:
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        self._json({"id": "1", "object": "chat.completion", "model": MODEL, "choices": [choice]})

    def _embed(self, given: str | list[str]) -> None:
        texts = [given] if isinstance(given, str) else given
        data = [{"object": "embedding", "index": n, "embedding": embedded(t)} for n, t in enumerate(texts)]
        self._json({"object": "list", "model": MODEL, "data": data})

    def _stream(self, text: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        for piece in pieces(text):
            self._event({"index": 0, "delta": {"content": piece}, "finish_reason": None})
        self._event({"index": 0, "delta": {}, "finish_reason": "stop"})
        self.wfile.write(b"data: [DONE]\n\n")
        self.close_connection = True

    def _event(self, choice: dict[str, object]) -> None:
        chunk = {"id": "1", "object": "chat.completion.chunk", "model": MODEL, "choices": [choice]}
        self.wfile.write(b"data: " + json.dumps(chunk).encode() + b"\n\n")
        self.wfile.flush()

    def _json(self, answer: object) -> None:
        data = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


if __name__ == "__main__":
    ThreadingHTTPServer(("", 8000), Answers).serve_forever()
