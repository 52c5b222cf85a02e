"""Small trees in memory, and steps worded as in steps.yaml: a test of a step is five lines."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from scripts.lib import steps
from scripts.lib.files import Changed, FileMap
from scripts.lib.records import Finding
from scripts.lib.settings.selection import select
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

    def __init__(self, folder: Path, version: str = "1.0.0", cache: Path | None = None) -> None:
        self.folder = folder
        self.context = StepContext(customizations=folder, version=version, cache=cache or folder / "cache")

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


class StepCase:
    """One step of a product's set, as it stands in customizations/, and what it does to small trees."""

    def __init__(self, product: str, step: str, version: str, cache: Path) -> None:
        selection = select(product, None)
        self._step = next(one for one in selection.every_step if one.id == step)
        self._product = Product(selection.checkout.customizations, version, cache)

    def after(self, content: Content) -> dict[str, str | bytes | None]:
        """Return the files that the step changes, as text where they are; fails where its end state does not stand."""
        return {path: _readable(data) for path, data in self._product.after(self._step, content).items()}

    def misfit(self, content: Content) -> str:
        """Return what is said of a tree that the step must not fit."""
        status, message = self._product.misfit(self._step, content)
        return f"{status}: {message}"


def _readable(data: bytes | None) -> str | bytes | None:
    try:
        return None if data is None else data.decode()
    except UnicodeDecodeError:
        return data
