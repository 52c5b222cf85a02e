"""This machine's own network interface, which nobody else reaches."""

import re

ADDRESS = "127.0.0.1"
NAMES = ("localhost", ADDRESS, "[::1]")


def is_here(host: str) -> bool:
    """Tell whether a host, with a port or without, is this machine."""
    return re.sub(r":\d+$", "", host) in NAMES
