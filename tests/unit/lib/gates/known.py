"""All that a gate may know of a small product, well but for what a test says."""

from dataclasses import replace
from typing import Any

import yaml

from scripts.lib import proving
from scripts.lib.gates import Facts, evaluate
from scripts.lib.records import (
    AppliedStep,
    BuiltImage,
    Check,
    FetchedSource,
    Finding,
    GateResult,
    Image,
    SmokeReport,
    Source,
    Tree,
    Validation,
    identity,
)
from scripts.lib.settings.environment import Environment
from scripts.lib.settings.product import Product
from scripts.lib.settings.steps import StepsFile

ID, OTHER = "sha256:" + "1" * 64, "sha256:" + "2" * 64
TEXT = "f" * 64
PRODUCT = """
product: acme
title: Acme
customization_version: "1.0"
sources: {upstream: {kind: path, path: ../upstream}}
tree: upstream
licence:
  file: LICENSE
  rules:
    - {versions: {to: 0.9.9}, name: MIT, needs_basis: false, texts: {TEXT: {}}}
    - {versions: {from: 1.0.0, to: 1.9.9}, name: Branded, needs_basis: true, texts: {TEXT: {}}}
bases: {python: {registry: "python:3.11", debian: {suite: bookworm, packages: [python3]}}}
images:
  app:
    about: {title: A, description: A, licences: A}
    source: {variants: {slim: {}}, memory: 1}
    stand: {port: 80, health: /health}
""".replace("TEXT", TEXT)
STEPS = StepsFile.model_validate(
    yaml.safe_load("""
steps:
  - id: title
    kind: text
    why: Ours.
    path: index.html
    alternatives: [{find: Tiny, replace: Acme}]
    proofs: [{layer: http, get: /, contains: Acme}]
""")
).steps
SOURCE = Source(
    inputs="s",
    version="1.2.0",
    sources={"upstream": FetchedSource(kind="path", version="1.2.0", resolved="r", address="a", fingerprint="f")},
    licence=TEXT,
    base="c",
    points={},
)
CHECK = Check(name="/", step="title", layer="http", passed=True, evidence="is 'Acme'")


def facts(**changes: Any) -> Facts:
    known = Facts(
        product=product(),
        steps=STEPS,
        every_step=STEPS,
        environment=environment({"basis": "enterprise-licence", "reference": "42"}),
        source=SOURCE,
        validation=Validation(inputs="v", source=identity(SOURCE), findings=(Finding(step="title", status="ok"),)),
        tree=tree(),
        image=image(),
        report=report(),
        held={"app"},
    )
    return replace(known, **changes)


def product() -> Product:
    return Product.model_validate(yaml.safe_load(PRODUCT))


def environment(licence: dict[str, Any], *gates: str, **more: Any) -> Environment:
    listed = gates or ("structure", "build", "runtime")
    return Environment.model_validate({"environment": "test", "licence": licence, "gates": listed, **more})


def tree(**changes: Any) -> Tree:
    step = AppliedStep(step="title", checkpoint="c1", files=(), matches=1)
    given = {"inputs": "t", "source": identity(SOURCE), "customization": "1.0", "tree": "t1", "verified": True}
    return Tree.model_validate({**given, "steps": (step,), **changes})


def image(version: str = "1.2.0", **more: Any) -> Image:
    given = {
        "reference": "graft/acme/app:t1",
        "size": 1,
        "seconds": 1,
        "strategy": "release",
        "bases": {"python": OTHER},
    }
    built = BuiltImage.model_validate({**given, "image_id": ID, **more})
    return Image(inputs="i", tree="t1", version=version, images={"app": built})


def of_version(version: str) -> dict[str, Any]:
    """Source and images of another version."""
    return {"source": SOURCE.model_copy(update={"version": version}), "image": image(version)}


def report(*checks: Check, image_id: str = ID) -> SmokeReport:
    return SmokeReport(
        inputs=proving.inputs(product(), STEPS, environment({"basis": "none"}), tree(), image()),
        environment="test",
        images={"app": image_id},
        checks={"app": checks or (CHECK,)},
        seconds_to_healthy={"app": 1.0},
    )


def gate(name: str, known: Facts) -> GateResult:
    return next(result for result in evaluate(known) if result.gate == name)
