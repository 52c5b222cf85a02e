"""The images that a Dockerfile names."""

import pytest

from scripts.lib.settings.images import repository
from scripts.lib.source_build.dockerfile import base_of_result, images

UPSTREAM = """\
# syntax=docker/dockerfile:1
ARG UID=0
FROM --platform=$BUILDPLATFORM node:22-alpine3.20 AS build
RUN npm ci
FROM build AS backend
FROM python:3.12-slim-trixie AS base
RUN --mount=from=ghcr.io/astral-sh/uv:0.12.10,source=/uv,target=/bin/uv \\
    # FROM nothing:1
    --mount=type=bind,from=registry.example:5000/tools/jq:1,source=/jq,target=/bin/jq \\
    set -e; uv pip install
COPY --chown=0:0 --from=build /app/build /app/build
COPY --chown=0:0 \\
     --from=busybox /bin/sh /bin/sh
COPY --from=0 /a /a
from scratch
"""


def test_every_image_from_elsewhere_is_named_once_and_no_stage() -> None:
    assert images(UPSTREAM) == (
        "node:22-alpine3.20",
        "python:3.12-slim-trixie",
        "ghcr.io/astral-sh/uv:0.12.10",
        "registry.example:5000/tools/jq:1",
        "busybox",
    )


def test_the_result_stands_on_the_last_stages_image_over_other_stages() -> None:
    assert base_of_result(UPSTREAM) == "scratch"
    assert base_of_result(UPSTREAM.replace("from scratch\n", "")) == "python:3.12-slim-trixie"
    assert base_of_result("FROM a:1 AS x\nFROM x AS y\nFROM b:1\nFROM y\n") == "a:1"


def test_a_text_that_is_no_dockerfile_names_nothing() -> None:
    assert images("") == ()


@pytest.mark.parametrize(
    ("reference", "without"),
    [
        ("node:22-alpine3.20", "node"),
        ("node", "node"),
        ("ghcr.io/astral-sh/uv:0.12.10", "ghcr.io/astral-sh/uv"),
        ("localhost:5000/a/b", "localhost:5000/a/b"),
        ("localhost:5000/a/b:1", "localhost:5000/a/b"),
        (f"python:3.12@sha256:{'a' * 64}", "python"),
        (f"python@sha256:{'a' * 64}", "python"),
    ],
)
def test_a_repository_is_its_reference_without_tag_and_digest(reference: str, without: str) -> None:
    assert repository(reference) == without
