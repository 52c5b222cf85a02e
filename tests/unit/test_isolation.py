"""The guard of conftest.py guards."""

import os
import socket
import subprocess

import pytest
from pytest_socket import SocketBlockedError


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6, socket.AF_UNIX])
def test_a_unit_test_cannot_open_a_socket(family: socket.AddressFamily) -> None:
    with pytest.raises(SocketBlockedError):
        socket.socket(family)


def test_a_unit_test_cannot_start_a_process() -> None:
    with pytest.raises(BaseException, match="started a process"):
        subprocess.run(["true"], check=True)  # noqa: S607


def test_a_unit_test_cannot_fork() -> None:
    with pytest.raises(BaseException, match="started a process"):
        os.fork()
