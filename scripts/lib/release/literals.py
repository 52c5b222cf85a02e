"""Counted literals in the scripts of a release, which its bundler compiled but left as they were."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from scripts.lib.release.chunks import UnexpectedScript, check_parses
from scripts.lib.settings.steps import CompiledEdit


@dataclass
class Edited:
    """Scripts as edits left them, and what did not fit."""

    scripts: dict[str, bytes] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def edit_scripts(scripts: Iterable[tuple[str, bytes]], edits: Mapping[str, tuple[CompiledEdit, ...]]) -> Edited:
    """Make every step's edits (step id -> edits), each counted over all scripts together, in one pass over them."""
    words = {edit.find.encode() for of_step in edits.values() for edit in of_step}
    holding = {name: data for name, data in scripts if any(word in data for word in words)} if words else {}
    edited = Edited(dict(holding))
    for step, of_step in edits.items():
        for edit in of_step:
            _one(step, edit, edited)
    edited.scripts = {name: data for name, data in edited.scripts.items() if data != holding[name]}
    edited.problems += [problem for name, data in edited.scripts.items() if (problem := _unparsable(name, data))]
    return edited


def _one(step: str, edit: CompiledEdit, edited: Edited) -> None:
    find, replace = edit.find.encode(), edit.replace.encode()
    found = {name: count for name, data in edited.scripts.items() if (count := data.count(find))}
    if sum(found.values()) != edit.count:
        where = ", ".join(f"{name} {count}x" for name, count in sorted(found.items())) or "nowhere"
        edited.problems.append(
            f"step {step}: {edit.find!r} stands {sum(found.values())} times in the release's scripts "
            f"instead of {edit.count} ({where})"
        )
        return
    for name in found:
        edited.scripts[name] = edited.scripts[name].replace(find, replace)


def _unparsable(name: str, data: bytes) -> str | None:
    try:
        check_parses(data.decode())
    except UnexpectedScript as error:
        return f"{name}: {error} after the compiled edits"
    return None
