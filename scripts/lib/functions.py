"""Tries what an application does: starts the product's stands for that, servers beside them, and looks."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass

from rich.table import Table
from rich.text import Text

from scripts.lib import bases, console
from scripts.lib.checkout import Checkout
from scripts.lib.errors import CommandFailed
from scripts.lib.files import Files
from scripts.lib.records import Check, Tree
from scripts.lib.settings.functions import FunctionsFile, FunctionStand
from scripts.lib.settings.selection import Selection
from scripts.lib.sidecar import FOLDER, Sidecar
from scripts.lib.stand import Stand, remove_stands, stand
from scripts.lib.workspace import base_files
from smoke.functions.checks import Function, load, look
from smoke.functions.ground import Ground
from smoke.servers import SERVERS, Server

PACKAGE = "functions"
"""The product's folder of its checks and their stands."""


@dataclass(frozen=True)
class Trial:
    """The stands of one image, and the checks that look at them."""

    checkout: Checkout
    functions: tuple[Function, ...]
    stands: Mapping[str, Stand]
    grounds: Mapping[str, Ground]
    broken: Mapping[str, CommandFailed]
    """Stand -> why it did not start."""

    def look(self, function: Function) -> Check:
        """Make one check; the logs of its stand are kept where it failed."""
        check = self._not_started(function) or look(function, self.grounds[function.stand])
        if check.passed:
            return check
        files = (*self.stands[function.stand].keep_log(), *self.grounds[function.stand].shots)
        self.grounds[function.stand].shots.clear()
        return check.model_copy(update={"files": tuple(str(file.relative_to(self.checkout.out)) for file in files)})

    def _not_started(self, function: Function) -> Check | None:
        """Return what is said of a check whose stand did not start: why at its first check, no more at the others."""
        if function.stand not in self.broken:
            return None
        seen = f"not looked at, for the stand {function.stand} did not start"
        if function == next(one for one in self.functions if one.stand == function.stand):
            seen = f"{seen}: {self.broken[function.stand].problems[0]}"
        return Check(name=function.name, step=None, layer="function", passed=False, evidence=seen)


def of_image(given: FunctionsFile, image: str) -> dict[str, FunctionStand]:
    """Return the stands of one image, by name."""
    return {name: one for name, one in given.stands.items() if one.image == image}


def planned(selection: Selection, image: str) -> tuple[Function, ...]:
    """Return the checks of one image; none where the product says nothing of what it does."""
    given = selection.functions
    if given is None:
        return ()
    own = of_image(given, image)
    every = load(selection.checkout.customizations / PACKAGE, given.stands)
    return tuple(one for one in every if one.stand in own)


@contextmanager
def trial(selection: Selection, image: str, reference: str, tree: Tree, labels: Mapping[str, str]) -> Iterator[Trial]:
    """Give the started stands of an image (`reference` is the engine's); all of them is removed after."""
    files = base_files(selection.checkout.workspace, tree.tree)
    with ExitStack() as opened:
        stands = {
            name: opened.enter_context(_stand(selection, name, one, reference, labels))
            for name, one in (of_image(selection.functions, image) if selection.functions else {}).items()
        }
        with console.part(f"start {image} for what it does: {', '.join(stands)}"):
            broken = _start(stands)
        grounds = _grounds(selection, stands, files, opened)
        yield Trial(selection.checkout, planned(selection, image), stands, grounds, broken)


def _grounds(
    selection: Selection, stands: Mapping[str, Stand], files: Files, opened: ExitStack
) -> Mapping[str, Ground]:
    grounds: dict[str, Ground] = {}
    for name, one in stands.items():
        folder = selection.checkout.out / "evidence/functions" / name
        grounds[name] = Ground(one, selection.product, files, grounds, folder)
        opened.callback(grounds[name].close)
    return grounds


def _stand(
    selection: Selection, name: str, given: FunctionStand, reference: str, labels: Mapping[str, str]
) -> AbstractContextManager[Stand]:
    return stand(
        reference,
        selection.product.images[given.image].stand,
        selection.environment.limits,
        log=selection.checkout.log(f"functions-{name}"),
        labels=labels,
        environment=given.environment,
        sidecars=_sidecars(selection.checkout, given, reference),
    )


def _sidecars(checkout: Checkout, given: FunctionStand, reference: str) -> Sequence[Sidecar]:
    """Word the servers beside a stand; a base that one needs is made where the engine does not have it."""
    return [
        Sidecar(
            name=name,
            image=_image(SERVERS[one.server], reference, checkout),
            argv=SERVERS[one.server].argv(FOLDER),
            port=SERVERS[one.server].port,
            ready=SERVERS[one.server].ready,
            files={SERVERS[one.server].program: SERVERS[one.server].read()}
            | {path.rpartition("/")[2]: (checkout.customizations / path).read_bytes() for path in one.files},
        )
        for name, one in given.beside.items()
    ]


def _image(server: Server, reference: str, checkout: Checkout) -> str:
    return bases.from_debian(server.debian, checkout).reference if server.debian else reference


def _start(stands: Mapping[str, Stand]) -> dict[str, CommandFailed]:
    """Start all at once and return why those that did not start did not.

    Interrupted, it removes them all: what waits for them ends then, instead of at its deadline.
    """
    with ThreadPoolExecutor(len(stands) or 1) as pool:
        ended = pool.map(_started, stands.values())
        try:
            return {name: failure for name, failure in zip(stands, ended, strict=True) if failure}
        except BaseException:
            for one in stands.values():
                remove_stands({"graft.stand": one.network})
            raise


def _started(one: Stand) -> CommandFailed | None:
    try:
        one.start()
    except CommandFailed as failure:
        return failure
    return None


def table(title: str, checks: Sequence[Check]) -> Table:
    """Lay out checks, a line each."""
    laid = Table(title=title, title_justify="left", box=None, pad_edge=False, expand=True, show_header=False)
    laid.add_column("", no_wrap=True)
    laid.add_column("check", no_wrap=True)
    laid.add_column("seen", no_wrap=True, overflow="ellipsis", ratio=1)
    for check in checks:
        mark = Text("ok", "green") if check.passed else Text("no", "red")
        laid.add_row(mark, check.name, Text(check.evidence))
    return laid
