"""Words for people: what is moved where, what is rewritten, what they have to know."""

from collections.abc import Iterator, Mapping

from scripts.lib import console
from scripts.lib.deploy import env_file
from scripts.lib.migration.answer import Answer, MovedDatabase

RULES = 12
"""Rules that are shown; a database that knew many names of the old stack would fill the screen."""


def answer(found: Answer, volumes: Mapping[str, str]) -> None:
    """Tell everything that was found or done; `volumes` is compose's name -> the engine's."""
    for line in lines(found, volumes):
        console.note(f"  {line}")


def lines(found: Answer, volumes: Mapping[str, str]) -> Iterator[str]:
    """Word it, a line each."""
    yield f"the old stack is of version {found.version}"
    for name, amount in found.amounts.items():
        yield f"{name} -> {volumes[amount.volume]}: {amount.files} files, {console.size(amount.bytes)}"
    for database in found.databases:
        yield f"{database.old}: {_rows(database)}"
        yield from (f"{database.old}: {cells} x {column} rewritten" for column, cells in database.rewritten.items())
    for old, new in list(found.rules.items())[:RULES]:
        yield f"{old} becomes {new}"
    if len(found.rules) > RULES:
        yield f"and {len(found.rules) - RULES} more"
    yield from (f"{name}={env_file.worded(value) or env_file.EMPTY}" for name, value in found.settings.items())
    yield from found.notes


def _rows(database: MovedDatabase) -> str:
    full = {name: after for name, (_, after) in database.tables.items() if after}
    told = ", ".join(f"{name} {rows}" for name, rows in full.items())
    return f"{len(database.tables)} tables, {sum(full.values())} rows ({told or 'all empty'})"
