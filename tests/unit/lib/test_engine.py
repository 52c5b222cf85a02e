"""What the engine module says when it cannot work, and how it reads an archive."""

import io
import tarfile
from collections.abc import Iterator
from typing import NoReturn

import docker
import pytest
from docker.errors import DockerException

from scripts.lib import engine
from scripts.lib.errors import ResourceMissing


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
