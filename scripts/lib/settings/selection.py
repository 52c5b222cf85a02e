"""Which product and environment a run is for. The only reader of the process environment but for secrets.

PRODUCT and ENVIRONMENT choose for a whole chain of tasks; a stage's own `--product`, `--environment` win over them.
"""

import difflib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from scripts.lib.checkout import Checkout
from scripts.lib.errors import SettingsInvalid
from scripts.lib.secret import Secret
from scripts.lib.settings import references
from scripts.lib.settings.base import SLUG
from scripts.lib.settings.environment import Environment
from scripts.lib.settings.loading import load
from scripts.lib.settings.product import Product
from scripts.lib.settings.steps import Step, StepsFile

M = TypeVar("M", bound=BaseModel)

ROOT = Path(__file__).resolve().parents[3]
DEFAULT_PRODUCT = "lusochat"
DEFAULT_ENVIRONMENT = "dev"


def variable(name: str) -> str | None:
    """Return an environment variable, None where it is unset or empty."""
    return os.environ.get(name) or None


def secret(name: str) -> Secret | None:
    """Return an environment variable as a secret, None where it is unset or empty."""
    value = variable(name)
    return Secret(value) if value else None


@dataclass(frozen=True)
class Selection:
    """The settings of one run: checked whole, before the first effect."""

    checkout: Checkout
    product: Product
    steps: tuple[Step, ...]
    environment: Environment


def checkout(product: str | None) -> Checkout:
    """Find the folders of a product: CHECKOUT or this checkout, CACHE or the user's cache folder."""
    root = Path(variable("CHECKOUT") or ROOT).resolve()
    home = Path(variable("XDG_CACHE_HOME") or Path.home() / ".cache")
    cache = Path(variable("CACHE") or home / "graft").resolve()
    return Checkout(root=root, product=product or variable("PRODUCT") or DEFAULT_PRODUCT, cache=cache)


def select(product: str | None, environment: str | None) -> Selection:
    """Read and check all settings of a product and an environment; raises SettingsInvalid with every problem."""
    place = checkout(product)
    name = environment or variable("ENVIRONMENT") or DEFAULT_ENVIRONMENT
    _require_names(PRODUCT=place.product, ENVIRONMENT=name)
    _require_folder(place)
    gathered = _Gathered()
    chosen = gathered.load(place.customizations / "product.yaml", Product)
    steps = gathered.load(place.customizations / "steps.yaml", StepsFile)
    target = gathered.load(place.environments / f"{name}.yaml", Environment)
    if chosen is not None:
        gathered.add(references.of_product(place.customizations, chosen), hint="correct product.yaml or add the file")
    if steps is not None:
        gathered.add(references.of_steps(place.customizations, steps.steps), hint="correct steps.yaml or add the file")
    if chosen is None or steps is None or target is None or gathered.problems:
        raise SettingsInvalid(gathered.problems, hint="; ".join(dict.fromkeys(gathered.hints)))
    return Selection(checkout=place, product=chosen, steps=steps.steps, environment=target)


class _Gathered:
    """Loads files one after the other and keeps the problems of all of them."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.hints: list[str] = []

    def load(self, path: Path, model: type[M]) -> M | None:
        try:
            return load(path, model)
        except SettingsInvalid as failure:
            self.add(failure.problems, hint=failure.hint)
            return None

    def add(self, problems: Sequence[str], *, hint: str) -> None:
        """Keep these problems, and the hint where there are any."""
        self.problems += problems
        self.hints += [hint] if problems else []


def _require_names(**given: str) -> None:
    """Refuse what is a path and no name: files elsewhere are nobody's settings."""
    wrong = [f"{key}={value!r} is no name" for key, value in given.items() if not re.fullmatch(SLUG, value)]
    if wrong:
        raise SettingsInvalid(wrong, hint="a name has lower-case letters, digits and hyphens, such as dev")


def _require_folder(place: Checkout) -> None:
    if place.customizations.is_dir():
        return
    known = sorted(p.parent.name for p in place.root.glob("customizations/*/product.yaml"))
    near = difflib.get_close_matches(place.product, known, n=1)
    raise SettingsInvalid(
        f"there is no product {place.product!r} in {place.root / 'customizations'}",
        hint=f"did you mean PRODUCT={near[0]}?" if near else f"known products: {', '.join(known) or 'none'}",
    )
