"""What the last full look at the upstream's releases found, in brief: `benchmarks/compat.json`, a line a release."""

import json
from pathlib import Path

from scripts.lib.compat.outcome import Outcome, Row

FILE = Path(__file__).with_name("compat.json")


def write(outcome: Outcome, path: Path = FILE) -> None:
    """Keep an outcome in brief."""
    head = {"product": outcome.product, "set": outcome.customization_version, "day": outcome.day}
    lines = [f" {json.dumps(name)}: {json.dumps(value)}" for name, value in head.items()]
    rows = [f"  {json.dumps(row.version)}: {json.dumps(_brief(row))}" for row in outcome.rows]
    lines.append(' "releases": {\n' + ",\n".join(rows) + "\n }")
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def _brief(row: Row) -> dict[str, object]:
    """Return how many steps fit, and which of them are not for the release, fit otherwise or do not hold."""
    told = {
        "fit": sum(cell.status == "ok" for cell in row.cells),
        "not for it": [cell.step for cell in row.cells if cell.status == "not-applicable"],
        "by alternative": {cell.step: cell.alternative for cell in row.cells if (cell.alternative or 1) > 1},
        "broken": {cell.step: cell.status for cell in row.broken},
        "built release": row.projection.status if row.projection.status != "not-looked-at" else None,
    }
    return {name: value for name, value in told.items() if value}
