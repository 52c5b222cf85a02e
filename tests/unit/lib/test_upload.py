"""An engine's archive becomes blobs and a manifest, in each form that engines write it."""

import gzip
import io
import json
import tarfile
from collections.abc import Iterator

import httpx
import pytest

from scripts.lib import upload
from scripts.lib.errors import CommandFailed
from scripts.lib.registry import Blob, Registry, digest

ONE, TWO = b"layer one".ljust(1024, b"\0"), b"layer two".ljust(9 << 20, b"\0")
CONFIG = json.dumps({"created": "2026-11-21T10:00:00Z", "rootfs": {"diff_ids": [digest(ONE), digest(TWO)]}}).encode()
IMAGE_ID = digest(CONFIG)


class Memory:
    """A registry in memory."""

    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}
        self.manifests: dict[str, bytes] = {}
        self.part = b""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path, method = request.url.path, request.method
        if "/manifests/" in path:
            return self._manifest(method, path.rpartition("/")[2], request.content)
        if method == "HEAD":
            return httpx.Response(200 if path.rpartition("/")[2] in self.blobs else 404)
        if method == "GET":
            return httpx.Response(200, content=self.blobs[path.rpartition("/")[2]])
        if method == "PUT":
            assert request.url.params["digest"] == digest(self.part)
            self.blobs[digest(self.part)] = self.part
            return httpx.Response(201)
        self.part = b"" if method == "POST" else self.part + request.content
        return httpx.Response(202, headers={"Location": "/v2/a/blobs/uploads/1"})

    def _manifest(self, method: str, name: str, body: bytes) -> httpx.Response:
        if method == "PUT":
            self.manifests[name] = body
            return httpx.Response(201)
        found = self.manifests.get(name)
        return httpx.Response(404) if found is None else httpx.Response(200, content=found)


def archive(files: dict[str, bytes], links: dict[str, str] | None = None) -> io.BytesIO:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as tar:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
        for name, target in (links or {}).items():
            member = tarfile.TarInfo(name)
            member.type, member.linkname = tarfile.SYMTYPE, target
            tar.addfile(member)
    held.seek(0)
    return held


def blob_name(data: bytes) -> str:
    return "blobs/sha256/" + digest(data).removeprefix("sha256:")


def table(config: str, *layers: str) -> bytes:
    return json.dumps([{"Config": config, "RepoTags": ["a:b"], "Layers": layers}]).encode()


def oci(first: bytes = ONE, second: bytes = TWO) -> io.BytesIO:
    names = [blob_name(first), blob_name(second)]
    files = {blob_name(CONFIG): CONFIG, names[0]: first, names[1]: second, "index.json": b"{}"}
    return archive(files | {"manifest.json": table(blob_name(CONFIG), *names)})


def older() -> io.BytesIO:
    files = {"1/layer.tar": ONE, "1/VERSION": b"1.0", "1/json": b"{}", "2/real.tar": TWO, "c.json": CONFIG}
    return archive(
        files | {"manifest.json": table("c.json", "1/layer.tar", "2/layer.tar")}, {"2/layer.tar": "../2/real.tar"}
    )


@pytest.mark.parametrize(
    "form", [oci(), oci(gzip.compress(ONE), gzip.compress(TWO)), older()], ids=["oci", "gzip", "old"]
)
def test_every_form_of_archive_is_sent_whole_and_under_no_tag(form: io.BytesIO) -> None:
    memory = Memory()
    registry = Registry("r.example", transport=httpx.MockTransport(memory))
    manifest = upload.send(registry, "a", form, IMAGE_ID, {}, lambda *_: None)
    assert list(memory.manifests) == [manifest.digest]
    assert manifest.image_id == IMAGE_ID
    assert memory.blobs[IMAGE_ID] == CONFIG
    assert [gzip.decompress(memory.blobs[layer["digest"]]) for layer in manifest.content["layers"]] == [ONE, TWO]


def test_what_the_registry_has_of_the_last_release_is_not_sent_again() -> None:
    memory = Memory()
    registry = Registry("r.example", transport=httpx.MockTransport(memory))
    first = upload.send(registry, "a", oci(), IMAGE_ID, {}, lambda *_: None)
    known = upload.known_layers(registry, "a", first.digest)
    assert list(known) == [digest(ONE), digest(TWO)]
    memory.part = b"nothing was sent"
    assert upload.send(registry, "a", oci(), IMAGE_ID, known, lambda *_: None).digest == first.digest
    assert memory.part == b"nothing was sent"


def test_no_layer_is_known_of_an_image_that_is_gone() -> None:
    assert upload.known_layers(Registry("r.example", transport=httpx.MockTransport(Memory())), "a", "sha256:0") == {}


@pytest.mark.parametrize(
    ("form", "image_id"), [(oci(), "sha256:" + "0" * 64), (oci(second=b"another".ljust(1024, b"\0")), IMAGE_ID)]
)
def test_an_archive_that_is_not_the_image_gets_no_manifest(form: io.BytesIO, image_id: str) -> None:
    memory = Memory()
    registry = Registry("r.example", transport=httpx.MockTransport(memory))
    with pytest.raises(CommandFailed, match=f"instead of {image_id}"):
        upload.send(registry, "a", form, image_id, {}, lambda *_: None)
    assert memory.manifests == {}


def test_compression_keeps_the_order_and_gives_the_same_bytes_twice() -> None:
    def blocks() -> Iterator[bytes]:
        return (bytes([n]) * 1000 for n in range(50))

    packed = b"".join(upload.compressed(blocks()))
    assert gzip.decompress(packed) == b"".join(blocks())
    assert packed == b"".join(upload.compressed(blocks()))


def test_progress_counts_the_bytes_of_each_layer() -> None:
    said: list[tuple[str, int]] = []
    registry = Registry("r.example", transport=httpx.MockTransport(Memory()))
    upload.send(registry, "a", oci(), IMAGE_ID, {digest(ONE): Blob("sha256:1", 1)}, lambda *s: said.append(s))
    assert said[0] == (blob_name(ONE), len(ONE))
    assert said[-1] == (blob_name(TWO), len(TWO))
