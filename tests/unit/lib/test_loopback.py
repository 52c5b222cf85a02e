"""Which hosts are this machine, and which of its ports are free."""

import errno
from unittest.mock import MagicMock

import pytest

from scripts.lib import loopback


@pytest.mark.parametrize("host", ["localhost", "localhost:5000", "127.0.0.1", "127.0.0.1:5000", "[::1]", "[::1]:5000"])
def test_this_machine_is_known_by_each_of_its_names(host: str) -> None:
    assert loopback.is_here(host)


@pytest.mark.parametrize("host", ["docker.io", "localhost.example.org:5000", "127.0.0.10", "10.0.0.1:5000", "::1"])
def test_others_are_not(host: str) -> None:
    assert not loopback.is_here(host)


@pytest.mark.parametrize(("host", "met"), [("127.0.0.1", True), ("", True), ("::", True), ("192.0.2.1", False)])
def test_what_is_bound_to_every_interface_is_met_on_this_one(host: str, met: bool) -> None:
    assert loopback.answers_for(host) is met


def listening(monkeypatch: pytest.MonkeyPatch, error: OSError | None) -> MagicMock:
    """Let every port answer to binding so."""
    probe = MagicMock()
    probe.__enter__.return_value = probe
    probe.bind.side_effect = error
    monkeypatch.setattr("scripts.lib.loopback.socket.socket", lambda: probe)
    return probe


@pytest.mark.parametrize(
    ("error", "free"),
    [
        (None, True),
        (OSError(errno.EADDRINUSE, "Address already in use"), False),
        (PermissionError(errno.EACCES, "Permission denied"), True),
    ],
    ids=["nobody listens", "somebody does", "below 1024, which the engine alone may take"],
)
def test_a_port_is_in_use_only_where_somebody_listens(
    error: OSError | None, free: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    listening(monkeypatch, error)
    assert loopback.is_free(80) is free


def test_free_ports_are_all_different_and_none_that_is_spoken_for(monkeypatch: pytest.MonkeyPatch) -> None:
    listening(monkeypatch, None)
    drawn = iter([0, 0, 1, 2, 3])
    monkeypatch.setattr("scripts.lib.loopback.secrets.randbelow", lambda _: next(drawn))
    first = loopback.FREE.start
    assert loopback.free_ports(3, {first + 1}) == [first, first + 2, first + 3]
