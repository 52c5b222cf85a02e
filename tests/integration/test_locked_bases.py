"""A base image that comes from a registry is locked by its digest, and stays that one until `update` is run again."""

from collections.abc import Iterator

import pytest
import yaml

from scripts.lib import bases, embedded_registry, engine
from scripts.lib.checkout import Checkout
from tests.integration.conftest import Program
from tests.integration.test_line import Line, a_line, docker
from tests.integration.test_many_images import registry_of


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """A line with a registry of its own, where the base of its image is to come from."""
    with a_line(tmp_path_factory.mktemp("bases")) as made:
        settings, place = registry_of(made), Checkout(made.root, made.product, made.cache)
        base = embedded_registry.base(settings)
        embedded_registry.ensure(settings, lambda: bases.ensure(base, "auto", place).reference)
        product = made.customizations / "product.yaml"
        told = yaml.safe_load(product.read_text())
        told["bases"]["python"]["registry"] = tag_of(made)
        product.write_text(yaml.safe_dump(told, sort_keys=False))
        yield made


def tag_of(line: Line) -> str:
    return f"localhost:{line.port}/base:1"


def push(line: Line, image: str) -> str:
    """Let the base's tag at the registry be of an image, which this engine then has no more under it; its digest."""
    engine.tag(image, tag_of(line))
    docker("push", "--quiet", tag_of(line))
    digest = engine.repository_digest(tag_of(line))
    engine.remove_image(tag_of(line))
    assert digest is not None
    return digest


def locked(line: Line) -> dict[str, str]:
    found: dict[str, str] = yaml.safe_load((line.customizations / "upstream.lock.yaml").read_text())["bases"]
    return found


def forget(line: Line) -> None:
    """Go on as on another machine: no record of an image, neither it nor its base in the engine."""
    image = line.record("image")["images"]["tiny-app"]
    for one in (image["image_id"], f"{tag_of(line).rpartition(':')[0]}@{image['bases']['python']}"):
        docker("rmi", "--force", one)
    (line.out / "image.json").unlink()


def built_on(line: Line) -> str:
    for stage in ("fetch", "validate", "customize", "build"):
        line.stage(stage)
    return str(line.record("image")["images"]["tiny-app"]["bases"]["python"])


def test_a_base_is_the_locked_one_until_the_lock_is_moved(line: Line, base_image: str, image_of: Program) -> None:
    first = push(line, base_image)
    line.stage("update")
    assert locked(line) == {tag_of(line): first}
    assert built_on(line) == first
    labels = engine.image_config(line.record("image")["images"]["tiny-app"]["image_id"])["Labels"]
    assert labels["org.opencontainers.image.base.name"] == f"{tag_of(line)}@{first}"

    second = push(line, image_of("0", "LABEL moved=yes", mark="moved"))
    assert second != first
    assert "up to date" in line.stage("build").stdout
    forget(line)
    assert built_on(line) == first

    line.stage("update")
    assert locked(line) == {tag_of(line): second}
    assert built_on(line) == second


def test_a_lock_keeps_the_digest_where_nobody_answers(line: Line, base_image: str) -> None:
    push(line, base_image)
    line.stage("update")
    before = locked(line)
    docker("stop", "--time", "1", registry_of(line).name)
    said = line.stage("update")
    assert "no registry answers" in said.stdout + said.stderr
    assert locked(line) == before
