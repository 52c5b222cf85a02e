"""Publishing to a real registry: what is there afterwards, and what is not there after a fault."""

import argparse
import json
import secrets
import socket

import httpx
import pytest

from scripts import publish as stage
from scripts.lib import bases, embedded_registry, engine, records, registry, shell
from scripts.lib.commands import docker
from scripts.lib.errors import ResourceMissing
from scripts.lib.records import Release
from scripts.lib.registry import Registry
from scripts.lib.settings.environment import EmbeddedRegistry
from scripts.lib.settings.selection import Selection
from tests.integration.publish.site import Make, ask, judge, name, publish, released, some_tree
from tests.own_registry import free_port


def test_an_image_is_published_by_digest_and_under_both_tags(
    selection: Selection, image: Make, capfd: pytest.CaptureFixture[str]
) -> None:
    tree = some_tree()
    reference = image(tree)
    image_id = judge(selection, reference, tree=tree)
    assert publish() == 0
    one = released(selection)
    dated, by_tree = one.tags
    assert dated.startswith("v20")
    assert by_tree == f"1.0.0-custom.{selection.product.customization_version}-{tree[:12]}"
    for tag in (one.digest, dated, by_tree):
        found = ask(selection).manifest(one.repository, tag)
        assert found is not None
        assert (found.digest, found.image_id) == (one.digest, image_id)
    by_digest = f"{registry.host(selection.environment.registry)}/{one.repository}@{one.digest}"
    said = capfd.readouterr().out
    assert f"\n{by_digest}\n" in f"\n{said}"
    assert "docker run --detach" in said
    engine.remove_image(reference)
    assert engine.image_id(image_id) is None
    shell.run(docker.pull(by_digest))
    assert engine.image_id(by_digest) == image_id
    engine.remove_image(by_digest)


def test_a_second_run_is_up_to_date_and_one_after_a_lost_tag_is_not(
    selection: Selection, image: Make, capfd: pytest.CaptureFixture[str]
) -> None:
    tree = some_tree()
    judge(selection, image(tree), tree=tree)
    assert publish() == 0
    one = released(selection)
    assert publish() == 0
    assert "up to date" in capfd.readouterr().out
    lost = one.model_copy(update={"tags": (*one.tags, "lost")})
    release = records.need(selection.checkout, Release, "publish", "test")
    records.write(selection.checkout, release.model_copy(update={"images": {name(selection): lost}}), "test")
    assert publish() == 0
    assert "up to date" not in capfd.readouterr().out
    assert released(selection) == one


def test_a_tag_that_names_another_image_is_refused(
    selection: Selection, image: Make, capfd: pytest.CaptureFixture[str]
) -> None:
    tree = some_tree()
    first = judge(selection, image("one" + tree), tree=tree)
    assert publish() == 0
    one = released(selection)
    second = judge(selection, image("two" + tree), tree=tree)
    assert publish() == 20
    said = capfd.readouterr().err
    assert f"/{one.repository}:{one.tags[1]} is there with the image {first}; this one is {second}" in said
    assert released(selection) == one
    assert not ask(selection).has_blob(one.repository, second)


def test_a_second_image_of_the_day_takes_the_next_number(selection: Selection, image: Make) -> None:
    days = []
    for tree in (some_tree(), some_tree()):
        judge(selection, image(tree), tree=tree)
        assert publish() == 0
        days.append(released(selection).tags[0])
    one, two = (day.partition("-")[0].removeprefix("v").split(".") for day in days)
    assert one[:3] == two[:3]
    assert int(two[3]) == int(([*one, "1"])[3]) + 1


def test_a_registry_that_fails_gets_no_tag_and_leaves_no_release(
    selection: Selection, image: Make, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    class Fails(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.method == "PUT" and "/blobs/" in request.url.path:
                return httpx.Response(500, json={"errors": [{"code": "UNKNOWN", "message": "no space left"}]})
            return super().handle_request(request)

    refused(selection, image, monkeypatch, Fails(), 10)
    assert "answered 500 to PUT" in (said := capfd.readouterr().err)
    assert "UNKNOWN no space left" in said


def test_a_manifest_that_reads_back_changed_gets_no_tag(
    selection: Selection, image: Make, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    class Changes(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            answer = super().handle_request(request)
            if request.method == "GET" and "/manifests/sha256:" in request.url.path:
                return httpx.Response(200, content=json.dumps({"config": {"digest": "sha256:0"}}), request=request)
            return answer

    refused(selection, image, monkeypatch, Changes(), 10)
    assert "it changes what it stores" in capfd.readouterr().err


def refused(
    selection: Selection, image: Make, monkeypatch: pytest.MonkeyPatch, way: httpx.HTTPTransport, code: int
) -> None:
    """Publish over a faulty way, and see that neither tag nor release came of it."""
    tree = some_tree()
    judge(selection, image(tree), tree=tree)
    host = registry.host(selection.environment.registry)
    monkeypatch.setattr(registry, "connect", lambda _: Registry(host, plain=True, transport=way, sleep=lambda _: None))
    assert publish() == code
    monkeypatch.undo()
    assert records.find(selection.checkout, Release, "test") is None
    tag = f"1.0.0-custom.{selection.product.customization_version}-{tree[:12]}"
    assert ask(selection).manifest(name(selection), tag) is None


def test_a_port_that_another_program_has_is_named_with_its_setting(
    selection: Selection, image: Make, capfd: pytest.CaptureFixture[str]
) -> None:
    tree = some_tree()
    judge(selection, image(tree), tree=tree)
    settings = selection.environment.registry
    assert isinstance(settings, EmbeddedRegistry)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = int(other.getsockname()[1])
        file = selection.checkout.environments / "test.yaml"
        file.write_text(
            file.read_text()
            .replace(settings.name, f"graft-test-registry-{taken}")
            .replace(f"port: {settings.port}", f"port: {taken}")
        )
        assert publish() == 4
    said = capfd.readouterr().err
    assert f"port {taken} is taken by another program" in said
    assert "registry.port" in said


def test_a_remote_registry_that_is_down_is_named(
    selection: Selection, image: Make, capfd: pytest.CaptureFixture[str]
) -> None:
    tree = some_tree()
    judge(selection, image(tree), tree=tree)
    file = selection.checkout.environments / "test.yaml"
    head, _, rest = file.read_text().partition("registry:\n")
    limits = rest[rest.index("limits:") :]
    file.write_text(f"{head}registry: {{kind: remote, host: 'localhost:1', insecure: true}}\n{limits}")
    assert publish() == 4
    assert "the registry localhost:1 cannot be reached" in capfd.readouterr().err


def test_a_stopped_registry_is_started_again_with_everything_in_it(selection: Selection, image: Make) -> None:
    tree = some_tree()
    judge(selection, image(tree), tree=tree)
    assert publish() == 0
    settings = selection.environment.registry
    assert isinstance(settings, EmbeddedRegistry)
    engine.remove(settings.name)
    assert not embedded_registry.is_running(settings)
    assert stage.publish(selection, argparse.Namespace()).up_to_date
    assert embedded_registry.is_running(settings)


def test_another_port_makes_another_container_over_the_same_data(selection: Selection, image: Make) -> None:
    tree = some_tree()
    judge(selection, image(tree), tree=tree)
    assert publish() == 0
    one, settings = released(selection), selection.environment.registry
    assert isinstance(settings, EmbeddedRegistry)
    moved = settings.model_copy(update={"port": free_port()})
    base = embedded_registry.base(settings)
    image_of_registry = bases.ensure(base, selection.environment.bases, selection.checkout).reference
    embedded_registry.ensure(moved, lambda: image_of_registry)
    assert registry.connect(moved).manifest(one.repository, one.digest) is not None
    embedded_registry.ensure(settings, lambda: image_of_registry)
    assert registry.connect(settings).manifest(one.repository, one.digest) is not None


def test_somebodys_container_of_the_registrys_name_is_left_alone(selection: Selection, image: Make) -> None:
    settings = EmbeddedRegistry(kind="embedded", port=1024, name=f"graft-test-{secrets.token_hex(4)}")
    theirs = engine.create(engine.Container(image("x"), {"graft.test": "1"}, name=settings.name))
    try:
        with pytest.raises(ResourceMissing, match=f"a container called {settings.name} is there already"):
            embedded_registry.ensure(settings, lambda: "never asked for")
        assert engine.state(theirs) is not None
    finally:
        engine.remove(theirs)
