"""What the documents name is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def names_in(folder: str) -> set[str]:
    files = ROOT.glob(f"tests/{folder}/test_*.py")
    return {name for file in files for name in re.findall(r"^def (test_\w+)", file.read_text(), re.MULTILINE)}


def test_the_table_of_faults_names_every_fault_test_and_no_other() -> None:
    text = (ROOT / "docs/faults.md").read_text()
    assert set(re.findall(r"`(test_\w+)`", text)) == names_in("faults")
    assert [path for path in re.findall(r"`((?:tests|scripts)/[\w./]+)`", text) if not (ROOT / path).exists()] == []


def test_the_table_of_the_stack_names_every_test_of_it_and_no_other() -> None:
    text = (ROOT / "docs/lamb-stack.md").read_text()
    assert set(re.findall(r"`(test_\w+)`", text)) == names_in("stack")
    assert [path for path in re.findall(r"`((?:tests|smoke)/[\w./]+)`", text) if not (ROOT / path).exists()] == []


LAMB = sorted(ROOT.glob("docs/lamb-*.md"))


def slugs(path: Path) -> set[str]:
    """The anchors of a page, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", LAMB, ids=lambda path: path.name)
def test_a_guide_names_nothing_that_is_not_there(path: Path) -> None:
    text = path.read_text()
    tests = {file.name for file in ROOT.glob("tests/**/test_*.py")}
    named = set(re.findall(r"`(?:[\w./-]*/)?(test_\w+\.py)`", text))
    places = set(re.findall(r"`((?:tests|scripts|customizations|compose|docs)/[\w./-]+\w)`", text))
    assert named <= tests
    assert {place for place in places if not (ROOT / place).exists()} == set()


@pytest.mark.parametrize("path", LAMB, ids=lambda path: path.name)
def test_the_links_of_a_guide_lead_somewhere(path: Path) -> None:
    wrong = []
    for link in re.findall(r"\]\((?!https?:)([^)]+)\)", path.read_text()):
        file, _, anchor = link.partition("#")
        target = path.parent / file if file else path
        if not target.exists() or (anchor and anchor not in slugs(target)):
            wrong.append(link)
    assert wrong == []
