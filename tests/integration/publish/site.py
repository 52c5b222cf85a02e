"""What these tests do to a checkout: judge an image, publish it, look at what the registry has."""

import secrets
from typing import Protocol

from scripts import publish as stage
from scripts.lib import cli, engine, gates, records, registry
from scripts.lib.records import BuiltImage, GateResult, Image, Release, Tree, Verdict
from scripts.lib.registry import Registry
from scripts.lib.settings.selection import Selection


class Make(Protocol):
    """Makes an image of one file with this content, for this machine or another, and returns its reference."""

    def __call__(self, content: str, architecture: str = ...) -> str: ...


def judge(selection: Selection, reference: str, *, tree: str) -> str:
    """Leave the records of an image that was built from `tree` and passed; returns its image ID."""
    image_id = engine.image_id(reference) or ""
    built = BuiltImage(reference=reference, image_id=image_id, size=1, seconds=1, strategy="release", bases={})
    made = Tree(inputs="i", source="s", customization="1.0", tree=tree, steps=(), verified=True)
    passed = GateResult(gate="build", state="passed", because="", evidence="")
    verdict = Verdict(
        inputs=gates.inputs(selection.product, selection.every_step, selection.environment, (passed,)),
        environment="test",
        version="1.0.0",
        images={name(selection): image_id},
        gates=(passed,),
    )
    records.write(selection.checkout, made)
    records.write(selection.checkout, Image(inputs="i", tree=tree, version="1.0.0", images={name(selection): built}))
    records.write(selection.checkout, verdict, "test")
    return image_id


def name(selection: Selection) -> str:
    return next(iter(selection.product.images))


def publish() -> int:
    return cli.run("publish", stage.publish, stage.__doc__, (), [])


def ask(selection: Selection) -> Registry:
    return registry.connect(selection.environment.registry)


def released(selection: Selection) -> records.PublishedImage:
    return records.need(selection.checkout, Release, "publish", "test").images[name(selection)]


def some_tree() -> str:
    return secrets.token_hex(20)
