"""The record of the migration into a stack: it lies with the target, beside its deployments."""

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import ValidationError

from scripts.lib import engine
from scripts.lib.deploy import deployments, volumes
from scripts.lib.errors import ResourceMissing, SettingsInvalid
from scripts.lib.migration.answer import Migration

FILE = "migration.json"


def last(stack: str, container: str | None = None) -> Migration | None:
    """Return the last migration into a stack, None where there was none. Only looks.

    `container` is one that has the volume of its deployments. Raises ResourceMissing where it is of another form.
    """
    volume = deployments.volume_of(stack)
    if engine.volume_labels(volume) is None:
        return None
    with _holding(volume, container) as holder:
        data = engine.get_file(holder, f"{volumes.PLACE}/{FILE}")
    try:
        return None if data is None else Migration.model_validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        said = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        hint = "use the version of this code that wrote it"
        raise ResourceMissing(f"{FILE} in volume {volume} is of another form: {said}", hint=hint) from None


def keep(stack: str, migration: Migration) -> None:
    """Write the record."""
    with _holding(deployments.volume_of(stack), None) as holder:
        engine.put_file(holder, volumes.PLACE, FILE, migration.model_dump_json(indent=2).encode() + b"\n")


def require_ended(stack: str) -> None:
    """Raise SettingsInvalid where a migration into a stack was begun and has not ended: half of it must not be used."""
    found = last(stack)
    if found is not None and found.outcome == "begun":
        raise SettingsInvalid(
            f"the migration of {found.source} into {stack}, begun at {found.began:%Y-%m-%d %H:%M} UTC, was not ended",
            hint=f"run: ENVIRONMENT={found.environment} invoke migrate --from {found.source}",
        )


@contextmanager
def _holding(volume: str, container: str | None) -> Iterator[str]:
    if container is not None and engine.labels_of(container) is not None:
        yield container
    else:
        with volumes.holding(volume) as made:
            yield made
