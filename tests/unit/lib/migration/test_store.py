"""The record of a migration, and that half of one is never used."""

from typing import Any

import pytest

from scripts.lib.errors import ResourceMissing, SettingsInvalid
from scripts.lib.migration import store
from scripts.lib.migration.answer import Migration
from tests.unit.lib.migration.test_plan import a_migration


class Kept:
    """What a target remembers."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def get(self, name: str) -> bytes | None:
        return self.files.get(name)

    def put(self, name: str, data: bytes) -> None:
        self.files[name] = data


def remembering(migration: Migration) -> Any:
    kept: Any = Kept()
    store.keep(kept, migration)
    return kept


def test_what_is_kept_is_found() -> None:
    assert store.last(remembering(a_migration())) == a_migration()
    empty: Any = Kept()
    assert store.last(empty) is None
    assert store.last(None) is None


@pytest.mark.parametrize("data", [b"", b"{", b'{"form": 2}'])
def test_a_record_of_another_form_is_told(data: bytes) -> None:
    kept: Any = Kept()
    kept.put(store.FILE, data)
    with pytest.raises(ResourceMissing, match=r"migration\.json of the target is of another form"):
        store.last(kept)


def test_a_deploy_onto_half_a_migration_is_refused_with_the_way_on() -> None:
    with pytest.raises(SettingsInvalid, match="the migration of /old into tiny, begun at 2026-11-21 20:00 UTC") as told:
        store.require_ended(remembering(a_migration(outcome="begun")))
    assert told.value.hint == "run: ENVIRONMENT=test invoke migrate --from /old"


@pytest.mark.parametrize("outcome", ["done", "failed"])
def test_one_that_ended_keeps_nobody_from_anything(outcome: str) -> None:
    store.require_ended(remembering(a_migration(outcome=outcome)))


def test_half_of_one_is_over_once_something_else_took_its_place() -> None:
    kept = remembering(a_migration(outcome="begun"))
    store.give_up(kept)
    store.require_ended(kept)
    done = remembering(a_migration())
    store.give_up(done)
    assert store.last(done) == a_migration()
