"""Decide whether this image may be published for the environment.

Evaluates the gates that the environment lists, and the licence always. A gate is passed, failed or unknown; only
passed passes (exit code 20 else). The Verdict is written in either case. Reads every record before it and asks the
engine whether it still has the image.
"""

import argparse

from scripts.lib import cli, engine, proving, records
from scripts.lib.cli import Done
from scripts.lib.errors import GateRefused
from scripts.lib.gates import Facts, evaluate, hint, inputs
from scripts.lib.records import Image, SmokeReport, Source, Tree, Validation, Verdict
from scripts.lib.settings.selection import Selection


def gate(selection: Selection, given: argparse.Namespace) -> Done:  # noqa: ARG001  the form of every stage
    """Return the verdict in a line; raises GateRefused with every gate that did not pass."""
    name = selection.environment.environment
    verdict = _verdict(_facts(selection))
    before = records.find(selection.checkout, Verdict, name)
    records.write(selection.checkout, verdict, name)
    refused = [gate for gate in verdict.gates if gate.state != "passed"]
    if refused:
        raise GateRefused(
            [f"{gate.gate} is {gate.state}: {gate.because}" for gate in refused],
            hint="; ".join(hint(gate, name) for gate in refused),
        )
    says = f"{', '.join(gate.gate for gate in verdict.gates if gate.asked)} passed for {name}"
    left_out = [gate.gate for gate in verdict.gates if not gate.asked]
    says += f"; not asked: {', '.join(left_out)}" if left_out else ""
    return Done(f"{says}, up to date" if verdict == before else says, verdict == before)


def _facts(selection: Selection) -> Facts:
    place = selection.checkout
    image = records.need(place, Image, "build")
    return Facts(
        product=selection.product,
        steps=selection.steps,
        every_step=selection.every_step,
        environment=selection.environment,
        source=records.find(place, Source),
        validation=records.find(place, Validation),
        tree=records.find(place, Tree),
        image=image,
        report=records.find(place, SmokeReport),
        held={name for name, built in image.images.items() if engine.held(built.image_id, built.reference)},
        proving=proving.files(place, selection.product),
    )


def _verdict(facts: Facts) -> Verdict:
    """Judge anew each time: that takes no longer than to see whether it is needed."""
    gates = evaluate(facts)
    return Verdict(
        inputs=inputs(facts.product, facts.every_step, facts.environment, gates),
        environment=facts.environment.environment,
        version=facts.image.version,
        images={name: built.image_id for name, built in facts.image.images.items()},
        gates=gates,
    )


if __name__ == "__main__":
    cli.main("gate", gate, __doc__, reported="always")
