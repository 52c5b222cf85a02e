"""What the engine module says when it cannot work, and how it reads an archive."""

import io
import tarfile
from collections.abc import Iterator
from types import SimpleNamespace
from typing import NoReturn
from unittest.mock import Mock

import docker
import pytest
from docker.errors import APIError, DockerException
from requests.exceptions import ChunkedEncodingError, ReadTimeout
from requests.exceptions import ConnectionError as Lost

from scripts.lib import engine
from scripts.lib.errors import CommandFailed, ResourceMissing


@pytest.fixture(autouse=True)
def _no_client_kept() -> Iterator[None]:
    engine.client.cache_clear()
    yield
    engine.client.cache_clear()


@pytest.mark.parametrize(
    ("said", "problem", "hint"),
    [
        ("FileNotFoundError(2, 'No such file or directory')", "Docker is not running", "start docker"),
        ("PermissionError(13, 'Permission denied')", "this user may not use Docker's socket", "usermod -aG docker"),
    ],
)
def test_an_engine_out_of_reach_is_told_with_the_way_out(
    said: str, problem: str, hint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> NoReturn:
        raise DockerException(f"Error while fetching server API version: {said}")

    monkeypatch.setattr(docker, "from_env", refuse)
    with pytest.raises(ResourceMissing) as failure:
        engine.image_id("python:3.11-slim-bookworm")
    assert problem in failure.value.problems[0]
    assert hint.lower() in failure.value.hint.lower()
    assert failure.value.exit_code == 4


@pytest.mark.parametrize("late", [ReadTimeout("Read timed out."), Lost("HTTPConnectionPool: Read timed out.")])
def test_a_container_that_takes_too_long_is_no_lost_engine(late: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Mock(**{"wait.side_effect": late})
    slow.name = "copier"
    monkeypatch.setattr(docker, "from_env", lambda **_: Mock(**{"containers.get.return_value": slow}))
    with pytest.raises(CommandFailed, match="copier did not end within 3 s"):
        engine.finish("c", 3)
    slow.wait.side_effect = Lost("Connection refused")
    with pytest.raises(ResourceMissing, match="Docker is not running"):
        engine.finish("c", 3)


@pytest.mark.parametrize("config", ["blobs/sha256/abc", "abc.json"])
def test_the_configuration_is_read_from_an_archive_of_either_form(config: str) -> None:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for name, data in {
            "blobs/sha256/big": b"x" * 9999,
            "manifest.json": f'[{{"Config": "{config}"}}]'.encode(),
        }.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    whole = archive.getvalue()
    chunks = [whole[i : i + 700] for i in range(0, len(whole), 700)]
    assert engine.config_of_archive(chunks) == "sha256:abc"


def test_an_image_that_was_pulled_by_its_digest_is_not_unnamed(monkeypatch: pytest.MonkeyPatch) -> None:
    pulled = SimpleNamespace(id="sha256:1", tags=[], attrs={"RepoDigests": ["localhost:5000/app@sha256:2"]})
    lost = SimpleNamespace(id="sha256:3", tags=[], attrs={"RepoDigests": []})
    client = SimpleNamespace(images=SimpleNamespace(list=lambda **_: [pulled, lost]))
    monkeypatch.setattr(docker, "from_env", lambda **_: client)
    assert engine.unnamed({"graft.product": "tiny"}) == ["sha256:3"]


def test_an_archive_that_breaks_off_is_told_like_any_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def save(self) -> Iterator[bytes]:
            yield b"x"
            raise ChunkedEncodingError("Connection broken")

    client = SimpleNamespace(images=SimpleNamespace(get=lambda _: Broken()))
    monkeypatch.setattr(docker, "from_env", lambda **_: client)
    with pytest.raises(ResourceMissing, match="Connection broken"), engine.saved("app:1") as archive:
        archive.read()


@pytest.mark.parametrize("why", ["removal of container 4f is already in progress", "it is of another mind"])
def test_a_container_that_somebody_else_is_removing_is_waited_for(why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[str] = []

    class Going:
        def remove(self, **_: bool) -> None:
            raise APIError("409 Client Error", explanation=why)

        def wait(self, *, condition: str, timeout: float) -> None:
            waited.append(condition)

    client = SimpleNamespace(containers=SimpleNamespace(get=lambda _: Going()))
    monkeypatch.setattr(docker, "from_env", lambda **_: client)
    if "progress" in why:
        engine.remove("4f")
        assert waited == ["removed"]
    else:
        with pytest.raises(CommandFailed, match="another mind"):
            engine.remove("4f")
