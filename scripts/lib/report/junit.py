"""The report as JUnit XML, for what reads test results: a suite for each set of checks, a case for each of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from xml.etree import ElementTree as XML

from scripts.lib.records import PART_OF, Check
from scripts.lib.report.model import Report
from scripts.lib.report.words import Redaction

End = Literal["passed", "failure", "error", "skipped"]
"""Right; wrong; not known, where it must be; not looked at."""


@dataclass(frozen=True)
class Case:
    """One test as JUnit knows it."""

    of: str
    name: str
    end: End = "passed"
    says: str = ""
    seconds: float = 0.0


def render(report: Report, redaction: Redaction) -> str:
    """Return the XML."""
    root = XML.Element("testsuites", {"name": redaction(report.found.product)})
    suites = {name: list(cases) for name, cases in _suites(report)}
    for name, cases in suites.items():
        root.append(_suite(report, redaction, name, cases))
    _count(root, [case for cases in suites.values() for case in cases])
    XML.indent(root)
    return XML.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suites(report: Report) -> Iterator[tuple[str, Iterator[Case]]]:
    """Yield each set of checks with its name."""
    found = report.found
    yield "line", (_of_link(link.stage, link.state, link.says) for link in found.links)
    yield "customizations", _of_steps(report)
    for image, checks in (found.smoke.checks if found.smoke else {}).items():
        for part in dict.fromkeys(PART_OF.get(check.layer, "proofs") for check in checks):
            own = (check for check in checks if PART_OF.get(check.layer, "proofs") == part)
            yield f"{image} {part}", (_of_check(image, check) for check in own)
    yield "brand", _of_coverage(report)
    for judged in report.judged:
        yield f"gates of {judged.environment}", _of_gates(report, judged.environment)


def _of_link(stage: str, state: str, says: str) -> Case:
    if state == "refused":
        return Case("line", stage, "failure", says)
    if state == "ok":
        return Case("line", stage)
    return Case("line", stage, "skipped", "out of date" if state == "stale" else "there is no record of it")


def _of_steps(report: Report) -> Iterator[Case]:
    """Yield each step as the source and the tree took it; what was seen of it is in the images' own suites."""
    findings = {one.step: one for one in (report.found.validation.findings if report.found.validation else ())}
    for one in report.customizations:
        finding = findings.get(one.step.id)
        if finding is None:
            yield Case("customizations", one.step.id, "skipped", "not validated")
        elif finding.status == "not-applicable":
            yield Case("customizations", one.step.id, "skipped", "not for this version")
        elif finding.status != "ok" or one.state == "undone":
            yield Case("customizations", one.step.id, "failure", finding.message or one.state)
        else:
            yield Case("customizations", one.step.id)


def _of_check(image: str, check: Check) -> Case:
    end: End = "passed" if check.passed else "failure"
    return Case(f"{image}.{check.step or 'image'}", check.name, end, check.evidence, check.seconds)


def _of_coverage(report: Report) -> Iterator[Case]:
    """Yield each surface; its leaks that nobody allowed make it fail."""
    smoke = report.found.smoke
    for image, coverage in (smoke.coverage if smoke else {}).items():
        leaks = [leak for leak in coverage.leaks if leak.allowed is None]
        known = [surface.surface for surface in coverage.surfaces]
        for surface in dict.fromkeys([*known, *(leak.surface for leak in leaks)]):
            own = [f"{leak.word} in {leak.place}: {leak.excerpt}" for leak in leaks if leak.surface == surface]
            yield Case(f"{image}.brand", surface, "failure" if own else "passed", "\n".join(own))


def _of_gates(report: Report, environment: str) -> Iterator[Case]:
    verdict = report.found.verdicts.get(environment)
    ends: dict[str, End] = {"passed": "passed", "failed": "failure", "unknown": "error"}
    if verdict is None:
        yield Case(f"gates.{environment}", "verdict", "skipped", "these images were not judged")
    for gate in verdict.gates if verdict else ():
        end = ends[gate.state] if gate.asked else "skipped"
        yield Case(f"gates.{environment}", gate.gate, end, gate.because)


def _suite(report: Report, redaction: Redaction, name: str, cases: Sequence[Case]) -> XML.Element:
    suite = XML.Element("testsuite", {"name": redaction(name)})
    _count(suite, cases)
    suite.set("timestamp", report.found.made.strftime("%Y-%m-%dT%H:%M:%S"))
    for case in cases:
        suite.append(_case(report.found.product, redaction, case))
    return suite


def _case(product: str, redaction: Redaction, case: Case) -> XML.Element:
    given = {"classname": redaction(f"{product}.{case.of}"), "name": redaction(case.name)}
    element = XML.Element("testcase", given | {"time": f"{case.seconds:.3f}"})
    says = redaction(case.says)
    if case.end == "skipped":
        XML.SubElement(element, "skipped", {"message": says})
    elif case.end != "passed":
        told = {"message": says.partition("\n")[0], "type": "refused" if case.end == "failure" else "unknown"}
        XML.SubElement(element, case.end, told).text = says
    elif says:
        XML.SubElement(element, "system-out").text = says
    return element


def _count(element: XML.Element, cases: Sequence[Case]) -> None:
    element.set("tests", str(len(cases)))
    for end, name in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        element.set(name, str(sum(case.end == end for case in cases)))
    element.set("time", f"{sum(case.seconds for case in cases):.3f}")
