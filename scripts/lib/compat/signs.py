"""How each status is shown: a sign and words, so that nothing is told by colour alone."""

from scripts.lib.compat.outcome import Cell

SIGNS = {
    "ok": ("✓", "fits"),
    "alternative": ("✓", "fits by a later alternative"),
    "not-applicable": ("·", "not for this release"),
    "moved": ("→", "moved"),
    "ambiguous": ("≥2", "ambiguous"),
    "gone": ("✗", "gone"),
    "invalid": ("!", "invalid"),
    "not-reached": ("○", "fits, without its end state"),
}
PROJECTIONS = {
    "ok": ("✓", "takes every change"),
    "refused": ("✗", "refuses a change"),
    "not-looked-at": ("·", "not looked at"),
}


def kind(cell: Cell) -> str:
    """Return the key of `SIGNS` for a cell."""
    return "alternative" if cell.status == "ok" and (cell.alternative or 1) > 1 else cell.status


def sign(cell: Cell) -> str:
    """Return the sign of a cell; with the number of the alternative where it is not the first."""
    return f"✓{cell.alternative}" if kind(cell) == "alternative" else SIGNS[kind(cell)][0]


def words(cell: Cell) -> str:
    """Return the status in words."""
    if kind(cell) == "alternative":
        return f"fits by alternative {cell.alternative}"
    alike = f", {cell.similarity:.0%} alike" if cell.similarity is not None else ""
    return f"{SIGNS[cell.status][1]}{alike}"
