"""What is measured: groups of runs that go on from each other. Each begins from nothing and yields as it measures."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml

from benchmarks import held, plain_upstream
from benchmarks.clone import BACK_END, BIN, PRODUCT, TEXT, Clone, bounded
from benchmarks.meter import Measured, measure
from scripts.lib import embedded_registry, engine, ledger, records, shell, workspace
from scripts.lib.checkout import Checkout
from scripts.lib.compat import kept
from scripts.lib.compat.outcome import Outcome
from scripts.lib.settings.environment import EmbeddedRegistry
from tests import own_registry

Group = Callable[[Clone], Iterator[Measured]]
LOCALES = (1, 8, 16, 32, 64)
LOCALE_FOLDER = Path("src/lib/i18n/locales")
TAG = "graft-benchmark/plain:1"


def release(clone: Clone) -> Iterator[Measured]:
    """The whole line by strategy release."""
    line = ("build", "publish")
    clone.empty()
    yield clone.measured("release", "cold", *line)
    clone.change(TEXT)
    yield clone.measured("release", "one text changed", *line)
    clone.change(BACK_END)
    yield clone.measured("release", "only the back end changed", *line)
    yield clone.measured("release", "unchanged", *line)


def push(clone: Clone) -> Iterator[Measured]:
    """`docker push` of the line's image into a registry that has nothing."""
    clone.invoke("build", "publish")
    name, port = f"{clone.registry}-empty", own_registry.free_port()
    tag, image = f"localhost:{port}/{PRODUCT}:1", engine.made(clone.registry).reference
    settings = EmbeddedRegistry(kind="embedded", name=name, port=port)
    try:
        embedded_registry.ensure(settings, lambda: image)
        engine.tag(clone.built().reference, tag)
        with measure("push", "docker push") as measured:
            shell.follow(bounded("docker", "push", tag), log=clone.scratch / "push.log")
        yield measured
    finally:
        engine.remove_image(tag)
        own_registry.remove(name)


def locales(clone: Clone) -> Iterator[Measured]:
    """Validating and customizing the upstream with so many of its locales."""
    clone.invoke("fetch")
    source, repository = clone.fetched(), clone.selection().checkout.workspace
    for count in LOCALES:
        place = Checkout(clone.scratch / f"locales-{count}", PRODUCT, clone.cache)
        for folder in ("customizations", "compose"):
            shutil.copytree(clone.checkout / folder, place.root / folder)
        tree = _upstream(repository, source.base, clone.scratch / "tree")
        _default_texts_alone(place.customizations / "brand/texts.yaml")
        _leave(tree / LOCALE_FOLDER, count)
        base = workspace.create(place.workspace, tree)
        records.write(place, source.model_copy(update={"base": base}))
        yield _customized(clone, place, str(count))
        shutil.rmtree(place.root)


def source(clone: Clone) -> Iterator[Measured]:
    """The build by strategy source."""
    clone.empty()
    yield clone.measured("source", "cold", "build", STRATEGY="source")
    clone.change(BACK_END)
    yield clone.measured("source", "only the back end changed", "build", STRATEGY="source")
    clone.change(TEXT)
    yield clone.measured("source", "one text changed", "build", STRATEGY="source")
    yield clone.measured("source", "unchanged", "build", STRATEGY="source")


def plain(clone: Clone) -> Iterator[Measured]:
    """The upstream's own build of its untouched source; any changed file builds its front end again."""
    clone.empty()
    clone.invoke("fetch")
    tree = _upstream(clone.selection().checkout.workspace, clone.fetched().base, clone.scratch / "plain")
    plain_upstream.untouched(tree)
    options = plain_upstream.contexts(tree, clone.scratch, BIN / "uv")
    try:
        yield _plain(clone, tree, options, "cold")
        with (tree / LOCALE_FOLDER / "pt-PT/translation.json").open("a") as file:
            file.write("\n")
        yield _plain(clone, tree, options, "one text changed")
        yield _plain(clone, tree, options, "unchanged")
    finally:
        engine.remove_image(TAG)
        shutil.rmtree(tree)


def compat(clone: Clone) -> Iterator[Measured]:
    """Every release that the customizations are for, looked at without a build."""
    shutil.rmtree(clone.cache / "kept", ignore_errors=True)
    for name in ("cold", "warm"):
        with measure("compat", name) as measured:
            clone.invoke("compat", "--all")
        outcome = Outcome.model_validate_json((clone.selection().checkout.out / "compat.json").read_bytes())
        measured.releases, measured.size = len(outcome.rows), kept.size(clone.cache)
        held.write(outcome)
        yield measured


def everything(clone: Clone) -> Iterator[Measured]:
    """The whole line for an environment that asks for every part of smoke."""
    clone.empty()
    yield clone.measured("everything", "cold", "build", "publish", ENVIRONMENT=clone.ask_for_everything())


GROUPS: dict[str, Group] = {
    "release": release,
    "push": push,
    "locales": locales,
    "compat": compat,
    "everything": everything,
    "source": source,
    "plain": plain,
}


def _plain(clone: Clone, tree: Path, options: list[str], name: str) -> Measured:
    with measure("plain", name) as measured:
        shell.follow(bounded(*plain_upstream.command(tree, options, TAG)), log=clone.scratch / "plain.log")
    measured.size = engine.image_size(TAG)
    return measured


def _upstream(repository: Path, commit: str, folder: Path) -> Path:
    """Lay the untouched upstream out."""
    shell.run(["git", "clone", "--quiet", "--no-checkout", repository, folder])
    shell.run(["git", "checkout", "--quiet", commit], cwd=folder)
    shutil.rmtree(folder / ".git")
    return folder


def _default_texts_alone(path: Path) -> None:
    """Leave the texts that go to every locale: one of a locale that the tree lacks would be refused."""
    texts = yaml.safe_load(path.read_text())["texts"]
    path.write_text(yaml.safe_dump({"texts": {name: {"default": one["default"]} for name, one in texts.items()}}))


def _leave(folder: Path, count: int) -> None:
    """Leave so many locales; where there are fewer, copies of one make up for the rest."""
    there = sorted(path for path in folder.iterdir() if path.is_dir())
    for path in there[count:]:
        shutil.rmtree(path)
    for number in range(len(there), count):
        shutil.copytree(there[0], folder / f"xx-{number}")


def _customized(clone: Clone, place: Checkout, name: str) -> Measured:
    """Run the two stages on a checkout that holds records and workspace."""
    env = clone.env | {"CHECKOUT": str(place.root)}
    with measure("locales", name) as measured:
        for stage in ("validate", "customize"):
            argv = bounded(BIN / "python", "-m", f"scripts.{stage}")
            shell.follow(argv, cwd=clone.checkout, env=env, log=clone.scratch / "stage.log")
    measured.stages = {entry.stage: entry.seconds for entry in ledger.entries(place)}
    return measured
