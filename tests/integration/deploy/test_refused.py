"""What stands in the way of a deploy is told before anything starts: settings, ports, stacks of others."""

import socket
from pathlib import Path

from scripts.lib import engine
from scripts.lib.deploy import deployments
from tests.deployments import deployment
from tests.integration.deploy.site import Site
from tests.integration.test_line import docker


def test_a_port_in_use_is_found_before_anything_starts(site: Site) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", site.port))
        taken.listen()
        for stage in (("deploy",), ("env", "--check")):
            assert f"port {site.port} is in use" in site.run(*stage, code=2)
    assert site.history() == []
    assert engine.labelled("container", {"com.docker.compose.project": site.stack}) == []


def test_everything_wrong_with_the_settings_is_told_at_once_and_nothing_starts(site: Site) -> None:
    site.env_file.write_text("SECRET=short\nGREETNG=hi\nTOPIC='<topic>'\nORPHAN=1\nSTACK=mine\n")
    site.env_file.chmod(0o644)
    for stage in (("env", "--check"), ("deploy",)):
        said = site.run(*stage, code=2)
        for words in ("0644", "'GREETING'", "<topic>", "reaches no container", "STACK"):
            assert words in said
    assert engine.labelled("container", {"com.docker.compose.project": site.stack}) == []


def test_a_setting_that_the_database_overrules_is_told_by_the_check_and_stops_no_deploy(site: Site) -> None:
    site.run("deploy")
    assert "settings are well" in site.run("env", "--check")
    site.write(site.data, "settings.json", '{"greeting": "good day"}')
    words = 'GREETING: has no effect: the database holds "good day" as greeting'
    assert words in site.run("env", "--check", code=2)
    assert words in site.run("deploy")
    site.write(site.data, "settings.json", "no json")
    assert "could not be asked" in site.run("env", "--check", code=2)


def test_without_a_file_of_settings_the_next_command_is_told(site: Site) -> None:
    site.env_file.unlink()
    assert "ENVIRONMENT=test invoke env --init" in site.run("deploy", code=2)


def test_the_file_is_for_its_owner_and_what_is_there_stays(site: Site) -> None:
    assert site.env_file.stat().st_mode & 0o777 == 0o600
    text = site.env_file.read_text()
    assert "up to date" in site.run("env", "--init")
    assert site.env_file.read_text() == text
    site.env_file.write_text("GREETING=mine\n")
    site.env_file.chmod(0o644)
    site.run("env", "--init")
    assert site.env_file.read_text().startswith("GREETING=mine\nSECRET=")
    assert site.env_file.stat().st_mode & 0o777 == 0o600


def test_a_stack_of_another_environment_is_left_alone(site: Site) -> None:
    with deployments.lock("other", site.stack, "test") as store:
        store.keep(deployment(product="other", stack=site.stack))
    assert "is that of other in environment test" in site.run("deploy", code=2)


def running(site: Site) -> set[str]:
    """The ids of the project's running containers."""
    found = engine.labelled("container", {"com.docker.compose.project": site.stack})
    return {one for one in found if engine.made(one).running}


def beside(site: Site, folder: Path) -> str:
    """Start a container of somebody else's compose file in the project, and return its id."""
    before = running(site)
    service = f"services: {{ web: {{ image: '{site.line.published()}', command: [sleep, '600'] }} }}"
    (folder / "compose.yaml").write_text(service)
    docker("compose", f"--project-name={site.stack}", f"--file={folder}/compose.yaml", "up", "--detach")
    (started,) = running(site) - before
    return started


def test_a_compose_project_of_somebody_else_is_left_alone(site: Site, tmp_path: Path) -> None:
    other = beside(site, tmp_path)
    for stage in ("deploy", "stop", "restart"):
        assert f"{site.stack}-web-1" in site.run(stage, code=2)
    assert running(site) == {other}


def test_a_container_of_somebody_else_in_our_project_is_not_removed_by_a_later_deploy(
    site: Site, tmp_path: Path
) -> None:
    site.run("deploy")
    (own,) = running(site)
    other = beside(site, tmp_path)
    site.sets("TOPIC", "music")
    for stage in ("deploy", "stop", "restart"):
        assert f"{site.stack}-web-1" in site.run(stage, code=2)
    assert running(site) == {own, other}
    engine.remove(other)
    site.run("deploy")
    assert site.name() == "Acme"
