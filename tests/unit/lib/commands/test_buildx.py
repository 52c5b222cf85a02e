"""The words of a build."""

from datetime import UTC, datetime
from pathlib import Path

from scripts.lib.commands import buildx


def test_a_build_names_all_that_it_is_given() -> None:
    given = buildx.Build(
        dockerfile=Path("release/Dockerfile"),
        reference="graft/tiny/app:1",
        metadata=Path("m.json"),
        contexts={"base": "docker-image://debian:12", "tree": "out/workspace"},
        arguments={"IMMUTABLE": "x"},
        labels={"graft.product": "tiny"},
        created=datetime(2026, 1, 2, tzinfo=UTC),
        secrets={"ca": Path("ca.pem")},
    )
    assert buildx.build(given) == [
        *("docker", "buildx", "build", "--progress=plain", "--load", "--provenance=false"),
        *("--tag=graft/tiny/app:1", "--metadata-file=m.json", "--build-arg=SOURCE_DATE_EPOCH=1767312000"),
        *("--label=graft.product=tiny", "--file=release/Dockerfile"),
        *("--build-context=base=docker-image://debian:12", "--build-context=tree=out/workspace"),
        *("--build-arg=IMMUTABLE=x", "--secret=id=ca,src=ca.pem", "release"),
    ]


def test_files_are_made_anew_and_no_image_of_them() -> None:
    given = buildx.Inputs(dockerfile=Path("a/Dockerfile"), context=Path("a/context"), arguments={"BEFORE": "x"})
    assert buildx.files(given, Path("made")) == [
        *("docker", "buildx", "build", "--progress=plain", "--no-cache", "--output=type=local,dest=made"),
        *("--file=a/Dockerfile", "--build-arg=BEFORE=x", "a/context"),
    ]


def test_the_context_may_lie_above_the_dockerfile() -> None:
    given = buildx.Build(
        dockerfile=Path("tree/docker/Dockerfile"), reference="x:1", metadata=Path("m.json"), context=Path("tree")
    )
    assert buildx.build(given)[-1] == "tree"
    assert "--file=tree/docker/Dockerfile" in buildx.build(given)


def test_a_registry_is_asked_without_bringing_the_image() -> None:
    assert buildx.ask("debian:12") == ["docker", "buildx", "imagetools", "inspect", "--raw", "debian:12"]
