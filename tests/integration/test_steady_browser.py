"""The browser's own start: it hears of no network that comes or goes, and reaches those that are there."""

import platform
import subprocess
import sys

import pytest

from smoke.browser import STEADY

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"), reason="the filter is Linux's"
)


def started(program: str) -> str:
    """Run Python as the browser is run, and return what it printed."""
    argv = [str(STEADY), f"--browser={sys.executable}", "-c", f"import socket\n{program}"]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout.strip()


def test_it_cannot_listen_for_changes_of_networks() -> None:
    program = "try: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)\nexcept OSError as error: print(error.strerror)"
    assert started(program) == "Address family not supported by protocol"


def test_it_reaches_what_is_there() -> None:
    assert started("socket.create_server(('127.0.0.1', 0)).close(); print('reached')") == "reached"
