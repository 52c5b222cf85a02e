"""Where a build's layers come from and go to, and who we are there."""

import base64
import json
from pathlib import Path

import pytest

from scripts.lib import engine, layer_cache, registry_login, shell
from scripts.lib.commands import buildx
from scripts.lib.commands.buildx import Build
from scripts.lib.layer_cache import LayerCache
from scripts.lib.registry_login import Login
from scripts.lib.secret import Secret
from scripts.lib.shell import Completed


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Docker's folder of this user; STAGING is set, and the builder can keep layers in a registry."""
    folder = tmp_path / "docker"
    folder.mkdir()
    monkeypatch.setenv("DOCKER_CONFIG", str(folder))
    monkeypatch.setenv("STAGING", "ghcr.io/Team")
    monkeypatch.setattr(engine, "architecture", lambda: "arm64")
    builder(monkeypatch, "docker-container")
    return folder


def builder(monkeypatch: pytest.MonkeyPatch, driver: str, *, containerd: bool = False) -> None:
    said = f"Name:   mine\nDriver: {driver}\n\nNodes:\nName: mine0\n"
    monkeypatch.setattr(shell, "run", lambda _: Completed(0, said))
    monkeypatch.setattr(engine, "has_containerd_store", lambda: containerd)


def test_each_image_and_architecture_has_a_place_of_its_own(docker: Path, tmp_path: Path) -> None:
    with layer_cache.of("app", tmp_path) as found:
        assert found == LayerCache("ghcr.io/team/app-cache:arm64")


def test_on_one_machine_there_is_none(docker: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STAGING")
    with layer_cache.of("app", tmp_path) as found:
        assert found == LayerCache()


@pytest.mark.parametrize(
    ("driver", "containerd", "able"),
    [("docker", False, False), ("docker", True, True), ("docker-container", False, True), ("remote", False, True)],
)
def test_only_a_builder_that_can_is_asked_to(
    docker: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    driver: str,
    containerd: bool,
    able: bool,
) -> None:
    builder(monkeypatch, driver, containerd=containerd)
    with layer_cache.of("app", tmp_path) as found:
        assert (found.reference is not None) is able
    assert ("keeps no layers in a registry" in capsys.readouterr().err) is not able


def test_the_login_lies_beside_the_users_own_settings_and_is_gone_afterwards(
    docker: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (docker / "buildx").mkdir()
    (docker / "buildx/current").write_text("mine")
    own = {"credsStore": "desktop", "auths": {"other.example": {"auth": "x"}}, "credHelpers": {"other.example": "y"}}
    (docker / "config.json").write_text(json.dumps(own))
    monkeypatch.setattr(registry_login, "find", lambda _: Login("ada", Secret("T")))
    with layer_cache.of("app", tmp_path) as found:
        folder = Path(found.env["DOCKER_CONFIG"])
        assert (folder / "buildx/current").read_text() == "mine"
        assert (folder / "config.json").stat().st_mode & 0o777 == 0o600
        config = json.loads((folder / "config.json").read_text())
        assert base64.b64decode(config["auths"]["ghcr.io"]["auth"]) == b"ada:T"
        assert config["credHelpers"] == {"other.example": "y", "ghcr.io": ""}
        assert (config["credsStore"], config["auths"]["other.example"]) == ("desktop", {"auth": "x"})
    assert not folder.exists()
    assert (docker / "buildx/current").read_text() == "mine"
    assert json.loads((docker / "config.json").read_text()) == own


def test_what_is_kept_is_worded_for_the_build_and_its_failure_is_none() -> None:
    argv = buildx.build(
        Build(dockerfile=Path("Dockerfile"), reference="x:1", metadata=Path("m.json"), cache="r/app-cache:amd64")
    )
    assert argv[-3:-1] == [
        "--cache-from=type=registry,ref=r/app-cache:amd64",
        "--cache-to=type=registry,ref=r/app-cache:amd64,mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true",
    ]
