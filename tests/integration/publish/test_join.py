"""Releases with their ladder of tags, and two machines' images as one: on a real registry, read by Docker itself.

The second machine's image is one whose configuration says arm64; nothing of it is run.
"""

import json
import secrets

import pytest
import yaml

from scripts import join as stage
from scripts.lib import cli, engine, publishing, records, shell
from scripts.lib.commands import docker
from scripts.lib.records import Joined, JoinedImage, Release
from scripts.lib.settings.selection import Selection, select
from tests.integration.publish.site import Make, ask, judge, name, publish, released, some_tree

LADDER = ["version", "minor", "major", "latest", "edge", "tree"]


def set_up(selection: Selection, *, architectures: tuple[str, ...] = ()) -> Selection:
    """Let Tiny have the tags of releases, and its environment these architectures and a place of its own."""
    product = selection.checkout.customizations / "product.yaml"
    product.write_text(yaml.safe_dump(yaml.safe_load(product.read_text()) | {"tags": {"kinds": LADDER}}))
    environment = selection.checkout.environments / "test.yaml"
    settings = yaml.safe_load(environment.read_text()) | {"architectures": list(architectures)}
    settings["registry"] |= {"namespace": f"test-{secrets.token_hex(4)}"}
    environment.write_text(yaml.safe_dump(settings))
    return select(None, None)


@pytest.fixture
def several(selection: Selection) -> Selection:
    return set_up(selection, architectures=("amd64", "arm64"))


@pytest.fixture
def one(selection: Selection) -> Selection:
    return set_up(selection)


def join(code: int = 0) -> None:
    assert cli.run("join", stage.join, stage.__doc__, (), []) == code


def on(architecture: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what follows be a machine of this architecture."""
    monkeypatch.setattr(engine, "architecture", lambda: architecture)


def publish_parts(
    selection: Selection, image: Make, monkeypatch: pytest.MonkeyPatch, tree: str, architectures: str = "amd64 arm64"
) -> dict[str, str]:
    """Publish one tree's image on each machine, one after the other; returns the image IDs."""
    made = {}
    for architecture in architectures.split():
        on(architecture, monkeypatch)
        made[architecture] = judge(selection, image(tree, architecture), tree=tree)
        assert publish() == 0
    return made


def joined(selection: Selection) -> JoinedImage:
    return records.need(selection.checkout, Joined, "join", "test").images[name(selection)]


def place(selection: Selection) -> str:
    return publishing.repository(selection, name(selection))


def named(selection: Selection, tag: str) -> str | None:
    """The digest of what a tag names now."""
    found = ask(selection).manifest(place(selection), tag)
    return found.digest if found else None


def release(monkeypatch: pytest.MonkeyPatch, version: str | None) -> None:
    monkeypatch.setenv("RELEASE_REF", f"refs/tags/tiny-v{version}" if version else "refs/heads/main")


def test_the_images_of_two_machines_are_one_that_each_of_them_pulls_as_its_own(
    several: Selection, image: Make, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    tree = some_tree()
    release(monkeypatch, "1.0.0")
    made = publish_parts(several, image, monkeypatch, tree)
    assert f"1.0.0-custom.1.0-{tree[:12]}-arm64, a part to be joined: arm64" in capfd.readouterr().out
    assert named(several, "1.0.0") is None
    join()
    one = joined(several)
    by_tree = f"1.0.0-custom.1.0-{tree[:12]}"
    assert one.tags == ("1.0.0", "1.0", "1", "latest", by_tree)
    assert {named(several, tag) for tag in one.tags} == {one.digest}
    assert f"\n{one.reference}\n" in f"\n{capfd.readouterr().out}"

    told = json.loads(shell.run(["docker", "buildx", "imagetools", "inspect", "--raw", one.reference]).output)
    platforms = {entry["platform"]["architecture"]: entry["digest"] for entry in told["manifests"]}
    assert platforms == one.parts
    tagged = one.reference.replace(f"@{one.digest}", ":1.0.0")
    for architecture, image_id in made.items():
        try:
            shell.run([*docker.pull(tagged), f"--platform=linux/{architecture}"])
            assert engine.image_id(tagged) == image_id
        finally:
            engine.remove_image(tagged)


def test_what_is_joined_is_up_to_date_until_a_tag_of_it_is_lost(
    several: Selection, image: Make, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    release(monkeypatch, None)
    publish_parts(several, image, monkeypatch, some_tree())
    join()
    first = joined(several)
    assert first.tags[0] == "edge"
    join()
    assert "up to date" in capfd.readouterr().out
    other = ask(several).manifest(place(several), first.parts["arm64"])
    assert other is not None
    ask(several).put_manifest(place(several), "edge", other)
    join()
    assert "up to date" not in capfd.readouterr().out
    assert named(several, "edge") == first.digest


def test_without_every_part_and_where_one_is_of_another_tree_nothing_is_joined(
    several: Selection, image: Make, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    first, second = some_tree(), some_tree()
    publish_parts(several, image, monkeypatch, first, "arm64")
    join(3)
    assert "release.test.amd64.json is missing" in capfd.readouterr().err
    publish_parts(several, image, monkeypatch, second, "amd64")
    join(3)
    said = capfd.readouterr().err
    assert f"the release for arm64: tiny-app is 1.0.0-custom.1.0-{first[:12]}-arm64, the tree here is" in said
    assert records.find(several.checkout, Joined, "test") is None
    assert named(several, f"1.0.0-custom.1.0-{second[:12]}") is None


def test_a_part_that_is_not_what_was_proven_is_not_joined(
    several: Selection, image: Make, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    tree = some_tree()
    publish_parts(several, image, monkeypatch, tree)
    record = records.path_of(several.checkout, Release, "test.arm64")
    swapped = json.loads(record.read_text())
    swapped["images"][name(several)]["digest"] = released(several).digest.replace("sha256:", "sha256:0")[:71]
    record.write_text(json.dumps(swapped))
    join(20)
    assert "published for arm64, is not there" in capfd.readouterr().err
    amd64 = records.need(several.checkout, Release, "publish", "test.amd64").images[name(several)]
    swapped["images"][name(several)] |= {"digest": amd64.digest}
    record.write_text(json.dumps(swapped))
    join(20)
    assert f"is the image {amd64.image_id}, proven for arm64 was" in capfd.readouterr().err
    assert named(several, f"1.0.0-custom.1.0-{tree[:12]}") is None


def test_an_image_of_another_architecture_is_no_part_of_this_machine(
    several: Selection, image: Make, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    tree = some_tree()
    on("amd64", monkeypatch)
    judge(several, image(tree, "arm64"), tree=tree)
    assert publish() == 20
    assert "is for arm64, this machine is amd64" in capfd.readouterr().err
    on("riscv64", monkeypatch)
    assert publish() == 2
    assert "this machine is riscv64, and environment test publishes amd64, arm64" in capfd.readouterr().err
    assert records.find(several.checkout, Release, "test") is None


def test_where_one_machine_publishes_the_whole_nothing_is_joined(
    one: Selection, capfd: pytest.CaptureFixture[str]
) -> None:
    join(2)
    assert "architectures is missing" in capfd.readouterr().err


def test_releases_climb_the_ladder_in_a_real_registry_and_a_backport_does_not_take_latest(
    one: Selection, image: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    digests = {}
    for version in ("1.0.0", "1.0.2-rc.1", "1.0.2", "1.0.1", None):
        tree = some_tree()
        release(monkeypatch, version)
        judge(one, image(tree), tree=tree)
        assert publish() == 0
        digests[version] = released(one).digest
    moving = {tag: named(one, tag) for tag in ("1.0", "1", "latest", "edge")}
    assert moving == dict.fromkeys(("1.0", "1", "latest"), digests["1.0.2"]) | {"edge": digests[None]}
    assert [named(one, version) for version in digests if version] == [digests[v] for v in digests if v]


def test_a_release_never_becomes_another_image(
    one: Selection, image: Make, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    first, second = some_tree(), some_tree()
    release(monkeypatch, "1.0.7")
    judge(one, image(first), tree=first)
    assert publish() == 0
    before = released(one)
    judge(one, image(second), tree=second)
    assert publish() == 20
    said = capfd.readouterr().err
    assert ":1.0.7 is there with the image" in said
    assert "give what changed a version of its own" in said
    assert released(one) == before
    assert named(one, f"1.0.0-custom.1.0-{second[:12]}") is None


def test_an_image_that_was_edge_becomes_a_release_as_it_is(
    one: Selection, image: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = some_tree()
    judge(one, image(tree), tree=tree)
    release(monkeypatch, None)
    assert publish() == 0
    edge = released(one)
    release(monkeypatch, "1.0.9")
    assert publish() == 0
    assert released(one).digest == edge.digest == named(one, "1.0.9") == named(one, "edge")
