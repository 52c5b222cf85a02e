"""What publish refuses before it touches engine or registry."""

import argparse
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from scripts import publish as stage
from scripts.lib import engine, gates, publishing, records
from scripts.lib.commands import docker
from scripts.lib.errors import Failure, GateRefused, RecordMissing
from scripts.lib.records import BuiltImage, GateResult, Image, Tree, Verdict
from scripts.lib.settings.environment import SmallDeployment
from scripts.lib.settings.images import Limits
from scripts.lib.settings.selection import Selection, select
from tests.tiny import make_checkout

ID, OTHER = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"
PASSED = GateResult(gate="build", state="passed", because="", evidence="")
TREE = Tree(inputs="i", source="s", customization="1.0", tree="d" * 40, steps=(), verified=True)
BUILT = BuiltImage(reference="graft/tiny:1", image_id=ID, size=1, seconds=1, strategy="release", bases={})
IMAGE = Image(inputs="i", tree=TREE.tree, version="1.0.0", images={"tiny": BUILT})
VERDICT = Verdict(inputs="i", environment="test", version="1.0.0", images={"tiny": ID}, gates=(PASSED,))


@pytest.fixture
def selection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Selection:
    monkeypatch.setenv("CHECKOUT", str(make_checkout(tmp_path)))
    found = select("tiny", "test")
    records.write(found.checkout, TREE)
    records.write(found.checkout, IMAGE)
    return found


def judged(selection: Selection) -> Verdict:
    """The verdict as the gate gives it under the present settings."""
    under = gates.inputs(selection.product, selection.every_step, selection.environment, VERDICT.gates)
    return VERDICT.model_copy(update={"inputs": under})


def refusal(selection: Selection, verdict: Verdict | None) -> Failure:
    if verdict:
        records.write(selection.checkout, verdict, "test")
    with pytest.raises(Failure) as caught:
        stage.publish(selection, argparse.Namespace())
    return caught.value


def test_without_a_verdict_nothing_is_published(selection: Selection) -> None:
    failure = refusal(selection, None)
    assert isinstance(failure, RecordMissing)
    assert "verdict.test.json is missing" in failure.problems[0]


@pytest.mark.parametrize("state", ["failed", "unknown"])
def test_a_gate_that_did_not_pass_refuses_with_its_reason(selection: Selection, state: str) -> None:
    gate = GateResult.model_validate({"gate": "runtime", "state": state, "because": "wrong name", "evidence": ""})
    failure = refusal(selection, VERDICT.model_copy(update={"gates": (PASSED, gate)}))
    assert isinstance(failure, GateRefused)
    assert failure.problems == (f"gate runtime is {state}: wrong name",)


def test_a_verdict_without_gates_refuses(selection: Selection) -> None:
    assert isinstance(refusal(selection, VERDICT.model_copy(update={"gates": ()})), GateRefused)


def test_a_verdict_of_another_environment_refuses(selection: Selection) -> None:
    failure = refusal(selection, VERDICT.model_copy(update={"environment": "production"}))
    assert failure.problems == ("the verdict is about environment production, not test",)


@pytest.mark.parametrize(
    ("judged", "said"),
    [
        ({"tiny": OTHER}, f"the verdict is about tiny {OTHER}, built is {ID}"),
        ({"tiny": ID, "more": OTHER}, f"the verdict is about more {OTHER}, built is nothing"),
        ({}, f"the verdict is about tiny not at all, built is {ID}"),
    ],
)
def test_a_verdict_about_other_images_refuses(selection: Selection, judged: dict[str, str], said: str) -> None:
    failure = refusal(selection, VERDICT.model_copy(update={"images": judged}))
    assert isinstance(failure, RecordMissing)
    assert failure.problems == (said,)


def changed(selection: Selection, what: str) -> Selection:
    product, environment = selection.product, selection.environment
    match what:
        case "licence":
            unknown = product.licence.model_copy(update={"rules": product.licence.rules[:0]})
            return replace(selection, product=product.model_copy(update={"licence": unknown}))
        case "steps":
            return replace(selection, steps=selection.steps[1:])
        case "basis":
            basis = SmallDeployment(basis="small-deployment", end_users=1)
            return replace(selection, environment=environment.model_copy(update={"licence": basis}))
        case "gates":
            return replace(selection, environment=environment.model_copy(update={"gates": ("build",)}))
        case _:
            return replace(selection, environment=environment.model_copy(update={"limits": Limits(memory="1g")}))


@pytest.mark.parametrize("what", ["licence", "steps", "basis", "gates", "limits"])
def test_a_verdict_of_other_settings_refuses(selection: Selection, what: str) -> None:
    failure = refusal(changed(selection, what), judged(selection))
    assert isinstance(failure, RecordMissing)
    assert "was given under other settings" in failure.problems[0]
    assert failure.hint == "run: ENVIRONMENT=test invoke gate"


def test_a_verdict_on_another_smoke_report_refuses(selection: Selection) -> None:
    runtime = GateResult(gate="runtime", state="passed", because="", evidence="an older report")
    under = gates.inputs(selection.product, selection.every_step, selection.environment, (runtime,))
    failure = refusal(selection, VERDICT.model_copy(update={"gates": (runtime,), "inputs": under}))
    assert failure.problems == ("the verdict for test was given on another SmokeReport than the present one",)


def test_a_verdict_of_the_present_settings_is_taken_as_far_as_the_engine(
    selection: Selection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "image_id", lambda _: None)
    monkeypatch.setattr(engine, "held", lambda *_: None)
    monkeypatch.setattr(publishing, "connected", lambda _: None)
    assert "engine" in refusal(selection, judged(selection)).problems[0]


def test_an_image_of_another_tree_is_not_published_under_the_present_one(selection: Selection) -> None:
    records.write(selection.checkout, TREE.model_copy(update={"tree": "e" * 40}))
    failure = refusal(selection, judged(selection))
    assert failure.problems == ("the images were built from another tree than the present one",)


def test_a_tag_that_somebody_took_while_the_bytes_travelled_is_refused(
    selection: Selection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tree's tag is free when publish begins and another image's when it comes to tag."""
    manifests = {"before": None, "after": SimpleNamespace(image=OTHER)}
    moment = ["before"]
    put: list[str] = []
    target = SimpleNamespace(
        host="r", manifest=lambda *_: manifests[moment[0]], put_manifest=lambda _, tag, __: put.append(tag)
    )

    def push(*_: object) -> SimpleNamespace:
        moment[0] = "after"
        return SimpleNamespace(digest=ID, image=ID, image_id=ID)

    monkeypatch.setattr(publishing, "connected", lambda _: target)
    monkeypatch.setattr(stage, "_require_engine_has", lambda _: None)
    monkeypatch.setattr(stage, "_push", push)
    failure = refusal(selection, judged(selection))
    assert isinstance(failure, GateRefused)
    assert f"is there with the image {OTHER}" in failure.problems[0]
    assert put == []


def test_the_line_that_starts_an_image_names_port_and_volumes() -> None:
    assert docker.run("tiny", "r/tiny@sha256:1", port=8080, volumes=["/data", "/more"]) == [
        *("docker", "run", "--detach", "--name", "tiny", "--restart", "unless-stopped"),
        *("--publish", "127.0.0.1:8080:8080"),
        *("--volume", "tiny:/data", "--volume", "tiny2:/more", "r/tiny@sha256:1"),
    ]
