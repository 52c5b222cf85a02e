"""A registry that fails in every way that registries do, by a faulty proxy before a real one.

Each time: what is said, that no release is recorded of what is not whole, and that the next run ends well.
"""

import io
import secrets
import tarfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from scripts import publish as stage
from scripts.lib import cli, embedded_registry, engine, gates, records, registry, shell
from scripts.lib.commands import docker
from scripts.lib.records import BuiltImage, GateResult, Image, Release, Tree, Verdict
from scripts.lib.registry import Registry
from scripts.lib.settings.environment import EmbeddedRegistry
from scripts.lib.settings.selection import Selection, select
from tests.faults.conftest import made_from, wait_for
from tests.faults.proxy import Fault, Proxy, proxy
from tests.tiny import make_checkout

LAYER = 17 << 20
"""Bytes of the layer, of which one request carries 8 MiB."""
TAG = "/manifests/[v1]"
"""Both tags, and no digest."""


@dataclass(frozen=True)
class Case:
    """What goes wrong, and how it ends."""

    faults: tuple[Fault, ...]
    code: int = 0
    says: str = ""
    hint: str = ""
    tagged: bool = False
    """Whether a tag names the image although the run failed; that is no harm, for it is the right image."""


CASES = {
    "it dies within a layer and comes back": Case((Fault("PATCH", "cut", times=1),)),
    "it dies within a later part of a layer and comes back": Case((Fault("PATCH", "cut", times=1, after="PATCH"),)),
    "it takes a part of a layer and does not say so": Case((Fault("PATCH", "deaf", times=1),)),
    "it dies within a layer": Case(
        (Fault("PATCH", "cut"), Fault("", "down", after="PATCH")),
        4,
        "cannot be reached",
        "start it or check the network",
    ),
    "it dies between push and tag": Case(
        (Fault(f"PUT .*{TAG}", "down"),), 4, "cannot be reached", "then run: invoke publish"
    ),
    "it tags and does not say so": Case((Fault(f"PUT .*{TAG}", "deaf", times=2),)),
    "it dies between tag and read-back": Case(
        (Fault(f"GET .*{TAG}", "down", after=f"PUT .*{TAG}"),), 4, "cannot be reached", "invoke publish", tagged=True
    ),
    "it does not know us": Case(
        (Fault("POST", "answer", status=401, headers={"WWW-Authenticate": 'Basic realm="r"'}),),
        10,
        "the registry does not know us",
        "docker login",
    ),
    "it does not allow it": Case(
        (Fault("POST", "answer", status=403),), 10, "does not allow it", "let this login push"
    ),
    "it asks to wait a moment": Case((Fault("POST", "answer", times=1, status=429, headers={"Retry-After": "1"}),)),
    "it asks to wait for an hour": Case(
        (Fault("POST", "answer", status=429, headers={"Retry-After": "3600"}),), 10, "asks to wait", "again later"
    ),
    "it fails once": Case((Fault("P(OST|ATCH|UT)", "answer", times=1, status=500),)),
    "it fails within a layer once": Case((Fault("PATCH", "answer", times=1, status=500),)),
    "it fails each time": Case(
        (Fault("PUT .*manifests/sha256", "answer", status=500),), 10, "answered 500 to PUT", "the registry's log"
    ),
    "it is slow": Case((Fault("", "slow"),)),
    "it breaks off within a manifest once": Case((Fault("GET .*manifests/sha256", "truncate", times=1),)),
    "it breaks off within a manifest each time": Case(
        (Fault("GET .*manifests/sha256", "truncate"),), 4, "cannot be reached", "check the network"
    ),
    "it gives half a manifest for the whole": Case(
        (Fault("GET .*manifests/sha256", "shorten"),), 10, "got a manifest of", "changes what it stores"
    ),
    "it gives half a configuration for the whole": Case(
        (Fault("GET .*/blobs/sha256", "shorten"),), 10, "is damaged", "push the image anew"
    ),
}


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An image of one large file that does not compress."""
    archive, name = tmp_path_factory.mktemp("image") / "one.tar", f"graft-test/{secrets.token_hex(6)}:1"
    with tarfile.open(archive, "w") as tar:
        member = tarfile.TarInfo("content")
        member.size = LAYER
        tar.addfile(member, io.BytesIO(secrets.token_bytes(LAYER)))
    shell.run(docker.import_archive(archive, name, {}, {"graft.test": "faults"}, ['CMD ["x"]']))
    try:
        yield name
    finally:
        engine.remove_image(name)


@pytest.fixture(scope="module")
def faulty(module_registry: int) -> Iterator[Proxy]:
    """The proxy before a real registry."""
    with proxy(module_registry) as made:
        yield made


@pytest.fixture
def selection(
    tmp_path: Path, faulty: Proxy, module_registry: int, reference: str, monkeypatch: pytest.MonkeyPatch
) -> Selection:
    """A checkout in which an image was judged; its registry is reached by the proxy, under a namespace of its own."""
    root = make_checkout(tmp_path / "checkout")
    file = root / "compose/environments/test.yaml"
    head, _, rest = file.read_text().partition("registry:\n")
    remote = f"{{kind: remote, host: 'localhost:{faulty.port}', namespace: n{secrets.token_hex(4)}, insecure: true}}"
    file.write_text(f"{head}registry: {remote}\n{rest[rest.index('limits:') :]}")
    for name, value in {"CHECKOUT": str(root), "PRODUCT": "tiny", "ENVIRONMENT": "test"}.items():
        monkeypatch.setenv(name, value)
    faulty.faults.clear()
    faulty.asked.clear()
    faulty.upstream = module_registry
    chosen = select(None, None)
    _judge(chosen, reference)
    return chosen


def _judge(selection: Selection, reference: str) -> None:
    """Leave the records of an image that passed."""
    place, name, tree = selection.checkout, next(iter(selection.product.images)), secrets.token_hex(20)
    image_id = engine.image_id(reference) or ""
    built = BuiltImage(reference=reference, image_id=image_id, size=LAYER, seconds=1, strategy="release", bases={})
    passed = GateResult(gate="build", state="passed", because="", evidence="")
    images, judged = {name: built}, {name: image_id}
    records.write(place, Tree(inputs="", source="", customization="1.0", tree=tree, steps=(), verified=True))
    records.write(place, Image(inputs="", tree=tree, version="1.0.0", images=images))
    under = gates.inputs(selection.product, selection.every_step, selection.environment, (passed,))
    verdict = Verdict(inputs=under, environment="test", version="1.0.0", images=judged, gates=(passed,))
    records.write(place, verdict, "test")


def publish() -> int:
    return cli.run("publish", stage.publish, stage.__doc__, (), [])


def tags(selection: Selection, port: int) -> list[str]:
    """Return the tags that the real registry has."""
    settings = selection.environment.registry
    repository = f"{settings.namespace}/{next(iter(selection.product.images))}"
    answer = Registry(f"localhost:{port}", plain=True)._ask("GET", f"/v2/{repository}/tags/list", accept=(200, 404))
    return list(answer.json().get("tags") or [])


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_when(
    case: Case, selection: Selection, faulty: Proxy, module_registry: int, capfd: pytest.CaptureFixture[str]
) -> None:
    faulty.faults.extend(Fault(**vars(fault)) for fault in case.faults)
    assert publish() == case.code
    said = capfd.readouterr().err
    assert any(fault.times != after.times for fault, after in zip(case.faults, faulty.faults, strict=True))
    if case.code:
        assert case.says in said
        assert case.hint in said.partition("hint: ")[2]
        assert records.find(selection.checkout, Release, "test") is None
        assert bool(tags(selection, module_registry)) == case.tagged
    faulty.faults.clear()
    assert publish() == 0
    image = records.need(selection.checkout, Release, "publish", "test").images["tiny-app"]
    assert sorted(tags(selection, module_registry)) == sorted(image.tags)
    there = registry.connect(selection.environment.registry).manifest(image.repository, image.digest)
    assert there is not None
    assert there.image_id == image.image_id


def test_a_registry_that_asks_to_wait_is_not_asked_sooner(selection: Selection, faulty: Proxy) -> None:
    faulty.faults.append(Fault("POST", "answer", times=1, status=429, headers={"Retry-After": "1"}))
    began = time.monotonic()
    assert publish() == 0
    assert time.monotonic() - began >= 1


def test_a_registry_that_loses_every_layer_is_told(
    selection: Selection, faulty: Proxy, capfd: pytest.CaptureFixture[str]
) -> None:
    faulty.faults.append(Fault("PATCH", "cut"))
    assert publish() == 10
    said = capfd.readouterr().err
    assert "lost what was sent of a layer, each time" in said
    assert "the registry's log" in said
    assert records.find(selection.checkout, Release, "test") is None


@pytest.fixture
def small_registry(tmp_path: Path) -> Iterator[int]:
    """A real registry with room for less than the layer."""
    settings = EmbeddedRegistry(kind="embedded", port=1024, name="any")
    image = made_from(embedded_registry.base(settings).debian, tmp_path)
    options = ("--label=graft.test=faults", "--publish=127.0.0.1::5000", f"--tmpfs={embedded_registry.DATA}:size=4m")
    made = shell.run(["docker", "run", "--detach", *options, image, "sh", "-c", embedded_registry.SERVE])
    container = made.output.strip()
    try:
        port = int(shell.run(["docker", "port", container, "5000"]).output.split(":")[1].split()[0])
        wait_for("the small registry answers", lambda: _answers(port))
        yield port
    finally:
        engine.remove(container)


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/v2/", trust_env=False).is_success
    except httpx.TransportError:
        return False


def test_a_registry_whose_disk_is_full_gets_no_tag(
    selection: Selection, faulty: Proxy, small_registry: int, capfd: pytest.CaptureFixture[str]
) -> None:
    faulty.upstream, large = small_registry, faulty.upstream
    assert publish() == 10
    said = capfd.readouterr().err
    assert "answered 500 to P" in said
    assert "is its disk full" in said
    assert tags(selection, small_registry) == []
    faulty.upstream = large
    assert publish() == 0
