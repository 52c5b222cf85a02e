"""This machine's own network interface, which nobody else reaches."""

import re
import secrets
import socket
from collections.abc import Set
from contextlib import ExitStack

ADDRESS = "127.0.0.1"
NAMES = ("localhost", ADDRESS, "[::1]")
EVERY = ("", "0.0.0.0", "::")  # noqa: S104  words for every interface, this one too
FREE = range(20000, 32768)
"""Where free ports are sought: below those that the system gives to connections, which come and go."""


def is_here(host: str) -> bool:
    """Tell whether a host, with a port or without, is this machine."""
    return re.sub(r":\d+$", "", host) in NAMES


def answers_for(host: str) -> bool:
    """Tell whether what is bound to an address is met on this interface."""
    return host in (ADDRESS, *EVERY)


def is_free(port: int) -> bool:
    """Tell whether nobody listens there; one that only the engine may take counts as free."""
    with socket.socket() as probe:
        return _takes(probe, port)


def free_ports(count: int, besides: Set[int] = frozenset()) -> list[int]:
    """Return ports at which nobody listens now, each another one, and none of `besides`."""
    found: list[int] = []
    with ExitStack() as held:
        while len(found) < count:
            port = FREE.start + secrets.randbelow(len(FREE))
            probe = held.enter_context(socket.socket())
            if port not in besides and port not in found and _takes(probe, port):
                found.append(port)
    return found


def _takes(probe: socket.socket, port: int) -> bool:
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind((ADDRESS, port))
    except PermissionError:
        return True
    except OSError:
        return False
    return True
