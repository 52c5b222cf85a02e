"""The image of the real upstream, looked at in every way: its proofs, its pages, what it does, whose brand it bears."""

from typing import Any

import pytest

from tests.e2e.conftest import Line

NAME = "everything"
ENVIRONMENT = f"""
environment: {NAME}
licence: {{ basis: small-deployment, end_users: 50 }}
gates: [structure, build, runtime, branding, functions, licence]
"""


@pytest.fixture(scope="module")
def judged(line: Line) -> Line:
    """The clean clone, once an environment that asks for all gates has judged the image."""
    (line.checkout / f"compose/environments/{NAME}.yaml").write_text(ENVIRONMENT)
    asking = Line(line.checkout, line.env | {"ENVIRONMENT": NAME})
    asking.invoke("gate")
    return asking


def test_every_gate_passes(judged: Line) -> None:
    gates: Any = judged.record(f"verdict.{NAME}")["gates"]
    assert {gate["gate"]: gate["state"] for gate in gates} == dict.fromkeys(
        ("structure", "build", "runtime", "branding", "functions", "licence"), "passed"
    )


def test_a_browser_saw_every_step_whose_effect_a_browser_shows(judged: Line) -> None:
    report: Any = judged.record("smoke-report")
    layers = {check["layer"] for checks in report["checks"].values() for check in checks}
    assert {"http", "image-file", "browser", "function"} <= layers
    assert (
        len({shot["path"] for shot in report["shots"]})
        == len(report["shots"])
        > len({s["page"] for s in report["shots"]})
    )
    assert all((judged.checkout / "out/lusochat" / shot["path"]).is_file() for shot in report["shots"])


def test_nothing_of_the_upstreams_brand_is_left_that_nobody_allowed(judged: Line) -> None:
    coverage: Any = judged.record("smoke-report")["coverage"]
    leaks = [leak for found in coverage.values() for leak in found["leaks"]]
    assert coverage
    assert [leak for leak in leaks if leak["allowed"] is None] == []
