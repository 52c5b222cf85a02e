"""An older deployment's data and secret are taken over, and it stays as it is."""

from pathlib import Path

import pytest

from scripts.lib import engine
from scripts.lib.deploy import deployments, entry, volumes
from scripts.lib.deploy.run import Wish
from scripts.lib.errors import CommandFailed, NothingServes
from scripts.lib.settings.selection import select
from tests.integration.deploy.site import Site
from tests.integration.test_line import docker


def test_an_older_deployment_is_adopted_with_its_secret_and_stays_as_it_is(site: Site) -> None:
    old, key = f"{site.stack}-old", "old-secret-" + "x" * 32
    docker("volume", "create", "--label", "graft.test=1", old)
    site.write(old, "kept", "by people")
    older = docker("run", "--detach", "--label", "graft.test=1", "--volume", f"{old}:/data", "--env", f"SECRET={key}",
                   site.line.published(), "sleep", "600")  # fmt: skip
    try:
        assert "would write while it is copied" in site.run("deploy", "--adopt", old, code=4)
        docker("stop", "--time", "0", older)
        said = site.run("deploy", "--adopt", old)
        assert f"{old} stays as it is" in said
        assert key not in said
        assert site.read(site.data, "kept") == site.read(old, "kept") == "by people"
        assert engine.made(site.container()).environment["SECRET"] == key
        assert "has data already" in site.run("deploy", "--adopt", old, code=2)
        assert "up to date" in site.run("deploy")
    finally:
        docker("rm", "--force", older)


def test_an_adoption_that_broke_off_is_told_and_done_again(site: Site) -> None:
    old = f"{site.stack}-old"
    docker("volume", "create", "--label", "graft.test=1", old)
    site.write(old, "kept", "by people")
    docker("volume", "create", "--label", f"graft.adopted={old}", site.data)
    site.write(site.data, "half", "of it")
    said = site.run("deploy", code=2)
    assert "was not ended" in said
    assert "remove" not in said
    site.run("deploy", "--adopt", old)
    assert (site.read(site.data, "kept"), site.read(site.data, "half")) == ("by people", None)
    (aside,) = docker("volume", "ls", "--quiet", "--filter", f"name={site.data}-unfinished-").split()
    assert site.read(aside, "half") == "of it"


def test_an_adopted_volume_stays_whatever_else_is_lost(site: Site) -> None:
    old = f"{site.stack}-old"
    site.write(docker("volume", "create", "--label=graft.test=1", old), "kept", "by people")
    site.run("deploy", "--adopt", old)
    site.write(site.data, "new", "two months of work")
    engine.remove(site.container())
    engine.remove_volume(deployments.volume_of(site.stack))
    assert "has data already" in site.run("deploy", "--adopt", old, code=2)
    site.run("deploy")
    assert site.read(site.data, "new") == "two months of work"


def test_a_volume_within_the_old_one_is_adopted_with_it_and_a_folder_is_refused(site: Site, tmp_path: Path) -> None:
    old, docs = f"{site.stack}-old", f"{site.stack}-olddocs"
    site.write(docker("volume", "create", "--label=graft.test=1", old), "kept", "by people")
    site.write(docker("volume", "create", "--label=graft.test=1", docs), "thesis", "of Ana")
    made = ("run", "--detach", "--label=graft.test=1", f"--volume={old}:/old", f"--volume={docs}:/old/docs")
    older = docker(*made, f"--volume={tmp_path}:/old/more", site.line.published(), "true")
    try:
        docker("wait", older)
        assert f"has folders of this machine within {old}: {tmp_path}" in site.run("deploy", "--adopt", old, code=2)
        docker("rm", "--force", older)
        older = docker(*made, site.line.published(), "true")
        docker("wait", older)
        site.run("deploy", "--adopt", old)
        assert (site.read(site.data, "docs/thesis"), site.read(site.data, "kept")) == ("of Ana", "by people")
        assert site.read(docs, "thesis") == "of Ana"
    finally:
        docker("rm", "--force", older)


def test_an_adoption_whose_copy_fails_has_the_secret_and_can_be_done_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise CommandFailed("no space left on device", hint="make room")

    old, key = f"{site.stack}-old", "old-secret-" + "x" * 32
    site.write(docker("volume", "create", "--label=graft.test=1", old), "kept", "by people")
    create = ("create", "--label=graft.test=1", f"--volume={old}:/data", f"--env=SECRET={key}")
    older = docker(*create, site.line.published())
    try:
        with monkeypatch.context() as patched:
            patched.setattr(volumes, "copy", full)
            patched.setenv("CHECKOUT", str(site.line.root))
            patched.setenv("CACHE", str(site.line.cache))
            with pytest.raises(NothingServes, match="no space left"):
                entry.deploy(select(site.line.product, "test"), Wish(adopt=old))
        assert f"SECRET={key}" in site.env_file.read_text()
        site.run("deploy", "--adopt", old)
        assert site.read(site.data, "kept") == "by people"
    finally:
        docker("rm", "--force", older)


def test_containers_with_different_secrets_are_not_guessed_between(site: Site) -> None:
    old = f"{site.stack}-old"
    site.write(docker("volume", "create", "--label=graft.test=1", old), "kept", "by people")
    create = ("create", "--label=graft.test=1", f"--volume={old}:/data")
    made = [docker(*create, f"--env=SECRET={one * 32}", site.line.published()) for one in "ab"]
    try:
        assert "different values of SECRET" in site.run("deploy", "--adopt", old, code=2)
    finally:
        docker("rm", "--force", *made)


def test_an_older_secret_that_is_short_and_in_a_file_is_adopted_and_deploys_go_on(site: Site) -> None:
    old = f"{site.stack}-old"
    site.write(docker("volume", "create", "--label=graft.test=1", old), "kept", "by people")
    older = docker("create", "--label=graft.test=1", f"--volume={old}:/data", "--env=SECRET=", site.line.published())
    try:
        engine.put_file(older, "/tmp", "secret", b"AAAAAAAAAAAAAAA=\n")
        site.run("deploy", "--adopt", old)
        assert engine.made(site.container()).environment["SECRET"] == "A" * 15 + "="
        assert "it needs 32" in site.run("deploy")
        checked = site.run("env", "--check")
        assert "it needs 32" in checked
        assert "settings are well" in checked
        site.sets("TOPIC", "music")
        site.run("deploy")
    finally:
        docker("rm", "--force", older)


def test_settings_that_an_adopted_database_overrules_are_told_without_a_container(site: Site) -> None:
    old = f"{site.stack}-old"
    site.write(docker("volume", "create", "--label=graft.test=1", old), "settings.json", '{"greeting": "good day"}')
    words = 'GREETING: has no effect: the database holds "good day" as greeting'
    assert words in site.run("deploy", "--adopt", old)
    engine.remove(site.container())
    assert words in site.run("env", "--check", code=2)
