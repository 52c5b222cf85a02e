"""Speaks Socket.IO over a websocket, as far as one call needs it."""

import json
from typing import Any

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from smoke.site import NotSeen

SECONDS = 10
MOST = 50
"""Packets that may come before the one that is waited for."""
OPEN, PING, PONG, CONNECT, EVENT, ACK = "0", "2", "3", "40", "420", "430"
"""Packets: of Engine.IO (open, ping, pong), and of Socket.IO in its messages (connect, event and acknowledgement 0)."""


def call(address: str, token: str, event: str, data: Any, origin: str) -> list[Any]:
    """Connect with a token, send one event as a page of `origin` would, and return what acknowledges it."""
    try:
        with connect(
            f"{address}?EIO=4&transport=websocket", origin=Origin(origin), open_timeout=SECONDS, proxy=None
        ) as socket:
            _await(socket, OPEN)
            socket.send(CONNECT + json.dumps({"token": token}))
            _await(socket, CONNECT)
            socket.send(EVENT + json.dumps([event, data]))
            acknowledged: list[Any] = json.loads(_await(socket, ACK))
            return acknowledged
    except (WebSocketException, OSError) as error:
        raise NotSeen(f"{address}: {error or type(error).__name__}") from None


def _await(socket: ClientConnection, kind: str) -> str:
    """Return the data of the next packet of a kind; others before it are passed over, a ping is answered."""
    seen = []
    for _ in range(MOST):
        message = str(socket.recv(timeout=SECONDS))
        if message.startswith(kind):
            return message[len(kind) :]
        if message == PING:
            socket.send(PONG)
        seen.append(message[:60])
    raise NotSeen(f"no packet {kind} came, but {seen}")
