"""One build: its identity, its certificates, its progress."""

from pathlib import Path
from typing import Any

import pytest

from scripts.lib import image_build, shell
from scripts.lib.commands.buildx import Build
from scripts.lib.errors import CommandFailed
from scripts.lib.shell import Completed


class Part:
    """Keeps what a person would see."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def update(self, *, says: str) -> None:
        self.said.append(says)


def building(monkeypatch: pytest.MonkeyPatch, metadata: str) -> None:
    def follow(argv: list[str], *, on_line: Any, **_: Any) -> Completed:
        on_line("#19 4.851 Installed 176 packages in 1.87s")
        on_line("#20 [stage-0  5/12] COPY --from=stable . /app/build")
        place = next(word for word in argv if word.startswith("--metadata-file="))
        Path(place.partition("=")[2]).write_text(metadata)
        return Completed(0, "")

    monkeypatch.setattr(shell, "follow", follow)


@pytest.fixture
def given(tmp_path: Path) -> Build:
    return Build(dockerfile=tmp_path / "Dockerfile", reference="x:1", metadata=tmp_path / "metadata.json")


def test_the_identity_is_the_digest_of_the_configuration(
    monkeypatch: pytest.MonkeyPatch, given: Build, tmp_path: Path
) -> None:
    building(monkeypatch, '{"containerimage.config.digest": "sha256:c", "containerimage.digest": "sha256:m"}')
    part: Any = Part()
    assert image_build.build_image(given, tmp_path / "log", part) == "sha256:c"
    assert part.said == ["Installed 176 packages in 1.87s", "[stage-0  5/12] COPY --from=stable . /app/build"]


def test_a_build_that_names_no_image_is_an_error(monkeypatch: pytest.MonkeyPatch, given: Build, tmp_path: Path) -> None:
    building(monkeypatch, "{}")
    part: Any = Part()
    with pytest.raises(CommandFailed, match=r"metadata\.json names no image"):
        image_build.build_image(given, tmp_path / "log", part)


def test_the_certificates_are_those_that_the_machine_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.write_text("x")
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    assert image_build.ca_bundle() == bundle
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none"))
    assert image_build.ca_bundle() is None
