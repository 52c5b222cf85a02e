"""Whether the process that made a container has ended."""

import pytest

from scripts.lib import engine
from scripts.lib.deploy import holder

P = holder.PREFIX


def test_this_process_has_not_ended() -> None:
    assert not holder.has_ended(holder.labels("deploy"))


@pytest.mark.parametrize(
    ("changed", "ended"),
    [
        ({"process": "4194305"}, True),
        ({"began": "1"}, True),
        ({"boot": "another"}, True),
        ({"boot": "another", "machine": "another"}, False),
        ({"boot": "another", "host": "another"}, False),
        ({"boot": "another", "machine": "another", "process": "4194305"}, False),
        ({"namespace": "another", "process": "4194305"}, False),
        ({"namespace": "another", "boot": "another"}, False),
        ({"process": "not a number"}, False),
    ],
    ids=[
        "no such process",
        "its number is another's",
        "this machine was started again",
        "another machine",
        "a copy of its image",
        "nor tell of it",
        "another space of numbers",
        "even of before",
        "not ours at all",
    ],
)
def test_only_what_is_certain_counts_as_ended(changed: dict[str, str], ended: bool) -> None:
    found = holder.labels("deploy") | {P + name: value for name, value in changed.items()}
    assert holder.has_ended(found) is ended


def test_a_container_without_such_labels_is_nobodys_to_remove() -> None:
    assert not holder.has_ended({})
    assert "?" in holder.words({})


def test_only_what_the_dead_left_is_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    left = {"alive": holder.labels("deploy"), "dead": holder.labels("stop") | {f"{P}began": "1"}, "gone": None}
    removed: list[str] = []
    monkeypatch.setattr(engine, "labelled", lambda *_: list(left))
    monkeypatch.setattr(engine, "labels_of", left.get)
    monkeypatch.setattr(engine, "remove", removed.append)
    (who,) = holder.remove_left({"graft.lock": "tiny"})
    assert removed == ["dead"]
    assert who.startswith("stop, process ")
