"""What Lusochat's build of the source makes of Open WebUI's own Dockerfile."""

import re
from pathlib import Path

import pytest

from scripts.lib import steps
from scripts.lib.commands.buildx import Build, build
from scripts.lib.files import Changed, FileMap
from scripts.lib.settings.images import SourceBuild
from scripts.lib.settings.loading import load
from scripts.lib.settings.product import Product
from scripts.lib.settings.selection import ROOT, select
from scripts.lib.settings.steps import StepsFile
from scripts.lib.steps import StepContext

FOLDER = ROOT / "customizations" / "lusochat"
PRODUCT = load(FOLDER / "product.yaml", Product)
DOCKERFILE = """\
# syntax=docker/dockerfile:1
ARG BUILD_HASH=dev-build

FROM --platform=$BUILDPLATFORM node:22-alpine3.20 AS build
ARG BUILD_HASH
ARG BUILD_CHANNEL
ARG USE_SLIM
ARG UID
ARG GID

WORKDIR /app

RUN apk add --no-cache git

COPY package.json package-lock.json ./
RUN npm ci --force

COPY . .
ENV APP_BUILD_HASH=${BUILD_HASH}
ENV APP_BUILD_CHANNEL=${BUILD_CHANNEL}
RUN npm run build && \\
    if [ "$USE_SLIM" = "true" ]; then find build -type f -name '*.map' -delete; fi

RUN chown -R $UID:$GID /app/backend && \\
    chgrp -R 0 /app/backend/open_webui/static

FROM python:3.12-slim-trixie AS base
COPY --chown=$UID:$GID ./backend/requirements*.txt ./
RUN --mount=from=ghcr.io/astral-sh/uv:0.12.10,source=/uv,target=/bin/uv \\
    set -e; \\
    uv pip install --system -r requirements-slim.txt --no-cache-dir
COPY --chown=$UID:$GID --from=build /app/build /app/build
COPY --chown=$UID:$GID --from=build /app/CHANGELOG.md /app/CHANGELOG.md
COPY --chown=$UID:$GID --from=build /app/package.json /app/package.json
COPY --from=build /app/backend .
ARG BUILD_HASH
ENV WEBUI_BUILD_HASH=${BUILD_HASH}
"""
PACKAGE = """\
{
	"scripts": {
		"build": "npm run pyodide:fetch && node --max-old-space-size=12288 node_modules/vite/bin/vite.js build",
		"pyodide:fetch": "node scripts/prepare-pyodide.js"
	}
}
"""


def settings() -> SourceBuild:
    found = PRODUCT.images["lusochat-openwebui"].source
    assert found
    return found


def built_of(*, registry: bool) -> Changed:
    tree = Changed(FileMap({"Dockerfile": DOCKERFILE.encode(), "package.json": PACKAGE.encode()}))
    sets = [one.steps for one in settings().sets if one.when == "always" or not registry]
    to_do = [step for name in sets for step in load(FOLDER / name, StepsFile).steps]
    applied = list(steps.apply_all(to_do, tree, StepContext(FOLDER, "0.12.4", FOLDER)))
    assert steps.verify_all(to_do, applied, tree, StepContext(FOLDER, "0.12.4", FOLDER))[0] == []
    return tree


def dockerfile(*, registry: bool = True) -> str:
    return (built_of(registry=registry).read("Dockerfile") or b"").decode()


def test_the_front_ends_stage_gets_exactly_the_files_that_stamp_it() -> None:
    stage = dockerfile().partition("FROM build AS backend")[0]
    copied = [name for line in re.findall(r"^COPY (.*) \S+$", stage, re.MULTILINE) for name in line.split()]
    stamped = [glob.removesuffix("/**") for glob in settings().stamps["BUILD_HASH"]]
    names = {"package*.json": ["package.json", "package-lock.json"]}
    assert sorted(copied) == sorted(name for glob in stamped for name in names.get(glob, [glob]))
    assert "COPY . ." not in stage


def test_no_build_stamp_stands_before_the_front_ends_build() -> None:
    stage = dockerfile().partition("AS build\n")[2]
    before, found, _ = stage.partition("ARG BUILD_HASH")
    assert found
    assert "npm ci" in before
    assert "ARG" not in before


def test_the_server_is_copied_after_the_front_end_is_built() -> None:
    text = dockerfile()
    assert (
        text.index("npm run build") < text.index("COPY backend backend") < text.index("chown -R $UID:$GID /app/backend")
    )
    assert "COPY --from=backend /app/backend ." in text


def test_the_heap_is_that_of_the_memory_that_is_there() -> None:
    package = (built_of(registry=True).read("package.json") or b"").decode()
    assert "max-old-space-size" not in package
    assert 'NODE_OPTIONS="--max-old-space-size=$heap"' in dockerfile()
    assert "ARG" not in dockerfile().partition("heap=$(")[2].partition("npm run build")[0], (
        "no argument: it would be a stamp"
    )


def test_every_step_that_reaches_out_trusts_the_machines_certificates_for_that_step_alone() -> None:
    text = dockerfile()
    assert text.count("--mount=type=secret,id=ca,target=/run/ca.pem") == 3
    assert "COPY /run/ca.pem" not in text


def test_with_a_registry_the_bases_of_upstream_are_used_as_they_are() -> None:
    text = dockerfile(registry=True)
    assert text.startswith("# syntax=")
    assert "apk add" in text
    assert "--from=release" not in text
    assert b"prepare-pyodide.js" in (built_of(registry=True).read("package.json") or b"")


def test_without_one_nothing_asks_a_registry_or_a_cdn() -> None:
    text = dockerfile(registry=False)
    assert "syntax=" not in text
    assert "apk add" not in text
    assert "COPY --from=release pyodide static/pyodide" in text
    assert text.index("ENV ONNXRUNTIME_NODE_INSTALL_CUDA=skip CYPRESS_INSTALL_BINARY=0") < text.index("npm ci")
    assert b"prepare-pyodide.js" not in (built_of(registry=False).read("package.json") or b"")


@pytest.mark.parametrize(("variant", "argument"), [("slim", "USE_SLIM=true"), ("full", "USE_SLIM=false")])
def test_a_variant_is_worded_as_upstreams_own_argument(variant: str, argument: str) -> None:
    given = Build(
        dockerfile=Path("Dockerfile"), reference="x:1", metadata=Path("m.json"), arguments=settings().variants[variant]
    )
    assert f"--build-arg={argument}" in build(given)


def test_the_release_makes_the_slim_variant_and_full_asks_for_the_source() -> None:
    data = PRODUCT.model_dump(by_alias=True)
    assert PRODUCT.may_take_release
    data["images"]["lusochat-openwebui"]["variant"] = "full"
    full = Product.model_validate(data)
    assert not full.may_take_release
    assert full.may_build_source


def test_all_settings_of_the_product_hold_together(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CHECKOUT", "PRODUCT", "ENVIRONMENT", "STRATEGY"):
        monkeypatch.delenv(name, raising=False)
    chosen = select("lusochat", "dev")
    assert list(chosen.sets) == ["source/steps.yaml", "source/no-registry.yaml"]
