"""Our list of requirements: what is wrong in it is told with its place."""

from pathlib import Path

import pytest

from scripts.lib.errors import SettingsInvalid
from scripts.lib.settings.loading import load
from scripts.lib.settings.requirements import RequirementsList, brings


def listed(tmp_path: Path, text: str) -> RequirementsList:
    (tmp_path / "a.yaml").write_text(text)
    return load(tmp_path / "a.yaml", RequirementsList)


def test_a_package_brings_the_modules_that_it_says_or_its_own_name(tmp_path: Path) -> None:
    packages = listed(tmp_path, "packages: { Yt.dlp: {}, pillow: { imports: [PIL, PIL.Image] } }").packages
    assert [brings(name, package) for name, package in packages.items()] == [("yt_dlp",), ("PIL", "PIL.Image")]


def test_packages_are_those_of_the_version(tmp_path: Path) -> None:
    ours = listed(tmp_path, "packages: { a: {}, b: { versions: { from: '0.6' } } }")
    assert (list(ours.of("0.5")), list(ours.of("0.6"))) == (["a"], ["a", "b"])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("packages: {}", "packages: must have at least one entry"),
        ("packages: { a: { import: [b] } }", "packages.a.import: unknown key, did you mean 'imports'?"),
        ("packages: { a: { imports: [b-c] } }", "packages.a.imports[0]: is no name of a module"),
        ("packages: { a: { pin: '1.2' } }", "packages.a.pin: is no version such as ==1.2.3"),
        ("packages: { a: { pin: '==1', loose: it is too old } }", "packages.a: needs pin or loose, not both"),
        ("packages: { a: { reason: short } }", "packages.a.reason: "),
        ("packages: { 'a b': {} }", "packages.a b: is no name of a package"),
        ("packages: { a-b: {}, A_b: {} }", "packages.A_b: stands as a-b too"),
        ("packages: { a: {} }\noptional: { b: short }", "optional.b: "),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SettingsInvalid) as failure:
        listed(tmp_path, text)
    assert any(told in problem for problem in failure.value.problems), failure.value.problems
