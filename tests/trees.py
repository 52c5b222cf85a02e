"""Small trees in memory, and steps worded as in steps.yaml: a test of a step is five lines."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from scripts.lib import steps
from scripts.lib.files import Changed, FileMap
from scripts.lib.records import Finding
from scripts.lib.settings.steps import Step
from scripts.lib.steps import StepContext

Content = Mapping[str, str | bytes]
STEP: TypeAdapter[Step] = TypeAdapter(Step)
PROOFS = [{"layer": "tree", "reason": "a test looks at the tree"}]


def tree(content: Content) -> FileMap:
    """Return a tree with these files."""
    return FileMap({path: data.encode() if isinstance(data, str) else data for path, data in content.items()})


def step(kind: str, **given: Any) -> Step:
    """Return a step, called `it` unless it is given an id."""
    return STEP.validate_python({"id": "it", "kind": kind, "why": "a test", "proofs": PROOFS} | given)


class Product:
    """A product's folder of customizations, and what its steps do to small trees."""

    def __init__(self, folder: Path, version: str = "1.0.0") -> None:
        self.folder = folder
        self.context = StepContext(customizations=folder, version=version, cache=folder / "cache")

    def write(self, path: str, text: str) -> None:
        """Write a file of the product, such as brand/texts.yaml."""
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text)

    def after(self, step: Step, content: Content) -> dict[str, bytes | None]:
        """Return what a step changes; fails where its end state does not stand then."""
        base = tree(content)
        applied = steps.apply(step, base, self.context)
        done = Changed(base)
        done.changes.update(applied.changes)
        assert steps.verify(step, done, self.context) == []
        return dict(applied.changes)

    def finding(self, step: Step, content: Content) -> Finding:
        """Return how a step meets a tree."""
        return steps.check(step, tree(content), self.context)

    def misfit(self, step: Step, content: Content) -> tuple[str, str]:
        """Return status and message of a step that must not fit."""
        finding = self.finding(step, content)
        assert finding.status not in ("ok", "not-applicable")
        return finding.status, finding.message
