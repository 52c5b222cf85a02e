"""Real images for tests with the real engine: made from one base of Debian's packages, labelled, removed at the end."""

import json
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from scripts.lib import bases, engine, shell
from scripts.lib.checkout import Checkout
from scripts.lib.settings.loading import load
from scripts.lib.settings.product import Product
from scripts.lib.settings.selection import checkout
from tests.tiny import TINY

SERVER = (Path(__file__).parent / "server.py").read_text()
"""A small product: answers on port 8080 with its name, its version and the limits that it finds on itself."""


class Program(Protocol):
    """Makes an image whose command is a Python program, with more Dockerfile lines, and returns its reference.

    `mark` tells which checkout's it is to look like.
    """

    def __call__(self, program: str, *more: str, mark: str = "none") -> str: ...


@pytest.fixture(scope="session")
def base_image(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Reference of the base image that tiny and these tests are made from; kept, for it takes half a minute to make."""
    place = Checkout(root=tmp_path_factory.mktemp("base"), product="test", cache=checkout("tiny").cache)
    product = load(TINY / "checkout/customizations/tiny/product.yaml", Product)
    return bases.from_debian(product.bases["python"].debian, place).reference


@pytest.fixture(scope="session")
def new_name() -> Iterator[Callable[[str], str]]:
    """Gives names for images with this tag; what has them is removed at the end."""
    given: list[str] = []

    def name(tag: str) -> str:
        given.append(f"graft-test/{secrets.token_hex(6)}:{tag}")
        return given[-1]

    try:
        yield name
    finally:
        for reference in given:
            engine.remove_image(reference)


@pytest.fixture(scope="session")
def image_of(base_image: str, new_name: Callable[[str], str]) -> Program:
    """The images that a session makes; all removed at its end."""

    def make(program: str, *more: str, mark: str = "none") -> str:
        reference = new_name(f"1-{mark}")
        lines = [f"FROM {base_image}", "LABEL graft.test=1", *more, f"CMD {json.dumps(['python3', '-c', program])}"]
        shell.run(["docker", "build", "--quiet", "--tag", reference, "-"], stdin="\n".join(lines).encode())
        return reference

    return make


@pytest.fixture(scope="session")
def tiny_image(image_of: Program) -> str:
    """An image that starts within a second and answers well."""
    return image_of(SERVER)
