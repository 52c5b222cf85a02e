"""Where records lie, written whole or not at all."""

from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from scripts.lib.checkout import Checkout
from scripts.lib.errors import RecordMissing
from scripts.lib.records.record import Record

R = TypeVar("R", bound=Record)


def path_of(checkout: Checkout, kind: type[Record], environment: str | None = None) -> Path:
    """Where a record lies; verdicts and releases have one for each environment."""
    name = "".join(f"-{c.lower()}" if c.isupper() else c for c in kind.__name__).strip("-")
    return checkout.out / (f"{name}.{environment}.json" if environment else f"{name}.json")


def write(checkout: Checkout, record: Record, environment: str | None = None) -> None:
    """Write a record whole or not at all."""
    path = path_of(checkout, type(record), environment)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(record.model_dump_json(indent=2) + "\n")
    part.replace(path)


def find(checkout: Checkout, kind: type[R], environment: str | None = None) -> R | None:
    """Return the record, or None where there is none or it is of another form than this version writes."""
    try:
        return kind.model_validate_json(path_of(checkout, kind, environment).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def need(checkout: Checkout, kind: type[R], made_by: str, environment: str | None = None) -> R:
    """Return the record; raises RecordMissing with the task that makes it."""
    record = find(checkout, kind, environment)
    if record is None:
        path = path_of(checkout, kind, environment)
        state = "is not readable as one" if path.exists() else "is missing"
        raise RecordMissing(f"the record {path.relative_to(checkout.root)} {state}", hint=f"run: invoke {made_by}")
    return record
