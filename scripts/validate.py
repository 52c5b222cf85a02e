"""Check every customization against the upstream, before anything is written.

Each step is tried in memory on the files as the earlier steps leave them. All steps that do not fit are told in one
pass: which file and line, what was looked for, and the place that is most like it. Then the exit code is 20.

Where all fit, the tree as they leave it is looked at too: every import of its Python code must have a package in our
list of requirements, and every package of the list an import or a reason; and what is locked must be of these lists.
"""

import argparse

from scripts.lib import cli, customization, records
from scripts.lib.cli import Done
from scripts.lib.files import Changed
from scripts.lib.records import Source, Validation
from scripts.lib.settings.selection import Selection


def validate(selection: Selection, given: argparse.Namespace) -> Done:  # noqa: ARG001  as all stages
    """Return when every step fits, or is for other versions."""
    checkout = selection.checkout
    source = records.need(checkout, Source, "fetch")
    inputs = customization.inputs(selection, source)
    record = records.find(checkout, Validation)
    known = record is not None and record.inputs == inputs
    if record is None or not known:
        record = _check(selection, source, inputs)
        records.write(checkout, record)
    customization.refuse_misfits(record.findings, checkout.customizations / "steps.yaml")
    customization.refuse_disagreements(record.disagreements)
    says = _says(record, source)
    return Done(f"{says}, up to date", up_to_date=True) if known else Done(says)


def _check(selection: Selection, source: Source, inputs: str) -> Validation:
    from scripts.lib import image_locks, steps

    tree = Changed(customization.upstream(selection, source))
    met = steps.meet_all(selection.steps, tree, customization.context(selection, source))
    findings = tuple(one.finding for one in met)
    disagreements: list[str] = []
    if all(finding.status in customization.FINE for finding in findings):
        disagreements = image_locks.disagreements(selection, source.version, tree)
        if not disagreements:
            image_locks.require_current(selection, source.version, tree)
    return Validation(
        inputs=inputs, source=records.identity(source), findings=findings, disagreements=tuple(disagreements)
    )


def _says(record: Validation, source: Source) -> str:
    fitting = [finding for finding in record.findings if finding.status == "ok"]
    others = len(record.findings) - len(fitting)
    besides = f", {others} are for other versions" if others else ""
    return f"{len(fitting)} steps fit {source.version}{besides}"


if __name__ == "__main__":
    cli.main("validate", validate, __doc__, reported="refused")
