"""Whether there is room for copies is asked of all of them together."""

import pytest

from scripts.lib.deploy import volumes
from scripts.lib.errors import ResourceMissing


@pytest.fixture
def one_mb_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """Volumes of 1 MB on a disk with 1.1 MB free."""
    said = "1024\t/from\n/dev/a 9 8 1100 88% /from\n"
    monkeypatch.setattr(volumes, "ask", lambda *_, **__: said)


@pytest.mark.usefixtures("one_mb_each")
def test_room_for_each_is_not_room_for_all() -> None:
    assert volumes.require_room(["data"], "tiny") == {"data": 1 << 20}
    with pytest.raises(ResourceMissing, match=r"a copy of data, uploads needs 2 MB, there are 1 MB free"):
        volumes.require_room(["data", "uploads"], "tiny")
    assert volumes.require_room([], "tiny") == {}
