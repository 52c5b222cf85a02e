"""The engine's functions on the real engine."""

from scripts.lib import engine
from tests.integration.conftest import Program


def test_an_images_identity_is_that_of_its_saved_configuration(tiny_image: str) -> None:
    chunks = engine.client().images.get(tiny_image).save()
    assert engine.image_id(tiny_image) == engine.config_of_archive(chunks)


def test_an_image_that_is_not_there_has_no_identity() -> None:
    assert engine.image_id("graft-test/nobody-made-this:1") is None


def test_an_image_is_held_under_its_reference_or_where_that_was_taken_under_its_identity(image_of: Program) -> None:
    ours, other = image_of("1"), image_of("2")
    identity = engine.image_id(ours)
    assert identity
    assert engine.held(identity, ours) == ours
    assert engine.held(identity, other) == identity
    assert engine.held("sha256:" + "0" * 64, other) is None


def test_files_of_an_image_are_read_without_starting_it(image_of: Program) -> None:
    image = image_of("", "RUN mkdir /own && printf hello > /own/file && ln -s file /own/link && mkdir /own/folder")
    found = engine.read_files(image, ["/own/file", "/own/link", "/own/folder", "/own/none"], {"graft.test": "1"})
    assert found == {"/own/file": b"hello", "/own/link": b"hello", "/own/folder": b"", "/own/none": None}


def test_a_running_container_takes_memory_and_the_machine_has_more(tiny_image: str) -> None:
    container = engine.create(engine.Container(image=tiny_image, labels={"graft.test": "1"}, memory="256m"))
    try:
        engine.start(container)
        cores, memory = engine.machine()
        assert 1_000_000 < engine.memory(container) < 256 << 20 < memory
        assert cores >= 1
    finally:
        engine.remove(container)
