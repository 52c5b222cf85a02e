"""Gates: what must be known and true of the images before they may be published for an environment. Pure."""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass

from scripts.lib import proving
from scripts.lib.licence.judgement import judge_all
from scripts.lib.records import (
    PART_OF,
    GateResult,
    Image,
    Part,
    SmokeReport,
    Source,
    Tree,
    Validation,
    digest_of,
    identity,
)
from scripts.lib.settings.base import Frozen
from scripts.lib.settings.environment import Environment, Gate
from scripts.lib.settings.product import Product
from scripts.lib.settings.steps import Step

NO_RECORD = "none"


@dataclass(frozen=True)
class Facts:
    """Everything that gates look at. A record that is not there is None, and what needs it is unknown."""

    product: Product
    steps: Sequence[Step]
    """Those that brand the tree."""
    every_step: Sequence[Step]
    """And after them those of further sets, which a build may apply to its copy of the tree."""
    environment: Environment
    source: Source | None
    validation: Validation | None
    tree: Tree | None
    image: Image
    report: SmokeReport | None
    held: Set[str]
    """Names of the images that the engine still has, exactly these."""
    proving: str = ""
    """Identity of the further files that smoke goes by."""


@dataclass(frozen=True)
class _Findings:
    """What keeps a gate from passing: what is wrong, and what is not known."""

    failed: Sequence[str] = ()
    unknown: Sequence[str] = ()


def evaluate(facts: Facts) -> tuple[GateResult, ...]:
    """Return the result of every gate that the environment requires; licence is always among them."""
    required: dict[Gate, None] = dict.fromkeys((*facts.environment.gates, "licence"))
    return tuple(_judged(gate, facts) for gate in required)


def _judged(gate: Gate, facts: Facts) -> GateResult:
    """Judge one gate, unless the product says why nobody asks it; it has nothing then that could be looked at."""
    why = facts.product.not_asked.get(gate) if gate in ("branding", "functions") else None
    if why is None:
        return _GATES[gate](facts)
    because = f"not asked of {facts.product.product}: {why}"
    return GateResult(gate=gate, state="passed", because=because, evidence=NO_RECORD, asked=False)


def inputs(product: Product, steps: Sequence[Step], environment: Environment, results: Sequence[GateResult]) -> str:
    """Return the identity of what gates look at: the records, each by the result it led to, and the settings."""
    return digest_of(
        *(f"{result.gate} {result.state} {result.evidence}" for result in results),
        environment.model_dump_json(include={"licence", "gates", "limits"}),
        product.model_dump_json(include={"licence", "images", "not_asked"}),
        *(step.model_dump_json() for step in steps),
    )


def hint(result: GateResult, environment: str) -> str:
    """Return what to do about a gate that did not pass."""
    if result.gate == "licence" and result.state == "unknown":
        return "read the licence file of this version, and write what it is into licence.rules of product.yaml"
    if result.gate == "licence":
        return f"state the basis, where there is one, in compose/environments/{environment}.yaml"
    task = {"structure": "customize", "build": "build"}.get(result.gate, "smoke")
    return f"run: ENVIRONMENT={environment} invoke {task}"


def _structure(facts: Facts) -> GateResult:
    """Every step fits the source, and the tree shows every end state and belongs to that source."""
    source, validation, tree = facts.source, facts.validation, facts.tree
    if source is None or validation is None or tree is None:
        return _result("structure", tree, _Findings(unknown=_missing(facts, "source", "validation", "tree")))
    unknown = [
        f"the {name} is about another source than the one fetched"
        for name, of in (("Validation", validation.source), ("Tree", tree.source))
        if of != identity(source)
    ]
    known = {step.step for step in tree.steps}
    unknown += [f"the Tree knows no step {step.id}" for step in facts.steps if step.id not in known]
    failed = [f"{f.step} is {f.status}" for f in validation.findings if f.status not in ("ok", "not-applicable")]
    failed += [*validation.disagreements, *(f"{step} is undone" for step in tree.undone)]
    failed += [] if tree.verified else ["the end states were not seen on the finished tree"]
    applied = sum(1 for step in tree.steps if step.checkpoint)
    return _result("structure", tree, _Findings(failed, unknown), f"{applied} steps applied and verified")


def _build(facts: Facts) -> GateResult:
    """The images belong to the tree, and the engine still has exactly them."""
    if facts.tree is None:
        return _result("build", facts.image, _Findings(unknown=_missing(facts, "tree")))
    unknown = [] if facts.image.tree == facts.tree.tree else ["the images were built from another tree"]
    names = list(dict.fromkeys([*facts.image.images, *facts.product.images_of(facts.image.version)]))
    failed = []
    for name in names:
        built = facts.image.images.get(name)
        if built is None:
            failed.append(f"{name} was not built")
        elif name not in facts.held:
            failed.append(f"the engine no longer has {built.reference} with ID {built.image_id}")
    return _result("build", facts.image, _Findings(failed, unknown), f"{len(names)} of this tree, still in the engine")


def _runtime(facts: Facts) -> GateResult:
    """The running images, exactly these, showed every proof that needs no browser."""
    return _seen(facts, "runtime", "proofs")


def _branding(facts: Facts) -> GateResult:
    """A browser saw every proof, and no upstream brand that nobody allowed."""
    return _seen(facts, "branding", "branding")


def _functions(facts: Facts) -> GateResult:
    """The application does what its users need of it."""
    return _seen(facts, "functions", "functions")


def _seen(facts: Facts, gate: Gate, part: Part) -> GateResult:
    """Judge one part of the SmokeReport."""
    report, tree = facts.report, facts.tree
    if report is None or tree is None:
        return _result(gate, report, _Findings(unknown=_missing(facts, "report", "tree")))
    ids = {name: built.image_id for name, built in facts.image.images.items()}
    if report.images != ids:
        unknown = ["the SmokeReport is about other images"]
    elif report.inputs != _inputs(facts, tree):
        unknown = [f"the SmokeReport is about other proofs or limits than {facts.environment.environment} has now"]
    elif part not in report.parts:
        unknown = [f"{part}: not looked at"]
    else:
        unknown = []
    unknown += [f"nothing was looked at on {name}" for name in ids if not report.of(part).get(name)]
    unknown += _not_looked_at(facts, report, part)
    count = sum(len(checks) for checks in report.of(part).values())
    return _result(gate, report, _Findings(report.problems_of(part), unknown), f"{count} checks passed")


def _inputs(facts: Facts, tree: Tree) -> str:
    return proving.inputs(facts.product, facts.every_step, facts.environment, tree, facts.image, facts.proving)


def _not_looked_at(facts: Facts, report: SmokeReport, part: Part) -> list[str]:
    """Return the steps that have proofs of this part, of which nobody looked at one."""
    looked_at = {check.step for checks in report.of(part).values() for check in checks}
    applied = [step.step for step in facts.tree.steps if step.checkpoint] if facts.tree else []
    applied += [step for built in facts.image.images.values() for of_set in built.sets.values() for step in of_set]
    parts = {step.id: {PART_OF.get(proof.layer, "proofs") for proof in step.proofs} for step in facts.every_step}
    return [
        f"no proof of {step} was looked at"
        for step in applied
        if step not in looked_at and part in parts.get(step, {"proofs"})
    ]


def _licence(facts: Facts) -> GateResult:
    """The licences of this version, the tree's and those of what is laid into it, allow what the environment does."""
    source, version = facts.source, facts.image.version
    if source is None:
        return _result("licence", source, _Findings(unknown=_missing(facts, "source")))
    if source.version != version:
        told = f"the Source is version {source.version}, the images are of {version}"
        return _result("licence", source, _Findings(unknown=[told]))
    judged = judge_all(facts.product, source, facts.environment.licence)
    problems = [] if judged.state == "passed" else [judged.because]
    found = _Findings(unknown=problems) if judged.state == "unknown" else _Findings(problems)
    return _result("licence", source, found, judged.because)


def _missing(facts: Facts, *names: str) -> list[str]:
    made_by = {"source": "fetch", "validation": "validate", "tree": "customize", "report": "smoke"}
    return [f"there is no record of {made_by[name]}" for name in names if getattr(facts, name) is None]


def _result(gate: Gate, read: Frozen | None, found: _Findings, passed: str = "") -> GateResult:
    """Fail on what is wrong, else be unknown on what is not known, else pass."""
    problems = [*found.failed, *found.unknown]
    state = "failed" if found.failed else "unknown" if found.unknown else "passed"
    return GateResult(
        gate=gate,
        state=state,
        because="; ".join(problems) or passed,
        evidence=identity(read) if read else NO_RECORD,
    )


_GATES: dict[Gate, Callable[[Facts], GateResult]] = {
    "structure": _structure,
    "build": _build,
    "runtime": _runtime,
    "branding": _branding,
    "functions": _functions,
    "licence": _licence,
}
