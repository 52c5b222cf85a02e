"""Proposes how to edit a step that does not fit a release: YAML to paste, which was tried there in memory."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import yaml

from scripts.lib import steps
from scripts.lib.files import Files
from scripts.lib.settings.steps import ImageStep, JsonStep, OverlayStep, PruneStep, PythonStep, Step, TextStep
from scripts.lib.steps import Met, StepContext
from scripts.lib.steps.fitting import Problem

HERE, HOLDS = "RANGE-OF-THESE-RELEASES", "RANGE-ON-WHICH-IT-HOLDS"
"""Stand in a proposal for ranges that only a look at several releases can tell."""
OUT_OF_RANGE = f"# in the step: it is not for these releases\nversions: {HOLDS}\n"
_WORDS = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True)
class Edit:
    """One edit of a step: where it is to be written, which settings it changes, and what is written."""

    told: str
    set: dict[str, Any]
    shown: object


def proposal(met: Met, files: Files, context: StepContext) -> str:
    """Return the edit that makes a step fit `files`, else the one that takes it out of this release."""
    for edit in _candidates(met):
        candidate = _edited(met.step, edit.set)
        if candidate and steps.check(candidate, files, context).status == "ok":
            return f"# {edit.told}\n{_worded(edit.shown)}"
    return _icons(met.step, met.problems) if isinstance(met.step, ImageStep) else OUT_OF_RANGE


def transplant(find: str, replace: str, place: str) -> str | None:
    """Return `place`, which is like `find`, changed where `replace` changes `find`; None where that cannot be told."""
    if not replace:
        return ""
    changes = list(_changes(find, replace))
    spans = [_span(find, place, start, end) for start, end, _ in changes]
    flat = [position for span in spans for position in span]
    if flat != sorted(flat):
        return None
    changed = place
    for (start, end), (_, _, new) in reversed(list(zip(spans, changes, strict=True))):
        changed = changed[:start] + new + changed[end:]
    return changed


def _changes(find: str, replace: str) -> Iterator[tuple[int, int, str]]:
    """Return which parts of `find` (start and end) become what, word by word."""
    old, new = _WORDS.findall(find), _WORDS.findall(replace)
    starts = [0]
    for word in old:
        starts.append(starts[-1] + len(word))
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield starts[a], starts[b], "".join(new[c:d])


def _span(find: str, place: str, start: int, end: int) -> tuple[int, int]:
    """Return the part of `place` that stands where `find` has start to end."""
    blocks = SequenceMatcher(None, find, place, autojunk=False).get_matching_blocks()
    before = [block for block in blocks if block.size and block.a <= start]
    behind = [block for block in blocks if block.a + block.size >= end]
    first = before[-1].b + min(start - before[-1].a, before[-1].size) if before else 0
    last = behind[0].b + max(end - behind[0].a, 0)
    return first, last


def _candidates(met: Met) -> Iterator[Edit]:
    """Return what may be changed of the step, the likeliest first."""
    step = met.step
    for problem in sorted(met.problems, key=lambda p: -(p.near.similarity if p.near else 0.0)):
        if isinstance(step, TextStep | PythonStep):
            yield from _alternative(step, problem)
        if isinstance(step, JsonStep) and problem.near:
            yield from _key(step, problem.near.text)
        if isinstance(step, TextStep | PythonStep | JsonStep) and problem.elsewhere:
            yield _split(step, {"path": problem.elsewhere})
    if isinstance(step, PruneStep) and met.finding.matches:
        yield Edit("in the step", {"count": met.finding.matches}, {"count": met.finding.matches})
    if isinstance(step, OverlayStep):
        yield Edit("in the step", {"replaces": not step.replaces}, {"replaces": not step.replaces})


def _alternative(step: TextStep | PythonStep, problem: Problem) -> Iterator[Edit]:
    if problem.alternative is None:
        return
    edit = step.alternatives[problem.alternative - 1]
    if problem.matches:
        given = {"find": edit.find, "replace": edit.replace, "count": problem.matches}
        yield _behind(step, given, f"in place of alternative {problem.alternative}, if all of these places are meant")
    elif problem.near:
        place = problem.near.text.strip()
        changed = transplant(edit.find.strip(), edit.replace.strip(), place)
        if changed is not None:
            yield _behind(step, {"find": place, "replace": changed}, "behind the alternatives of the step")


def _behind(step: TextStep | PythonStep, given: dict[str, Any], told: str) -> Edit:
    more = [*(a.model_dump(by_alias=True) for a in step.alternatives), given]
    return Edit(told, {"alternatives": more}, [given])


def _key(step: JsonStep, near: str) -> Iterator[Edit]:
    """A key that upstream renamed; only the one that is not there is replaced."""
    for key in step.set:
        if near not in step.set:
            yield _split(step, {"set": {near if one == key else one: text for one, text in step.set.items()}})


def _split(step: Step, changed: dict[str, Any]) -> Edit:
    """A second step for these releases, for keys and paths have no alternatives."""
    whole = step.model_dump(by_alias=True, exclude_defaults=True, mode="json")
    shown = {"id": f"{step.id}-2", **{k: v for k, v in whole.items() if k != "id"}, **changed, "versions": HERE}
    return Edit(f"behind {step.id}, which gets `versions: {HOLDS}`: a step of its own", changed, [shown])


def _edited(step: Step, given: dict[str, Any]) -> Step | None:
    """Return the step with an edit; None where its settings do not allow that."""
    whole = step.model_dump(by_alias=True) | given
    try:
        return type(step).model_validate(whole)
    except ValueError:
        return None


def _icons(step: ImageStep, problems: Sequence[Problem]) -> str:
    """The icons whose files these releases do not have, out of their range."""
    gone = {problem.path for problem in problems}
    shown = [
        icon.model_dump(exclude_defaults=True, by_alias=True, mode="json") | {"versions": HOLDS}
        for icon in step.icons
        if icon.path in gone
    ]
    return f"# in place of the same icons\n{_worded(shown)}" if shown else OUT_OF_RANGE


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as such."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def _worded(value: object) -> str:
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000)
