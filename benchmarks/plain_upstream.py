"""The build to compare with: upstream's own Dockerfile on its untouched source, `USE_SLIM=true`.

So that both sides stand on the same bases, and because not every machine reaches a container registry, the images that
the Dockerfile names are stood in for by ones made from Debian's packages, and three things that would reach out are
turned off: the syntax line, `apk`, and the download of pyodide (60 MB that the image then lacks). The plain build
measured is therefore, if anything, shorter than the real one.
"""

import json
import re
import shutil
from pathlib import Path

from scripts.lib import shell

NODE_PACKAGES = "ca-certificates,nodejs,npm,git"
PYTHON_PACKAGES = "ca-certificates,python3,python3-pip,python3-venv,python-is-python3"
CA = Path("/etc/ssl/certs/ca-certificates.crt")
TRUST = "SSL_CERT_FILE=/etc/ssl/host.crt PIP_CERT=/etc/ssl/host.crt NODE_EXTRA_CA_CERTS=/etc/ssl/host.crt"
NODE_SETTINGS = "ONNXRUNTIME_NODE_INSTALL_CUDA=skip CYPRESS_INSTALL_BINARY=0"
PYTHON_SETTINGS = "PIP_BREAK_SYSTEM_PACKAGES=1 UV_BREAK_SYSTEM_PACKAGES=1"


def contexts(tree: Path, scratch: Path, uv: Path) -> list[str]:
    """Make a stand-in for every image that the Dockerfile names and return the options that put them there."""
    dockerfile = (tree / "Dockerfile").read_text()
    node, python, tools = (
        found.group(0)
        for found in (re.search(name, dockerfile) for name in (r"node:\S+", r"python:\S+", r"ghcr\.io/\S+/uv:[^,\s]+"))
        if found
    )
    folder = scratch / "uv"
    folder.mkdir(exist_ok=True)
    shutil.copy2(uv, folder / "uv")
    node_base = _base(scratch, "node", "trixie", NODE_PACKAGES, NODE_SETTINGS)
    python_base = _base(scratch, "python", "bookworm", PYTHON_PACKAGES, PYTHON_SETTINGS)
    return [
        f"--build-context={node}=docker-image://{node_base}",
        f"--build-context={python}=docker-image://{python_base}",
        f"--build-context={tools}={folder}",
    ]


def untouched(tree: Path) -> None:
    """Turn off in an unpacked source what cannot be reached without a container registry; nothing else."""
    dockerfile = tree / "Dockerfile"
    dockerfile.write_text(dockerfile.read_text().replace("# syntax=docker/dockerfile:1\n", "", 1))
    package = tree / "package.json"
    data = json.loads(package.read_text())
    data["scripts"]["pyodide:fetch"] = "true"
    package.write_text(json.dumps(data, indent="\t"))


def command(tree: Path, options: list[str], tag: str) -> list[str]:
    """Word the plain build."""
    fixed = ["docker", "buildx", "build", "--progress=plain", "--build-arg=USE_SLIM=true"]
    return [*fixed, *options, f"--tag={tag}", str(tree)]


def _base(folder: Path, name: str, suite: str, packages: str, environment: str) -> str:
    reference = f"graft-benchmark/{name}:{suite}"
    if not shell.run(["docker", "image", "ls", "--quiet", reference]).output.strip():
        raw = folder / f"{name}.tar"
        shell.follow(
            ["mmdebstrap", "--variant=minbase", f"--include={packages}", suite, raw], log=folder / f"{name}.log"
        )
        shell.run(["docker", "import", raw, f"{reference}-raw"])
        context = folder / f"{name}-context"
        context.mkdir()
        shutil.copy(CA, context / "host.crt")
        (context / "apk").write_text("#!/bin/sh\nexit 0\n")
        (context / "apk").chmod(0o755)
        (context / "Dockerfile").write_text(
            f"FROM {reference}-raw\nCOPY host.crt /etc/ssl/host.crt\nCOPY apk /usr/local/bin/apk\n"
            f"ENV {TRUST} {environment}\n"
        )
        shell.run(["docker", "buildx", "build", f"--tag={reference}", context])
    return reference
