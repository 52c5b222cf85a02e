"""What is known of compose files before they are run."""

from pathlib import Path

import pytest

from scripts.lib.deploy import compose_file
from scripts.lib.errors import SettingsInvalid

FIRST = """
services:
  app:
    image: ${IMAGE_APP:?by digest}
    ports: ["127.0.0.1:${PORT:-3000}:80"]
    environment:
      PASSED:
      FIXED: "1"
      COST: $$NOT_ONE
      BARE: $BARE
    # ${IN_A_COMMENT}
"""
SECOND = """
services:
  app:
    environment: [LISTED, FIXED=2]
  other:
    image: other:1
"""


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return folder


def test_every_variable_that_files_take_is_known(tmp_path: Path) -> None:
    files = compose_file.read(write(tmp_path, a=FIRST, b=SECOND), ["a.yaml", "b.yaml"])
    assert files.variables == {"IMAGE_APP", "PORT", "PASSED", "BARE", "LISTED"}


def test_what_files_demand_is_known_with_their_words_and_not_what_only_a_default_needs(tmp_path: Path) -> None:
    text = "services: { a: { image: '${IMAGE:-a:${TAG:?which one}}', environment: { A: '$${NO:?}', B: '${B?}' } } }\n"
    assert compose_file.read(write(tmp_path, a=text, b=FIRST), ["a.yaml", "b.yaml"]).demanded == {
        "B": "",
        "IMAGE_APP": "by digest",
    }


def test_what_compose_cannot_do_without_is_known(tmp_path: Path) -> None:
    text = "services: { app: { image: 'a:${TAG:?which}', command: '${A?a} ${B:-b} $${C:?no} ${D:-${E:?e}}' } }"
    files = compose_file.read(write(tmp_path, a=f"# ${{F:?f}}\n{text}\n"), ["a.yaml"])
    assert files.required == {"TAG", "A", "E"}


def test_a_file_may_take_back_or_replace_what_one_before_it_says(tmp_path: Path) -> None:
    third = "services: { app: { ports: !reset [], environment: !override { ELSE: }, tmpfs: !override [/tmp] } }"
    files = compose_file.read(write(tmp_path, a=FIRST, c=third), ["a.yaml", "c.yaml"])
    assert "ELSE" in files.variables


def test_the_services_of_an_image_are_known(tmp_path: Path) -> None:
    files = compose_file.read(write(tmp_path, a=FIRST, b=SECOND), ["a.yaml", "b.yaml"])
    assert (files.services_of("IMAGE_APP"), files.services_of("IMAGE_NONE")) == (["app"], [])


def test_what_services_read_as_their_configuration_is_known(tmp_path: Path) -> None:
    text = f"{FIRST}\nconfigs: {{ own: {{ file: ./own.conf }}, others: {{ external: true }} }}\n"
    with pytest.raises(SettingsInvalid, match=r"configs\.own: there is no .*own\.conf"):
        compose_file.read(write(tmp_path, a=text), ["a.yaml"])
    (tmp_path / "own.conf").write_text("port 80")
    assert compose_file.read(tmp_path, ["a.yaml"]).configs == "port 80"


@pytest.mark.parametrize(
    ("text", "words"),
    [("services: 1\n", "services: must hold keys and values"), ("services:\n  - a: [\n", "a.yaml:"), ("", "services")],
)
def test_what_is_no_compose_file_is_refused_with_its_name(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(SettingsInvalid, match=words):
        compose_file.read(write(tmp_path, a=text), ["a.yaml"])


def test_a_missing_compose_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match=r"b\.yaml: there is no such file"):
        compose_file.read(tmp_path, ["b.yaml"])
