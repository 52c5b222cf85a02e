"""The figures of the way in which a product was run before: from its file, or measured anew by its own program."""

import importlib.util
from collections.abc import Callable, Mapping
from pathlib import Path

from scripts.lib import bases, console, records, workspace
from scripts.lib.errors import SettingsInvalid
from scripts.lib.records import Source
from scripts.lib.scratch import scratch
from scripts.lib.settings.bench import Bench, WayBefore
from scripts.lib.settings.loading import load
from scripts.lib.settings.selection import Selection

KEPT = "bench-before.json"
"""What was measured last, in out/PRODUCT."""
Program = Callable[[Path, Mapping[str, str], Path], WayBefore]
"""Is given the upstream's tree, the product's base images by name, and a place for its log."""


def of(selection: Selection, *, anew: bool) -> WayBefore | None:
    """Return the figures of the product's file, with those that were measured here in their place; None without any.

    `anew` measures them now. Raises SettingsInvalid where that is asked and no program is named.
    """
    bench, place = selection.product.bench, selection.checkout
    if anew:
        figures = _measure(selection, _program(place.customizations, bench))
        (place.out / KEPT).write_text(figures.model_dump_json(indent=2) + "\n")
    if bench is None:
        return None
    known, kept = load(place.customizations / bench.before, WayBefore), place.out / KEPT
    if not kept.exists():
        return known
    measured = WayBefore.model_validate_json(kept.read_text())
    found = {name: getattr(measured, name) for name in ("cold", "warm", "killed") if getattr(measured, name)}
    return known.model_copy(update=found)


def _program(folder: Path, bench: Bench | None) -> Program:
    """Return the function `measure` of the product's program."""
    if bench is None or bench.program is None:
        hint = "leave out --before, or name a program"
        raise SettingsInvalid(f"{folder / 'product.yaml'}: bench.program is missing", hint=hint)
    file = folder / bench.program
    spec = importlib.util.spec_from_file_location("bench_of_the_product", file)
    if spec is None or spec.loader is None or not file.is_file():
        raise SettingsInvalid(f"{file}: there is no such file", hint="correct bench.program of product.yaml")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Program = module.measure
    return found


def _measure(selection: Selection, program: Program) -> WayBefore:
    """Give the program the upstream's tree as it came, in a folder that goes afterwards."""
    place = selection.checkout
    source = records.need(place, Source, "fetch")
    policy = selection.environment.bases
    images = {name: bases.ensure(base, policy, place).reference for name, base in selection.bases.items()}
    with scratch(place.cache) as folder, console.part("measure the way before"):
        workspace.check_out(place.workspace, source.base, folder / "tree")
        return program(folder / "tree", images, place.log("bench-before"))
