"""A clean clone of this checkout with a cache and a registry of its own, in which tasks are run and measured."""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import yaml

from benchmarks.meter import Measured, measure
from scripts.lib import bases, console, embedded_registry, ledger, records, shell, workspace
from scripts.lib.errors import CommandFailed
from scripts.lib.records import BuiltImage, Image, Source
from scripts.lib.settings.environment import EmbeddedRegistry
from scripts.lib.settings.selection import Selection, select
from scripts.lib.source_build import dockerfile
from scripts.lib.source_build.recipe import bases_of
from smoke.servers import SERVERS
from tests import own_registry

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
PRODUCT = "lusochat"
SECONDS = 900
"""That one command may take."""


@dataclass(frozen=True)
class Change:
    """One place of the customization, which stands there once."""

    file: str
    before: str
    after: str


TEXT = Change("brand/texts.yaml", "Aceder com dados Institucionais", "Aceder com as credenciais da Lusófona")
BACK_END = Change("steps.yaml", "os.getenv('WEBUI_NAME', 'Lusochat')", 'os.getenv("WEBUI_NAME", "Lusochat")')


class Clone:
    """Where the line runs. Everything in it is committed; what it makes in Docker goes with `remove`."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self.checkout = scratch / "checkout"
        self.cache = scratch / "cache"
        shell.run(["git", "clone", "--quiet", ROOT, self.checkout])
        self.dev = self.checkout / "compose/environments/dev.yaml"
        self.registry, self.port = own_registry.give(self.dev)
        self.env = {"CACHE": str(self.cache), "CHECKOUT": str(self.checkout), "PRODUCT": PRODUCT, "ENVIRONMENT": "dev"}
        # what this process asks the project itself is about the clone too
        os.environ.update(self.env)

    def invoke(self, *tasks: str, **env: str) -> None:
        """Run tasks as a person would."""
        argv = bounded(BIN / "invoke", *tasks)
        shell.follow(argv, cwd=self.checkout, env=self.env | env, log=self.scratch / "invoke.log")

    def measured(self, group: str, name: str, *tasks: str, **env: str) -> Measured:
        """Run tasks and return what they took, stage by stage, with the size of the image."""
        place = self.selection().checkout
        before = len(ledger.entries(place))
        with measure(group, name) as measured:
            self.invoke(*tasks, **env)
        measured.stages = {entry.stage: entry.seconds for entry in ledger.entries(place)[before:]}
        measured.size = self.built().size
        return measured

    def selection(self) -> Selection:
        """Return the clone's settings."""
        return select(PRODUCT, "dev")

    def fetched(self) -> Source:
        """Return the record of the upstream."""
        return records.need(self.selection().checkout, Source, "fetch")

    def built(self) -> BuiltImage:
        """Return what the record says of the product's one image."""
        (image,) = records.need(self.selection().checkout, Image, "build").images.values()
        return image

    def empty(self) -> None:
        """Take away everything that a run could go on from: records, cache, registry, images, the builder's cache."""
        shell.run(["git", "checkout", "--quiet", "customizations"], cwd=self.checkout)
        self.remove()
        shutil.rmtree(self.cache, ignore_errors=True)
        shell.run(["docker", "buildx", "prune", "--all", "--force"])

    def make_bases(self) -> None:
        """Make the base images of both strategies, the registry's and those of the servers beside stands, where the
        engine lacks them; needs the tree."""
        selection = self.selection()
        tree = workspace.base_files(selection.checkout.workspace, "HEAD")
        (image,) = selection.product.images.values()
        wanted = list(selection.bases.values())
        if isinstance(selection.environment.registry, EmbeddedRegistry):
            wanted.append(embedded_registry.base(selection.environment.registry))
        if image.source:
            named = dockerfile.images((tree.read(image.source.dockerfile) or b"").decode())
            wanted += bases_of(selection.bases, image.source, named).values()
        for base in wanted:
            bases.ensure(base, selection.environment.bases, selection.checkout)
        stands = selection.functions.stands.values() if selection.functions else ()
        for server in dict.fromkeys(one.server for stand in stands for one in stand.beside.values()):
            if debian := SERVERS[server].debian:
                bases.from_debian(debian, selection.checkout)

    def change(self, what: Change) -> None:
        """Change one place of the customization; raises Failure where it is no longer there."""
        path = self.checkout / "customizations" / PRODUCT / what.file
        text = path.read_text()
        if text.count(what.before) != 1:
            raise CommandFailed(
                f"{path}: {what.before!r}, which is to be changed, is not there once", hint="correct it"
            )
        path.write_text(text.replace(what.before, what.after))

    def ask_for_everything(self) -> str:
        """Make an environment that asks for every part of smoke, and return its name."""
        settings = yaml.safe_load(self.dev.read_text())
        settings |= {"environment": "everything", "gates": ["structure", "build", "runtime", "branding", "functions"]}
        self.dev.with_name("everything.yaml").write_text(yaml.safe_dump(settings))
        return "everything"

    def remove(self) -> None:
        """Take away what was made here in Docker, and the registry with its volume."""
        self.invoke("clean")
        own_registry.remove(self.registry)


def bounded(*argv: str | Path) -> list[str | Path]:
    """Word a command that is ended after some time."""
    return ["timeout", "--kill-after=60", str(SECONDS), *argv]


def say(measured: Measured) -> None:
    """Tell one measurement."""
    figures = f"{measured.seconds:.1f} s, {measured.memory:.0f} MB"
    console.note(f"{measured.group}, {measured.name}: {figures}, others took {measured.busy:.0%} just before")
