"""What the documents name is there."""

import re
from pathlib import Path

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
