"""What the pipeline published is deployed elsewhere: from a clean checkout and the archive of the job `publish`."""

import os
import secrets
import shutil
import socket
import subprocess
from pathlib import Path

import yaml

from scripts.lib import engine
from tests.integration.deploy.site import Site
from tests.integration.test_line import Line, a_line

ACTIONS = Path(__file__).resolve().parents[2] / ".github/actions"


def run_script(action: str, checkout: Path, temp: Path) -> None:
    """Run the one script of an action, as a job does."""
    steps = yaml.safe_load((ACTIONS / action / "action.yml").read_text())["runs"]["steps"]
    (script,) = [step["run"] for step in steps if "run" in step]
    told = os.environ | {"RUNNER_TEMP": str(temp)}
    subprocess.run(["bash", "-e", "-c", script], cwd=checkout, env=told, check=True)  # noqa: S607


def a_server(folder: Path, line: Line) -> Line:
    """A checkout of the same commit without records, workspace, downloads or image."""
    root = folder / "server"
    shutil.copytree(line.root, root, ignore=shutil.ignore_patterns("out", "upstream"))
    for image in line.record("image")["images"].values():
        subprocess.run(["docker", "image", "rm", "--force", image["image_id"]], check=True, capture_output=True)  # noqa: S607
    return Line(line.product, root, folder / "server-cache", line.port)


def test_a_server_deploys_what_the_job_publish_handed_on(tmp_path: Path) -> None:
    received = tmp_path / "received"
    received.mkdir()
    with a_line(tmp_path) as line, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        line.invoke("publish")
        run_script("hand-on", line.root, tmp_path)
        shutil.move(tmp_path / "handover.tar.gz", received)
        server = a_server(tmp_path, line)
        site = Site(server, f"graft-test-{secrets.token_hex(3)}", free.getsockname()[1])
        free.close()
        with server.environment.open("a") as settings:
            settings.write(f"\ndeploy: {{ stack: {site.stack}, port: {site.port}, start_seconds: 20 }}\n")
        try:
            site.run("env", "--init")
            assert "release.test.json is missing" in site.run("deploy", code=3)
            run_script("receive", server.root, tmp_path)
            assert "proofs seen" in site.run("deploy")
            assert site.name() == "Acme"
            assert engine.made(site.container()).reference == line.published()
        finally:
            site.remove()
            server.stage("clean")
        assert engine.image_id(line.published()) is None
