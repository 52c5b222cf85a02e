"""What settings name elsewhere must be there: texts, drawings, patches, overlays, Dockerfiles, files of proofs."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from scripts.lib.errors import SettingsInvalid
from scripts.lib.files import pattern
from scripts.lib.settings.functions import FunctionsFile, FunctionStand
from scripts.lib.settings.loading import load
from scripts.lib.settings.product import Product
from scripts.lib.settings.proofs import BrowserProof, HttpProof, ImageFileProof, Proof
from scripts.lib.settings.steps import ImageStep, JsonStep, OverlayStep, PatchStep, PruneStep, Step
from scripts.lib.settings.texts import TextsFile
from scripts.lib.settings.wording import near
from smoke.servers import SERVERS


def of_product(folder: Path, product: Product) -> list[str]:
    """Return every reference of `product.yaml` that leads nowhere. `folder` is the product's own."""
    named = {name: folder / i.release.dockerfile for name, i in product.images.items() if i.release}
    return [
        f"product.yaml: images.{name}.release.dockerfile: there is no {path}"
        for name, path in named.items()
        if not path.is_file()
    ]


def of_proofs(proofs: Mapping[str, Iterable[Proof]], product: Product) -> list[str]:
    """Return the proofs that name no image of the product; `proofs` by whose they are."""
    named = {f"{w}: proofs[{n}].image": proof.image for w, of in proofs.items() for n, proof in enumerate(of)}
    return [
        f"{place}: no image is called {name!r}, {near(name, list(product.images))}"
        for place, name in named.items()
        if name is not None and name not in product.images
    ]


def of_functions(folder: Path, given: FunctionsFile, product: Product) -> list[str]:
    """Return every reference of `functions/stands.yaml` that leads nowhere. `folder` is the product's own."""
    return [
        f"functions/stands.yaml: stands.{name}.{problem}"
        for name, stand in given.stands.items()
        for problem in (*_no_image(stand, product), *_no_servers(folder, stand))
    ]


def _no_image(stand: FunctionStand, product: Product) -> Iterator[str]:
    if stand.image not in product.images:
        yield f"image: no image is called {stand.image!r}, {near(stand.image, list(product.images))}"


def _no_servers(folder: Path, stand: FunctionStand) -> Iterator[str]:
    for name, one in stand.beside.items():
        if one.server not in SERVERS:
            yield f"beside.{name}.server: there is no server {one.server!r}, {near(one.server, list(SERVERS))}"
        yield from (f"beside.{name}.files: there is no {folder / f}" for f in one.files if not (folder / f).is_file())


def of_steps(folder: Path, steps: Iterable[Step], made: Iterable[str] = ()) -> list[str]:
    """Return every reference of the steps that leads nowhere. `folder` is the product's own.

    `made` are files of it that `update` writes, so that they need not be there yet.
    """
    texts = _Texts(folder)
    coming = {str(place) for name in made for place in (Path(name), *Path(name).parents)}
    found = [
        problem
        for step in steps
        for check in CHECKS
        if not (check is _files_exist and isinstance(step, OverlayStep) and step.source in coming)
        for problem in check(folder, step, texts)
    ]
    return texts.problems + found


class _Texts:
    """Reads each texts file once and keeps what is wrong with it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, list[str] | None] = {}
        self.problems: list[str] = []

    def names(self, path: str) -> list[str] | None:
        """Return the names of a file's texts, None where the file itself is wrong."""
        if path not in self._read:
            try:
                self._read[path] = list(load(self._folder / path, TextsFile).texts)
            except SettingsInvalid as failure:
                self._read[path] = None
                self.problems += failure.problems
        return self._read[path]


def _texts_exist(folder: Path, step: Step, texts: _Texts) -> Iterator[str]:
    if not isinstance(step, JsonStep):
        return
    names = texts.names(step.texts)
    for key, text in step.set.items():
        if names is not None and text not in names:
            yield f"step {step.id}: set.{key}: {folder / step.texts} has no text {text!r}, {near(text, names)}"


def _files_exist(folder: Path, step: Step, texts: _Texts) -> Iterator[str]:  # noqa: ARG001
    named = {
        "drawing": step.drawing if isinstance(step, ImageStep) else None,
        "patch": step.patch if isinstance(step, PatchStep) else None,
        "source": step.source if isinstance(step, OverlayStep) else None,
    }
    for field, path in named.items():
        if path is not None and not (folder / path).exists():
            yield f"step {step.id}: {field}: there is no {folder / path}"


def _compared_files_are_changed(folder: Path, step: Step, texts: _Texts) -> Iterator[str]:  # noqa: ARG001
    """A proof that compares with a file which its step leaves alone would prove nothing."""
    changed = _changed_by(step)
    for number, proof in enumerate(step.proofs):
        for field, path in _compared(proof):
            if changed is not None and not any(pattern(glob).match(path) for glob in changed):
                hint = near(path, changed)
                yield f"step {step.id}: proofs[{number}].{field}: the step does not change {path}, {hint}"


def _compared(proof: Proof) -> Iterator[tuple[str, str]]:
    """Keys and paths of the tree's files with which a proof compares."""
    if isinstance(proof, HttpProof | ImageFileProof) and proof.same_as:
        yield "same_as", proof.same_as
    if isinstance(proof, BrowserProof):
        yield from [("picture.same_as", proof.picture.same_as)] if proof.picture else []
        yield from (("favicon", path) for path in proof.favicon)
        yield from (("manifest.icons", path) for path in (proof.manifest.icons if proof.manifest else ()))


def _absent_files_are_pruned(folder: Path, step: Step, texts: _Texts) -> Iterator[str]:  # noqa: ARG001
    """A proof that a file is absent which nobody ever made would prove nothing."""
    for number, proof in enumerate(step.proofs):
        if not isinstance(proof, ImageFileProof) or not proof.absent:
            continue
        name = proof.path.rpartition("/")[2]
        if not isinstance(step, PruneStep) or not pattern(step.path.rpartition("/")[2]).match(name):
            yield f"step {step.id}: proofs[{number}].path: the step removes no file called {name}"


def _changed_by(step: Step) -> list[str] | None:
    """Globs of what a step changes; None for a patch, which says so itself."""
    if isinstance(step, PatchStep):
        return None
    if isinstance(step, ImageStep):
        return [icon.path for icon in step.icons]
    return [step.path, f"{step.path}/**"] if isinstance(step, OverlayStep) else [step.path]


CHECKS: tuple[Callable[[Path, Step, _Texts], Iterator[str]], ...] = (
    _texts_exist,
    _files_exist,
    _compared_files_are_changed,
    _absent_files_are_pruned,
)
