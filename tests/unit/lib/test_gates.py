"""Gates as tables: what is known, what the environment says, and the state that follows."""

from dataclasses import replace
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from scripts.lib import proving
from scripts.lib.gates import Facts, evaluate, hint
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


def test_all_gates_pass_where_all_is_known_and_well() -> None:
    assert {result.gate: result.state for result in evaluate(facts())} == {
        "structure": "passed",
        "build": "passed",
        "runtime": "passed",
        "licence": "passed",
    }


def test_each_result_names_the_record_it_was_read_from() -> None:
    known = facts()
    assert [r.evidence for r in evaluate(known)] == [
        identity(record) for record in (known.tree, known.image, known.report, known.source) if record
    ]


def test_licence_is_evaluated_where_the_environment_does_not_list_it() -> None:
    known = facts(environment=environment({"basis": "none"}, "build"))
    assert [(r.gate, r.state) for r in evaluate(known)] == [("build", "passed"), ("licence", "failed")]


UNDONE_STEP = AppliedStep(step="title", checkpoint=None, files=(), matches=0)


@pytest.mark.parametrize(
    ("name", "changes", "state", "because"),
    [
        ("structure", {"validation": None}, "unknown", "there is no record of validate"),
        ("structure", {"tree": None}, "unknown", "there is no record of customize"),
        ("structure", {"tree": tree(source="other")}, "unknown", "the Tree is about another source"),
        ("structure", {"tree": tree(steps=())}, "unknown", "the Tree knows no step title"),
        ("structure", {"tree": tree(undone=("title",))}, "failed", "title is undone"),
        ("structure", {"tree": tree(verified=False)}, "failed", "the end states were not seen"),
        (
            "structure",
            {"validation": Validation(inputs="v", source="other", findings=())},
            "unknown",
            "the Validation is about another source",
        ),
        (
            "structure",
            {
                "validation": Validation(
                    inputs="v", source=identity(SOURCE), findings=(Finding(step="title", status="gone"),)
                )
            },
            "failed",
            "title is gone",
        ),
        ("build", {"tree": None}, "unknown", "there is no record of customize"),
        ("build", {"tree": tree(tree="t2")}, "unknown", "the images were built from another tree"),
        ("build", {"held": set()}, "failed", f"the engine no longer has graft/acme/app:t1 with ID {ID}"),
        ("build", {"image": image().model_copy(update={"images": {}})}, "failed", "app was not built"),
        ("runtime", {"report": None}, "unknown", "there is no record of smoke"),
        ("runtime", {"report": report(image_id=OTHER)}, "unknown", "the SmokeReport is about other images"),
        (
            "runtime",
            {"report": report(CHECK.model_copy(update={"passed": False, "evidence": "is 'Tiny'"}))},
            "failed",
            "title: /: is 'Tiny'",
        ),
        (
            "runtime",
            {"report": report(CHECK.model_copy(update={"step": None}))},
            "unknown",
            "no proof of title was looked at",
        ),
        ("runtime", {"image": image(sets={"source": ("heap",)})}, "unknown", "no proof of heap was looked at"),
        ("licence", {"source": None}, "unknown", "there is no record of fetch"),
        ("licence", {"source": SOURCE.model_copy(update={"licence": None})}, "unknown", "the source has no LICENSE"),
        ("licence", of_version("2.0.0"), "unknown", "no licence rule of the product covers version 2.0.0"),
        ("licence", {"image": image("1.3.0")}, "unknown", "the Source is version 1.2.0, the images are of 1.3.0"),
    ],
)
def test_what_is_wrong_fails_and_what_is_not_known_is_unknown(
    name: str, changes: dict[str, Any], state: str, because: str
) -> None:
    found = gate(name, facts(**changes))
    assert found.state == state
    assert because in found.because


def test_a_report_of_other_proofs_or_other_limits_is_unknown() -> None:
    others = (STEPS[0].model_copy(update={"why": "Another."}),)
    tighter = environment({"basis": "none"}, limits={"memory": "1g"})
    for known in (facts(every_step=others), facts(environment=tighter)):
        found = gate("runtime", known)
        assert (found.state, found.because) == (
            "unknown",
            "the SmokeReport is about other proofs or limits than test has now",
        )
        assert hint(found, "test") == "run: ENVIRONMENT=test invoke smoke"


def test_one_report_is_for_all_environments_with_the_same_limits() -> None:
    other = environment({"basis": "none"}, "runtime").model_copy(update={"environment": "production"})
    assert gate("runtime", facts(environment=other)).state == "passed"


def test_code_and_requirements_that_do_not_agree_fail() -> None:
    told = "main.py:1: `import yaml`: no package of a.yaml brings yaml"
    known = Validation(inputs="v", source=identity(SOURCE), findings=(), disagreements=(told,))
    found = gate("structure", facts(validation=known))
    assert (found.state, found.because) == ("failed", told)


def test_a_gate_that_the_product_does_not_ask_for_passes_with_its_reason() -> None:
    asked = environment({"basis": "none"}, "branding")
    assert gate("branding", facts(environment=asked)).state == "unknown"
    told = Product.model_validate(yaml.safe_load(PRODUCT) | {"not_asked": {"branding": "it keeps its own name"}})
    found = gate("branding", facts(environment=asked, product=told))
    assert (found.state, found.asked, found.because) == ("passed", False, "not asked of acme: it keeps its own name")


def test_a_gate_is_left_out_for_a_reason_only() -> None:
    with pytest.raises(ValidationError, match=r"not_asked\.branding: says no reason"):
        Product.model_validate(yaml.safe_load(PRODUCT) | {"not_asked": {"branding": " "}})


def test_a_missing_image_of_this_version_fails_and_one_of_other_versions_does_not() -> None:
    data = yaml.safe_load(PRODUCT)
    later = data["images"]["app"] | {"versions": {"from": "1.3.0"}}
    known = Product.model_validate(data | {"images": data["images"] | {"later": later}})
    assert gate("build", facts(product=known)).state == "passed"
    found = gate("build", facts(product=known, **of_version("1.3.0")))
    assert (found.state, "later was not built" in found.because) == ("failed", True)


@pytest.mark.parametrize(
    ("version", "text", "state", "because"),
    [
        ("0.5.0", TEXT, "passed", "Branded, enterprise-licence; other: MIT"),
        ("0.5.0", "0" * 64, "unknown", "other: nobody has read the LICENSE of 0.5.0 with sha256 000"),
        ("3.0.0", TEXT, "unknown", "other: no licence rule of the product covers version 3.0.0"),
    ],
)
def test_what_is_laid_into_the_tree_is_judged_by_its_own_licence(
    version: str, text: str, state: str, because: str
) -> None:
    data = yaml.safe_load(PRODUCT)
    other = {"kind": "path", "path": "../other", "into": "other", "licence": data["licence"]}
    known = Product.model_validate(data | {"sources": data["sources"] | {"other": other}})
    fetched = SOURCE.sources["upstream"].model_copy(update={"version": version, "licence": text})
    source = SOURCE.model_copy(update={"sources": SOURCE.sources | {"other": fetched}})
    found = gate("licence", facts(product=known, source=source))
    assert (found.state, because in found.because) == (state, True), found.because


def test_a_licence_text_that_nobody_has_read_is_unknown() -> None:
    found = gate("licence", facts(source=SOURCE.model_copy(update={"licence": "0" * 64})))
    assert (found.state, "nobody has read the LICENSE of 1.2.0 with sha256 000" in found.because) == ("unknown", True)
    assert "licence.rules of product.yaml" in hint(found, "test")


def test_a_step_that_does_not_apply_needs_no_proof() -> None:
    known = facts(tree=tree(steps=(UNDONE_STEP,)), report=report(CHECK.model_copy(update={"step": None})))
    assert gate("runtime", known).state == "passed"


@pytest.mark.parametrize(
    ("version", "basis", "state"),
    [
        ("0.5.0", {"basis": "none"}, "passed"),
        ("1.0.0", {"basis": "none"}, "failed"),
        ("1.0.0", {"basis": "small-deployment", "end_users": 50}, "passed"),
        ("1.0.0", {"basis": "small-deployment", "end_users": 51}, "failed"),
        ("1.9.9", {"basis": "written-permission", "reference": "letter of 2026-03-01"}, "passed"),
        ("1.9.9", {"basis": "enterprise-licence", "reference": "contract 42"}, "passed"),
        ("2.0.0", {"basis": "enterprise-licence", "reference": "contract 42"}, "unknown"),
    ],
)
def test_the_licence_is_a_matter_of_version_and_environment(version: str, basis: dict[str, Any], state: str) -> None:
    assert gate("licence", facts(environment=environment(basis), **of_version(version))).state == state


def test_without_a_basis_the_three_lawful_ways_are_named() -> None:
    because = gate("licence", facts(environment=environment({"basis": "none"}))).because
    assert all(way in because for way in ("small-deployment", "written-permission", "enterprise-licence"))
