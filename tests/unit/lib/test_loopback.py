"""Which hosts are this machine."""

import pytest

from scripts.lib import loopback


@pytest.mark.parametrize("host", ["localhost", "localhost:5000", "127.0.0.1", "127.0.0.1:5000", "[::1]", "[::1]:5000"])
def test_this_machine_is_known_by_each_of_its_names(host: str) -> None:
    assert loopback.is_here(host)


@pytest.mark.parametrize("host", ["docker.io", "localhost.example.org:5000", "127.0.0.10", "10.0.0.1:5000", "::1"])
def test_others_are_not(host: str) -> None:
    assert not loopback.is_here(host)
