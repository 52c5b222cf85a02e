"""Whether a target's port is free."""

import errno
from unittest.mock import MagicMock

import pytest

from scripts.lib.deploy import readiness


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
    probe = MagicMock()
    probe.__enter__.return_value.bind.side_effect = error
    monkeypatch.setattr("scripts.lib.deploy.readiness.socket.socket", lambda: probe)
    assert readiness._is_free(80) is free
