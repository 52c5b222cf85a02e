"""Which product and environment a run is for. The only reader of the process environment but for secrets.

PRODUCT and ENVIRONMENT choose for a whole chain of tasks; a stage's own `--product`, `--environment` win over them.
STRATEGY, where it is set, wins over the product's `strategy`, and REGISTRY=HOST/NAMESPACE over the environment's
`registry`. RELEASE_REF is the git ref that the run is of, as GITHUB_REF words it: some tags depend on it.
IMAGES=NAME,NAME lets `build` make these alone, on one of several machines that share staging.
"""

import difflib
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from scripts.lib import lock_file
from scripts.lib.checkout import Checkout
from scripts.lib.errors import SettingsInvalid
from scripts.lib.secret import Secret
from scripts.lib.settings import agreement, page_references, references, registry_place
from scripts.lib.settings.base import SLUG
from scripts.lib.settings.brand import BrandFile
from scripts.lib.settings.environment import Environment
from scripts.lib.settings.functions import FunctionsFile
from scripts.lib.settings.images import Base
from scripts.lib.settings.loading import load
from scripts.lib.settings.pages import PagesFile
from scripts.lib.settings.product import Product
from scripts.lib.settings.proofs import Proof
from scripts.lib.settings.requirements import RequirementsList
from scripts.lib.settings.steps import Step, StepsFile
from scripts.lib.settings.wording import near

M = TypeVar("M", bound=BaseModel)

ROOT = Path(__file__).resolve().parents[3]
DEFAULT_PRODUCT = "lusochat"
DEFAULT_ENVIRONMENT = "dev"
REF = re.compile(r"refs/(heads|tags|pull)/\S+")


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
    sets: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    """Steps file -> its steps, of each further set that a build of the source may apply."""
    pages: PagesFile | None = None
    """What a browser visits; None for a product without pages.yaml."""
    functions: FunctionsFile | None = None
    """How the application is tried; None for a product without functions/stands.yaml."""
    brand: BrandFile | None = None
    """What is looked for of the upstream's brand; None where the product has no `brand.yaml`."""
    ref: str | None = None
    """The git ref that the run is of, such as refs/heads/main; None where nobody told."""
    only: frozenset[str] | None = None
    """The images that a build is to make; None for all."""
    lists: Mapping[str, RequirementsList] = field(default_factory=dict)
    """Our lists of Python requirements, by their paths in the product's folder."""

    @property
    def bases(self) -> Mapping[str, Base]:
        """The product's bases, by the digests that are locked; raises SettingsInvalid where the lock cannot be read."""
        return lock_file.pinned(self.product.bases, lock_file.read(self.checkout))

    def steps_with(self, sets: Iterable[str]) -> tuple[Step, ...]:
        """Return the steps that brand, and after them those of further `sets`."""
        return (*self.steps, *(step for name in sets for step in self.sets[name]))

    @property
    def parts(self) -> frozenset[str]:
        """What a smoke run looks at, for the environment's gates.

        A browser, and what the application does, need an image that runs alone.
        """
        if self.product.stand:
            return frozenset({"proofs"})
        return self.environment.parts - self.product.not_asked.keys()

    @property
    def every_step(self) -> tuple[Step, ...]:
        """The steps that brand, and after them those of all further sets."""
        return self.steps_with(self.sets)


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
        made = chosen.locks if chosen else frozenset[str]()
        found = references.of_steps(place.customizations, steps.steps, made)
        gathered.add(found, hint="correct steps.yaml or add the file")
    pages = gathered.load(path, PagesFile) if (path := place.customizations / "pages.yaml").exists() else None
    sets = _sets(gathered, place, chosen) if chosen is not None else {}
    lists = _lists(gathered, place, chosen) if chosen is not None else {}
    proofs = _proofs(chosen, steps, sets)
    gathered.add(page_references.of_pages(place.customizations, pages, proofs), hint="correct pages.yaml or the proof")
    gathered.add(references.of_proofs(proofs, chosen) if chosen else [], hint="correct the proof")
    functions = _functions(gathered, place, chosen) if chosen is not None else None
    gathered.add(
        agreement.unasked(chosen, pages, functions, proofs), hint="take the gate out of not_asked, or what it looks at"
    )
    brand = gathered.load(path, BrandFile) if (path := place.customizations / "brand.yaml").exists() else None
    if steps is not None:
        gathered.add(
            agreement.twice({"steps.yaml": steps.steps} | sets), hint="give each step of all sets an id of its own"
        )
    if chosen is None or steps is None or target is None or gathered.problems:
        raise SettingsInvalid(gathered.problems, hint="; ".join(dict.fromkeys(gathered.hints)))
    return Selection(
        checkout=place,
        product=_as_asked(chosen),
        steps=steps.steps,
        environment=_environment_as_asked(target),
        lists=lists,
        sets=sets,
        pages=pages,
        functions=functions,
        brand=brand,
        ref=_ref(),
        only=_only(chosen),
    )


def _sets(gathered: "_Gathered", place: Checkout, product: Product) -> dict[str, tuple[Step, ...]]:
    """Read the further sets that the images' builds name, each once."""
    named = dict.fromkeys(one.steps for i in product.images.values() if i.source for one in i.source.sets)
    sets = {}
    for name in named:
        found = gathered.load(place.customizations / name, StepsFile)
        if found is not None:
            sets[name] = found.steps
            problems = references.of_steps(place.customizations, found.steps, product.locks)
            gathered.add(problems, hint=f"correct {name} or add the file")
    return sets


def _lists(gathered: "_Gathered", place: Checkout, product: Product) -> dict[str, RequirementsList]:
    """Read our lists of Python requirements that the images' locks name, each once."""
    found = {name: gathered.load(place.customizations / name, RequirementsList) for name in sorted(product.lists)}
    return {name: one for name, one in found.items() if one}


def _functions(gathered: "_Gathered", place: Checkout, product: Product) -> FunctionsFile | None:
    """Read how the application is tried, where the product says so."""
    path = place.customizations / "functions/stands.yaml"
    found = gathered.load(path, FunctionsFile) if path.exists() else None
    if found is not None:
        problems = references.of_functions(place.customizations, found, product)
        gathered.add(problems, hint="correct functions/stands.yaml or add the file")
    return found


def _proofs(
    product: Product | None, steps: StepsFile | None, sets: Mapping[str, tuple[Step, ...]]
) -> dict[str, tuple[Proof, ...]]:
    """Return all proofs, by whose they are."""
    every = (*(steps.steps if steps else ()), *(step for one in sets.values() for step in one))
    images = {f"product.yaml: images.{name}": one.proofs for name, one in (product.images if product else {}).items()}
    return images | {f"step {step.id}": step.proofs for step in every}


def _as_asked(product: Product) -> Product:
    """Let STRATEGY, which chooses for a whole chain as PRODUCT does, win over the product's settings."""
    asked = variable("STRATEGY")
    if asked is None:
        return product
    try:
        return Product.model_validate(product.model_dump(by_alias=True) | {"strategy": asked})
    except ValidationError as error:
        problems = [f"STRATEGY={asked}: {one['msg']}" for one in error.errors()]
        raise SettingsInvalid(problems, hint="set STRATEGY to auto, release or source, or unset it") from None


def _environment_as_asked(environment: Environment) -> Environment:
    """Let REGISTRY, which names the place of the one who runs it, win over the environment's settings."""
    asked = variable("REGISTRY")
    if asked is None:
        return environment
    password = "REGISTRY_PASSWORD"  # noqa: S105  the name of a variable
    registry = registry_place.read("REGISTRY", asked, username="REGISTRY_USERNAME", password=password)
    return environment.model_copy(update={"registry": registry})


def _ref() -> str | None:
    """Return RELEASE_REF; raises SettingsInvalid where it is no full git ref."""
    ref = variable("RELEASE_REF")
    if ref is not None and not REF.fullmatch(ref):
        hint = "write it in full, as in refs/tags/NAME or refs/heads/NAME"
        raise SettingsInvalid(f"RELEASE_REF={ref} is no git ref", hint=hint)
    return ref


def _only(product: Product) -> frozenset[str] | None:
    """Return the images that IMAGES names, None where it names none; raises SettingsInvalid where there is no such."""
    names = (variable("IMAGES") or "").replace(",", " ").split()
    known = sorted(product.images)
    problems = [f"IMAGES: there is no image {name!r}, {near(name, known)}" for name in names if name not in known]
    if problems:
        raise SettingsInvalid(problems, hint="set IMAGES to names of product.yaml, or unset it")
    return frozenset(names) or None


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
