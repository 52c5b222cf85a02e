"""How an application is tried: what stands.yaml names must be there."""

from pathlib import Path

import pytest

from scripts.lib.errors import SettingsInvalid
from scripts.lib.settings import references
from scripts.lib.settings.functions import FunctionsFile
from scripts.lib.settings.loading import load
from scripts.lib.settings.product import Product
from tests.tiny import TINY

STANDS = """\
stands:
  plain:
    image: tiny-app
    beside:
      models: { server: models }
      people: { server: directory, files: [functions/people.ldif] }
"""


def problems(tmp_path: Path, text: str) -> list[str]:
    product = load(TINY / "checkout/customizations/tiny/product.yaml", Product)
    (tmp_path / "functions").mkdir()
    (tmp_path / "functions/people.ldif").write_text("dn: dc=example")
    (tmp_path / "stands.yaml").write_text(text)
    return references.of_functions(tmp_path, load(tmp_path / "stands.yaml", FunctionsFile), product)


def test_stands_whose_references_are_there_are_good(tmp_path: Path) -> None:
    assert problems(tmp_path, STANDS) == []


def test_an_image_a_server_and_a_file_that_are_not_there_are_all_told(tmp_path: Path) -> None:
    text = STANDS.replace("tiny-app", "tiny-ap").replace("server: models", "server: model").replace(".ldif", ".txt")
    assert problems(tmp_path, text) == [
        "functions/stands.yaml: stands.plain.image: no image is called 'tiny-ap', did you mean 'tiny-app'?",
        "functions/stands.yaml: stands.plain.beside.models.server: there is no server 'model', did you mean 'models'?",
        f"functions/stands.yaml: stands.plain.beside.people.files: there is no {tmp_path}/functions/people.txt",
    ]


def test_an_unknown_key_is_told_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match=r"stands\.plain\.enviroment: unknown key, did you mean 'environment'"):
        problems(tmp_path, STANDS + "    enviroment: {}\n")
