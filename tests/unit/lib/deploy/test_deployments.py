"""The deployments of a stack: kept in order, never written twice."""

import json

import pytest

from scripts.lib import engine
from scripts.lib.deploy import deployments
from scripts.lib.deploy.deployments import Store
from scripts.lib.errors import ResourceMissing
from tests.deployments import deployment


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """The files of the volume."""
    kept: dict[str, bytes] = {}
    monkeypatch.setattr(engine, "labels_of", lambda *_: {})
    monkeypatch.setattr(engine, "get_folder", lambda *_: dict(kept))
    monkeypatch.setattr(engine, "put_file", lambda _container, _folder, name, data: kept.update({name: data}))
    return kept


def test_deployments_are_kept_in_their_order(files: dict[str, bytes]) -> None:
    store = Store("c", "v")
    for version in ("1.0.0", "1.2.0", "1.1.0"):
        store.keep(deployment(version=version))
    assert [one.version for one in store.all()] == ["1.0.0", "1.2.0", "1.1.0"]
    assert sorted(files) == ["000001.json", "000002.json", "000003.json"]


def test_a_half_written_one_is_passed_over_and_never_written_over(files: dict[str, bytes]) -> None:
    files["000004.json"] = b'{"product": "ti'
    files["notes.txt"] = b"by people"
    Store("c", "v").keep(deployment())
    assert [one.version for one in Store("c", "v").all()] == ["1.0.0"]
    assert "000005.json" in files
    assert files["000004.json"] == b'{"product": "ti'


@pytest.mark.parametrize(
    ("said", "place"), [({"form": 2}, "form"), ({"says": None}, "says"), ({"more": 1}, "more")], ids=str
)
def test_one_of_another_form_is_never_passed_over(files: dict[str, bytes], said: dict[str, object], place: str) -> None:
    files["000001.json"] = json.dumps(deployment().model_dump(mode="json") | said).encode()
    with pytest.raises(ResourceMissing, match=rf"^000001.json in volume v .*: {place}: "):
        Store("c", "v").all()


def test_a_deployment_is_written_at_its_begin_and_again_at_its_end(files: dict[str, bytes]) -> None:
    store = Store("c", "v")
    number = store.keep(deployment(outcome="begun", serves="nothing"))
    assert store.keep(deployment(), number) == number
    assert [one.outcome for one in store.all()] == ["done"]


def test_the_last_good_one_is_what_went_well() -> None:
    good, bad = deployment(version="1.0.0"), deployment(outcome="failed", serves="nothing", version="1.1.0")
    assert deployments.last_good([deployment(version="0.9.0"), good, bad]) == good
    assert deployments.last_good([bad]) is None
