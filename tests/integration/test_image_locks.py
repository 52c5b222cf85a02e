"""What images install: locked from our list and upstream's versions, by uv and npm themselves, and held to the code."""

import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts import customize, fetch, update, validate
from scripts.lib import bases, cli, engine, records, shell
from scripts.lib.checkout import Checkout
from scripts.lib.image_build import ca_bundle
from scripts.lib.records import Validation
from scripts.lib.settings.images import DebianBase
from tests import tiny
from tests.integration.test_line import edit

WORKER = b"import itsdangerous\nfrom six import moves\n"
LIST = "packages: { six: {}, itsdangerous: {} }\n"
PYTHON = {
    "lock": "overlay/worker/requirements.lock",
    "list": "requirements/worker.yaml",
    "upstream": "backend/requirements.txt",
    "code": ["backend/**/*.py"],
    "roots": ["backend", "backend/tiny"],
    "python": "3.11.2",
    "before": "2024-01-01",
}
NPM = {"package": "package.json", "lock": "overlay/package-lock.json", "base": "node", "before": "2025-09-01"}
NODE = {"suite": "trixie", "packages": ["nodejs", "npm", "git", "ca-certificates"]}
PYTHON_STEP = """
  - id: worker-requirements
    kind: overlay
    why: The worker installs what is locked.
    source: overlay/worker
    path: backend/locked
    replaces: false
    proofs:
      - { layer: tree, reason: What a build is given shows in no image. }
"""
NPM_STEP = """
  - id: packages
    kind: overlay
    why: The front end is built of what is locked.
    source: overlay/package-lock.json
    path: package-lock.json
    replaces: false
    proofs:
      - { layer: tree, reason: What a build is given shows in no image. }
"""


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    """A checkout of Tiny whose one image is built from the source with a list of ours; nothing is locked yet."""
    place = Checkout(root=tiny.make_checkout(tmp_path / "checkout"), product="tiny", cache=tmp_path / "cache")
    for name, value in {"CHECKOUT": str(place.root), "CACHE": str(place.cache)}.items():
        monkeypatch.setenv(name, value)
    path = place.customizations / "product.yaml"
    product = yaml.safe_load(path.read_text())
    del product["release"], product["sources"]["release"], product["images"]["tiny-app"]["release"]
    product["images"]["tiny-app"]["source"] |= {"python": PYTHON}
    path.write_text(yaml.safe_dump(product, sort_keys=False))
    (place.customizations / "requirements").mkdir()
    (place.customizations / "requirements/worker.yaml").write_text(LIST)
    steps = place.customizations / "steps.yaml"
    steps.write_text(steps.read_text() + PYTHON_STEP)
    upstream(place, WORKER)
    return place


def upstream(place: Checkout, worker: bytes, **package: Any) -> None:
    """Pack an upstream that imports what `worker` does, and says a version of one of its packages."""

    def edited(files: dict[str, bytes]) -> None:
        files["backend/tiny/worker.py"] = worker
        files["backend/requirements.txt"] = b"itsdangerous<2.1\ntorch==2.3.1\n"
        files["package.json"] = json.dumps(json.loads(files["package.json"]) | package).encode()

    tiny.pack_source(place.root / f"upstream/tiny-{tiny.VERSION}.tar.gz", edit=edited)


def run(*stages: str) -> int:
    """Run stages until one fails; returns the last exit code."""
    works = {
        "update": (update.update, update.OPTIONS),
        "fetch": (fetch.fetch, []),
        "validate": (validate.validate, []),
        "customize": (customize.customize, customize.OPTIONS),
    }
    code = 0
    for stage in stages:
        work, options = works[stage]
        code = code or cli.run(stage, work, "", options, ["--product", "tiny", "--environment", "test"])
    return code


def test_our_list_is_locked_in_upstreams_versions_before_a_day_and_laid_into_the_tree(
    checkout: Checkout, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run("update", "fetch", "validate", "customize") == 0
    lock = (checkout.customizations / str(PYTHON["lock"])).read_text()
    lines = [line.partition(" ")[0] for line in lock.splitlines() if line[:1] not in "# "]
    assert lines == ["itsdangerous==2.0.1", "six==1.16.0"]
    assert lock.startswith(
        "# Written by `invoke update` from requirements/worker.yaml and the tree's backend/requirements.txt, "
        "for Python 3.11.2, of what was there before 2024-01-01.\n"
    )
    assert lock.count("--hash=sha256:") >= 4
    assert str(checkout.root) not in lock
    assert (checkout.workspace / "backend/locked/requirements.lock").read_text() == lock
    capfd.readouterr()
    assert run("update") == 0
    assert "up to date" in capfd.readouterr().out


def test_without_the_lock_fetch_says_what_writes_it(checkout: Checkout, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("update") == 0
    (checkout.customizations / str(PYTHON["lock"])).unlink()
    assert run("fetch") == 3
    said = capfd.readouterr().err
    assert f"fetch: the locked requirements {checkout.customizations / str(PYTHON['lock'])} are missing" in said
    assert "hint: run: invoke update" in said


def test_code_and_list_that_do_not_agree_are_told_at_once_and_nothing_is_built(
    checkout: Checkout, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run("update", "fetch") == 0
    (checkout.customizations / "requirements/worker.yaml").write_text("packages: { six: {}, torch: {} }\n")
    told = (
        "backend/tiny/worker.py:1: `import itsdangerous`: no package of requirements/worker.yaml brings itsdangerous",
        "requirements/worker.yaml: packages.torch: nothing of the code imports torch, and no reason is given",
    )
    for _ in range(2):
        assert run("validate") == 20
        said = capfd.readouterr().err
        assert [line for line in told if f"validate: {line}" not in said] == []
    assert records.need(checkout, Validation, "validate").disagreements == told
    assert run("customize") == 20
    assert run("update") == 20
    assert all(f"update: {line}" in capfd.readouterr().err for line in told[:1])


def test_a_list_that_asks_for_more_than_was_locked_is_told(
    checkout: Checkout, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run("update", "fetch") == 0
    edit(checkout.customizations / "requirements/worker.yaml", "six: {}", "six: { pin: '==1.15.0' }")
    assert run("validate") == 3
    assert (
        "validate: overlay/worker/requirements.lock was not locked from requirements/worker.yaml and the tree's "
        "backend/requirements.txt (images.tiny-app.source.python)\nhint: run: invoke update"
    ) in capfd.readouterr().err
    assert run("update", "validate") == 0
    assert "six==1.15.0" in (checkout.customizations / str(PYTHON["lock"])).read_text()


def test_a_list_that_cannot_be_installed_is_told_and_nothing_is_written(
    checkout: Checkout, capfd: pytest.CaptureFixture[str]
) -> None:
    edit(checkout.customizations / "requirements/worker.yaml", "six: {}", "six: { pin: '==99' }")
    assert run("update") == 10
    assert "six==99" in capfd.readouterr().err
    assert not checkout.lock_file.exists()


@pytest.fixture(scope="module")
def node() -> Iterator[str]:
    """A base with npm; it stays, for it takes a minute to make."""
    from scripts.lib.settings.selection import checkout as own

    place = own("tiny")
    yield bases.from_debian(DebianBase.model_validate(NODE), place).reference


def test_npm_locks_in_the_base_and_its_own_installer_takes_it(
    checkout: Checkout, node: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = checkout.customizations / "product.yaml"
    product = yaml.safe_load(path.read_text())
    product["images"]["tiny-app"]["source"]["npm"] = NPM
    product["bases"]["node"] = {"registry": "node:20-bookworm-slim", "debian": NODE}
    path.write_text(yaml.safe_dump(product, sort_keys=False))
    environment = checkout.environments / "test.yaml"
    environment.write_text(f"{environment.read_text()}bases: debian\n")
    steps = checkout.customizations / "steps.yaml"
    steps.write_text(steps.read_text() + NPM_STEP)
    upstream(checkout, WORKER, dependencies={"debug": "^4.3.0"})
    assert run("update", "fetch", "validate", "customize") == 0
    lock = checkout.customizations / str(NPM["lock"])
    packages = json.loads(lock.read_text())["packages"]
    assert packages["node_modules/debug"]["version"] == "4.4.1"
    assert packages["node_modules/ms"]["integrity"]
    assert "://registry" not in lock.read_text()
    assert "resolved" not in lock.read_text()
    _install(node, checkout.workspace, tmp_path)
    capfd.readouterr()
    upstream(checkout, WORKER, dependencies={"debug": "^4.3.0", "ms": "2.0.0"})
    checkout.lock_file.unlink()
    assert run("update", "fetch", "validate") == 0
    assert json.loads(lock.read_text())["packages"]["node_modules/ms"]["version"] == "2.0.0"
    lock.write_text(lock.read_text().replace('"ms": "2.0.0"', '"ms": "2.0.1"', 1))
    assert run("validate") == 3
    assert "package-lock.json was not locked from the customized tree's package.json" in capfd.readouterr().err


def _install(node: str, tree: Path, folder: Path) -> None:
    """Install the tree's packages as an image's build does."""
    for name in ("package.json", "package-lock.json"):
        (folder / name).write_bytes((tree / name).read_bytes())
    given = ["--mount=type=secret,id=ca,target=/run/ca.pem", "export NODE_EXTRA_CA_CERTS=/run/ca.pem;"]
    lines = ["FROM " + node, "LABEL graft.test=1", "WORKDIR /package", "COPY package.json package-lock.json ./"]
    lines += [f"RUN {given[0]} {given[1]} npm ci --ignore-scripts --no-audit && test -d node_modules/ms"]
    (folder / "Dockerfile").write_text("\n".join(lines) + "\n")
    reference, bundle = f"graft-test/npm:{secrets.token_hex(4)}", ca_bundle()
    secret = [f"--secret=id=ca,src={bundle}"] if bundle else []
    try:
        shell.run(["docker", "buildx", "build", "--quiet", "--load", f"--tag={reference}", *secret, str(folder)])
    finally:
        engine.remove_image(reference)
