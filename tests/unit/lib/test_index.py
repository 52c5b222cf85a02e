"""The index of several architectures, against a registry in memory."""

import json
from typing import Any

import pytest

from scripts.lib import index
from scripts.lib.errors import GateRefused
from scripts.lib.records import PublishedImage
from scripts.lib.registry import DOCKER_INDEX, DOCKER_MANIFEST, Manifest, Registry, digest

PLATFORMS = {"amd64": {}, "arm64": {"variant": "v8"}}


class InMemory(Registry):
    """A registry that keeps what it is given."""

    def __init__(self) -> None:
        super().__init__("r.example")
        self.manifests: dict[str, Manifest] = {}
        self.blobs: dict[str, bytes] = {}

    def manifest(self, repository: str, reference: str) -> Manifest | None:
        return self.manifests.get(f"{repository}@{reference}")

    def put_manifest(self, repository: str, reference: str, manifest: Manifest) -> None:
        self.manifests[f"{repository}@{reference}"] = manifest

    def blob(self, repository: str, blob: str) -> bytes:
        return self.blobs[blob]


def published(there: InMemory, architecture: str, really: str | None = None) -> PublishedImage:
    """Publish an image for an architecture, as its configuration says or `really` does."""
    said = {"architecture": really or architecture, "os": "linux", "created": "2026-11-21T00:00:00Z"}
    config = json.dumps(said | PLATFORMS[architecture]).encode()
    there.blobs[digest(config)] = config
    manifest = Manifest(json.dumps({"config": {"digest": digest(config)}, "layers": []}).encode(), DOCKER_MANIFEST)
    there.put_manifest("a/b", manifest.digest, manifest)
    return PublishedImage(
        registry="r.example", repository="a/b", image_id=digest(config), digest=manifest.digest, tags=("t",)
    )


@pytest.fixture
def there() -> InMemory:
    return InMemory()


def refusal(there: InMemory, images: dict[str, PublishedImage]) -> tuple[str, ...]:
    with pytest.raises(GateRefused) as caught:
        index.parts(there, "a/b", images)
    return caught.value.problems


def test_an_index_names_each_manifest_with_the_machine_that_it_is_for(there: InMemory) -> None:
    images = {name: published(there, name) for name in ("arm64", "amd64")}
    made = index.index_of(there, "a/b", index.parts(there, "a/b", images))
    assert (made.media_type, made.content["mediaType"], made.content["schemaVersion"]) == (DOCKER_INDEX,) * 2 + (2,)
    found: list[dict[str, Any]] = made.content["manifests"]
    assert [one["platform"] for one in found] == [
        {"architecture": "amd64", "os": "linux"},
        {"architecture": "arm64", "os": "linux", "variant": "v8"},
    ]
    assert [one["digest"] for one in found] == [images["amd64"].digest, images["arm64"].digest]
    assert [one["size"] for one in found] == [len(there.manifests[f"a/b@{one['digest']}"].body) for one in found]
    assert {one["mediaType"] for one in found} == {DOCKER_MANIFEST}


def test_the_same_parts_give_the_same_index_in_whatever_order_they_come(there: InMemory) -> None:
    images = {name: published(there, name) for name in ("amd64", "arm64")}
    parts = index.parts(there, "a/b", images)
    other_way = dict(reversed(parts.items()))
    assert index.index_of(there, "a/b", parts).digest == index.index_of(there, "a/b", other_way).digest


def test_a_part_that_is_gone_or_is_no_longer_what_was_proven_is_refused_with_all_others(there: InMemory) -> None:
    images = {name: published(there, name) for name in ("amd64", "arm64")}
    gone = images["amd64"].model_copy(update={"digest": "sha256:gone"})
    other = images["arm64"].model_copy(update={"image_id": "sha256:proven"})
    assert refusal(there, {"amd64": gone, "arm64": other}) == (
        "r.example/a/b@sha256:gone, published for amd64, is not there",
        f"r.example/a/b@{other.digest} is the image {images['arm64'].image_id}, proven for arm64 was sha256:proven",
    )


def test_a_part_for_another_machine_than_it_was_published_for_is_refused(there: InMemory) -> None:
    (problem,) = refusal(there, {"arm64": published(there, "arm64", really="amd64")})
    assert problem.endswith("is for amd64, it was published for arm64")


def test_an_index_that_a_registry_does_not_keep_is_refused(there: InMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    made = index.index_of(there, "a/b", index.parts(there, "a/b", {"amd64": published(there, "amd64")}))
    assert index.send(there, "a/b", made) == made.digest
    there.manifests.clear()
    monkeypatch.setattr(InMemory, "put_manifest", lambda *_: None)
    with pytest.raises(GateRefused, match="is not there after it was put"):
        index.send(there, "a/b", made)
