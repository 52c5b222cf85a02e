"""The report of a customization, for people (Markdown) and for programs (JSON)."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from scripts.lib.records import AppliedStep, ChangedFile, Tree
from scripts.lib.settings.steps import Step

SHOWN = 12
"""Files of one step that the Markdown lists; the JSON lists all."""


def write(folder: Path, tree: Tree, steps: Sequence[Step], version: str) -> None:
    """Write `customization.json` and `customization.md`."""
    (folder / "customization.json").write_text(json.dumps(_data(tree, steps, version), indent=2) + "\n")
    (folder / "customization.md").write_text("\n".join(_markdown(tree, steps, version)) + "\n")


def _data(tree: Tree, steps: Iterable[Step], version: str) -> dict[str, object]:
    facts = {step.id: {"kind": step.kind, "why": step.why} for step in steps}
    entries = [entry.model_dump(mode="json") | facts[entry.step] for entry in tree.steps]
    return tree.model_dump(mode="json") | {"upstream_version": version, "steps": entries}


def _markdown(tree: Tree, steps: Iterable[Step], version: str) -> Iterator[str]:
    known = {step.id: step for step in steps}
    yield f"# Customization {tree.customization} of upstream {version}"
    yield ""
    yield f"Tree `{tree.tree}`. Every end state was seen again on it, and everything edited parses."
    if tree.undone:
        yield f"Undone: {', '.join(tree.undone)}."
    yield ""
    yield "| step | kind | matches | files | lines | checkpoint |"
    yield "|---|---|---|---|---|---|"
    for entry in tree.steps:
        yield (
            f"| {entry.step} | {known[entry.step].kind} | {entry.matches} | {len(entry.files)} | {_lines(entry)} |"
            + (f" `{entry.checkpoint[:12]}` |" if entry.checkpoint else " - |")
        )
    for entry in tree.steps:
        yield from _section(entry, known[entry.step])


def _section(entry: AppliedStep, step: Step) -> Iterator[str]:
    yield ""
    yield f"## {entry.step}"
    yield ""
    yield step.why
    yield from (f"- {note}" for note in ("", *entry.notes) if note)
    if entry.files:
        yield ""
        yield "| file | before | after | lines |"
        yield "|---|---|---|---|"
        yield from (_row(file) for file in entry.files[:SHOWN])
    if len(entry.files) > SHOWN:
        yield ""
        yield f"and {len(entry.files) - SHOWN} more files, all in customization.json"


def _row(file: ChangedFile) -> str:
    before, after = (f"`{value[:12]}`" if value else "-" for value in (file.before, file.after))
    return f"| {file.path} | {before} | {after} | +{file.added} -{file.removed} |"


def _lines(entry: AppliedStep) -> str:
    return f"+{sum(f.added for f in entry.files)} -{sum(f.removed for f in entry.files)}"
