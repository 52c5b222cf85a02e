"""Bad steps and proofs: each message names the place, and the nearest name."""

from pathlib import Path

import pytest

from scripts.lib.settings.steps import StepsFile
from tests.unit.lib.settings.loading.conftest import STEP, problems


@pytest.mark.parametrize(
    ("wrong", "right", "place"),
    [
        ("whi: a reason", "why: a reason", "steps[0].whi: unknown key, did you mean 'why'?"),
        ("{ fnd: old,", "{ find: old,", "steps[0].alternatives[0].fnd: unknown key, did you mean 'find'?"),
        ("contians: new", "contains: new", "steps[0].proofs[0].contians: unknown key, did you mean 'contains'?"),
        ("versions: { form: 1.0.0 }", "why: a reason", "steps[0].versions.form: unknown key, did you mean 'from'?"),
    ],
)
def test_an_unknown_key_in_a_step_is_told_with_its_path_and_the_nearest_name(
    written: Path, wrong: str, right: str, place: str
) -> None:
    assert place in problems(written, StepsFile, STEP.replace(right, wrong))


@pytest.mark.parametrize(
    ("proof", "place"),
    [
        ("{ layer: http, locale_texts: true, versoins: {} }", "versoins: unknown key, did you mean 'versions'?"),
        ("{ layer: http, bundle_contains: x, cuont: 1 }", "cuont: unknown key, did you mean 'count'?"),
        ("{ layer: image-config, labls: { a: b } }", "labls: unknown key, did you mean 'labels'?"),
        ("{ layer: image-file, path: /a, absnt: true }", "absnt: unknown key, did you mean 'absent'?"),
        ("{ layer: tree, raeson: as it is }", "raeson: unknown key, did you mean 'reason'?"),
    ],
)
def test_an_unknown_key_in_any_kind_of_proof_is_told_with_the_nearest_name(
    written: Path, proof: str, place: str
) -> None:
    text = STEP.replace("{ layer: http, get: /, contains: new }", proof)
    assert f"steps[0].proofs[0].{place}" in problems(written, StepsFile, text)


def test_a_step_without_a_proof_is_refused(written: Path) -> None:
    text = STEP.replace("    proofs:\n      - { layer: http, get: /, contains: new }\n", "")
    assert problems(written, StepsFile, text) == ["steps[0].proofs: is missing"]


def test_a_proof_of_an_unknown_layer_is_refused(written: Path) -> None:
    text = STEP.replace("layer: http", "layer: htpp")
    assert problems(written, StepsFile, text) == [
        "steps[0].proofs[0]: needs a layer: browser, http, image-config, image-file or tree"
    ]


@pytest.mark.parametrize(
    ("proof", "place"),
    [
        ("{ layer: http, get: /, contains: '' }", "contains: must not be empty (it is '')"),
        ("{ layer: http, bundle_contains: '' }", "bundle_contains: must not be empty (it is '')"),
        ("{ layer: image-file, path: /a, contains: '' }", "contains: must not be empty (it is '')"),
        (
            "{ layer: http, get: /, xpath: '//[', equals: a }",
            "xpath: is not an XPath: Invalid expression (it is '//[')",
        ),
    ],
)
def test_a_proof_that_cannot_fail_or_never_pass_is_refused(written: Path, proof: str, place: str) -> None:
    text = STEP.replace("{ layer: http, get: /, contains: new }", proof)
    assert problems(written, StepsFile, text) == [f"steps[0].proofs[0].{place}"]


def test_a_step_id_that_stands_twice_is_refused(written: Path) -> None:
    assert problems(written, StepsFile, STEP + STEP.removeprefix("steps:\n")) == ["step title stands twice"]
