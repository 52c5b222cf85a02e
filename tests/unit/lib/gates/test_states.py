"""Gates as tables: what is known, what the environment says, and the state that follows."""

from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from scripts.lib.gates import evaluate, hint
from scripts.lib.records import AppliedStep, Finding, Validation, identity
from scripts.lib.settings.product import Product
from tests.unit.lib.gates.known import (
    CHECK,
    ID,
    OTHER,
    PRODUCT,
    SOURCE,
    STEPS,
    environment,
    facts,
    gate,
    image,
    of_version,
    report,
    tree,
)


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


def test_a_step_that_does_not_apply_needs_no_proof() -> None:
    known = facts(tree=tree(steps=(UNDONE_STEP,)), report=report(CHECK.model_copy(update={"step": None})))
    assert gate("runtime", known).state == "passed"
