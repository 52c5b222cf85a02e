"""Gives running images of a product to be looked at: each by itself, or all on one stand where they need each other."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from scripts.lib import console
from scripts.lib.errors import RecordMissing
from scripts.lib.records import BuiltImage, Source, Tree
from scripts.lib.settings.selection import Selection

if TYPE_CHECKING:
    from scripts.lib.stack_stand import StackStand
    from scripts.lib.stand import Stand
    from smoke.checks import Planned
    from smoke.subject import ImageFacts, Subject


@contextmanager
def standing(
    selection: Selection, source: Source, tree: Tree, name: str, built: BuiltImage, planned: "Sequence[Planned]"
) -> "Iterator[tuple[Stand, Subject, float]]":
    """Give a healthy stand of one image, what the planned checks look at, and the seconds to healthy."""
    from scripts.lib.stand import stand
    from smoke.subject import subject_at

    image, facts = held(built), _facts(selection, built, planned)
    log, settings = selection.checkout.log(f"smoke-{name}"), selection.product.images[name].stand
    with stand(image, settings, selection.environment.limits, log=log, labels=labels(selection)) as one:
        with console.part(f"start {name}"):
            seconds = one.start()
        with subject_at(one.address, selection, source, tree, facts, of_sets=_of_sets(built)) as subject:
            yield one, subject, seconds


@contextmanager
def together(
    selection: Selection,
    source: Source,
    tree: Tree,
    images: Mapping[str, BuiltImage],
    planned: "Mapping[str, Sequence[Planned]]",
) -> "Iterator[tuple[StackStand, dict[str, Subject], float]]":
    """Give one healthy stand of all images, what the checks planned for each look at, and the seconds to healthy."""
    from scripts.lib.stack_stand import stack_stand
    from smoke.subject import subject_at

    references, log = {name: held(built) for name, built in images.items()}, selection.checkout.log("smoke")
    facts = {name: _facts(selection, built, planned[name]) for name, built in images.items()}
    with ExitStack() as opened, stack_stand(selection, references, log=log, labels=labels(selection)) as stack:
        with console.part(f"start {', '.join(images)}"):
            seconds = stack.start()
        subjects = {}
        for name, built in images.items():
            address = stack.address(stack.target.service_of(name))
            at = subject_at(address, selection, source, tree, facts[name], of_sets=_of_sets(built))
            subjects[name] = opened.enter_context(at)
        yield stack, subjects, seconds


def labels(selection: Selection) -> dict[str, str]:
    """Return what tells the stands of this checkout from others."""
    return {
        "graft.product": selection.product.product,
        "graft.run": "smoke",
        "graft.checkout": selection.checkout.mark,
    }


def held(built: BuiltImage) -> str:
    """Return the name by which the engine has the image; raises RecordMissing where it does not have it."""
    from scripts.lib import engine

    found = engine.held(built.image_id, built.reference)
    if found is None:
        raise RecordMissing(f"the engine has no {built.reference} with ID {built.image_id}", hint="run: invoke build")
    return found


def _facts(selection: Selection, built: BuiltImage, planned: "Sequence[Planned]") -> "ImageFacts":
    """Read what the planned checks look at in the image itself."""
    from scripts.lib import engine
    from smoke.subject import ImageFacts, files_wanted

    image = held(built)
    wanted = files_wanted(check.proof for check in planned)
    return ImageFacts(engine.image_config(image), engine.read_files(image, wanted, labels(selection)))


def _of_sets(built: BuiltImage) -> frozenset[str]:
    return frozenset(step for steps in built.sets.values() for step in steps)
