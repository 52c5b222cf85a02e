"""The record of the migration into a stack: it lies with the target, beside its deployments."""

from pydantic import ValidationError

from scripts.lib.deploy.deployments import Store
from scripts.lib.errors import ResourceMissing, SettingsInvalid
from scripts.lib.migration.answer import Migration

FILE = "migration.json"


def last(store: Store | None) -> Migration | None:
    """Return the last migration, None where there was none; raises ResourceMissing where it is of another form."""
    data = store.get(FILE) if store else None
    try:
        return None if data is None else Migration.model_validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        said = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        hint = "use the version of this code that wrote it"
        raise ResourceMissing(f"{FILE} of the target is of another form: {said}", hint=hint) from None


def keep(store: Store, migration: Migration) -> None:
    """Write the record."""
    store.put(FILE, migration.model_dump_json(indent=2).encode() + b"\n")


def require_ended(store: Store) -> None:
    """Raise SettingsInvalid where a migration was begun and has not ended: half of it must not be used."""
    found = last(store)
    if found is not None and found.outcome == "begun":
        raise SettingsInvalid(
            f"the migration of {found.source} into {found.stack}, begun at {found.began:%Y-%m-%d %H:%M} UTC, "
            "was not ended",
            hint=f"run: ENVIRONMENT={found.environment} invoke migrate --from {found.source}",
        )


def give_up(store: Store) -> None:
    """Let a migration that was begun and not ended be over, since something else took the place of all it left."""
    found = last(store)
    if found is not None and found.outcome == "begun":
        keep(store, found.model_copy(update={"outcome": "failed"}))
