"""What passes through staging, and what does not; the real way is walked in tests/workflow."""

from pathlib import Path

import pytest

from scripts.lib import engine, push, records, registry, staging
from scripts.lib.checkout import Checkout
from scripts.lib.errors import CommandFailed, SettingsInvalid
from scripts.lib.records import BuiltImage, Image, Strategy
from scripts.lib.registry import DOCKER_MANIFEST, Manifest, Registry
from scripts.lib.settings.environment import EmbeddedRegistry, RemoteRegistry

SENT = Manifest(b'{"config": {"digest": "sha256:a"}}', DOCKER_MANIFEST)
BUILT = BuiltImage(
    reference="graft/tiny/tiny-app:1", image_id="sha256:a", size=1, seconds=1, strategy="release", bases={}
)
BASED = BUILT.model_copy(update={"bases": {"runtime": "sha256:b"}})
IMAGE = Image(inputs="i", tree="t", version="1.0.0", images={"tiny-app": BUILT})
STAGED = f"ghcr.io/owner/tiny-app-staging@{SENT.digest}"


class Asked(list[str]):
    """Notes what was sent, pulled and named, in place of a registry and an engine that has no image."""

    has: Manifest | None = SENT
    sends: Manifest = SENT
    tagged: dict[str, Manifest]

    def push(self, target: Registry, repository: str, built: BuiltImage, known: object) -> Manifest:
        self.append(f"push {target.host}/{repository}")
        return self.sends

    def pull(self, reference: str, login: object) -> None:
        self.append(f"pull {reference}")

    def tag(self, reference: str, name: str) -> None:
        self.append(f"tag {name}")


@pytest.fixture
def place(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path, "tiny", tmp_path / "cache")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    noted = Asked()
    noted.tagged = {}

    class Target(Registry):
        def manifest(self, repository: str, reference: str) -> Manifest | None:
            return noted.has if reference.startswith("sha256:") else noted.tagged.get(f"{repository}:{reference}")

        def put_manifest(self, repository: str, reference: str, manifest: Manifest) -> None:
            noted.tagged[f"{repository}:{reference}"] = manifest

    def connect(settings: EmbeddedRegistry | RemoteRegistry) -> Registry:
        return Target(registry.host(settings), plain=isinstance(settings, RemoteRegistry) and settings.insecure)

    monkeypatch.setenv("STAGING", "ghcr.io/Owner")
    monkeypatch.setattr(registry, "connect", connect)
    monkeypatch.setattr(push, "push", noted.push)
    monkeypatch.setattr(engine, "held", lambda *_: None)
    monkeypatch.setattr(engine, "pull", noted.pull)
    monkeypatch.setattr(engine, "tag", noted.tag)
    monkeypatch.setattr(engine, "image_size", lambda _: 1)
    monkeypatch.setattr(engine, "architecture", lambda: "amd64")
    return noted


def staged() -> Image:
    return IMAGE.model_copy(update={"images": {"tiny-app": BUILT.model_copy(update={"staged": STAGED})}})


def test_an_image_is_sent_to_a_repository_of_its_own_and_the_record_says_where(place: Checkout, asked: Asked) -> None:
    kept = staging.keep(place, IMAGE)
    assert asked == ["push ghcr.io/owner/tiny-app-staging"]
    assert kept == records.find(place, Image) == staged()


def test_what_is_there_is_not_sent_again(place: Checkout, asked: Asked) -> None:
    assert staging.keep(place, staged()) == staged()
    assert asked == []


def test_what_the_engine_lacks_is_pulled_by_digest_and_gets_its_name(asked: Asked) -> None:
    staging.bring(staged())
    assert asked == [f"pull {STAGED}", "tag graft/tiny/tiny-app:1"]


def test_what_the_engine_has_is_not_pulled(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "held", lambda *_: BUILT.reference)
    staging.bring(staged())
    assert asked == []


def test_what_staging_has_no_more_is_left_to_be_built_anew(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    asked.has = None
    staging.bring(staged())
    assert asked == []
    assert "is not in staging any more" in capsys.readouterr().err


def test_without_staging_nothing_happens(place: Checkout, asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STAGING")
    assert staging.keep(place, IMAGE) is IMAGE
    staging.bring(staged())
    assert staging.find("tiny-app", "i", "release", {}, "graft/tiny/tiny-app:2") is None
    assert asked == []


@pytest.mark.parametrize(
    ("value", "plain"), [("localhost:5000/a", True), ("127.0.0.1:5000", True), ("ghcr.io/a", False)]
)
def test_only_this_machine_is_spoken_to_in_the_clear(value: str, plain: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAGING", value)
    settings = staging.place()
    assert settings is not None and settings.insecure is plain


def test_what_was_made_of_the_same_inputs_and_bases_is_found_on_another_machine(place: Checkout, asked: Asked) -> None:
    kept = staging.keep(place, IMAGE.model_copy(update={"images": {"tiny-app": BASED}}))
    asked.clear()
    found = staging.find("tiny-app", "i", "release", {"runtime": "sha256:b"}, "graft/tiny/tiny-app:2")
    assert asked == [f"pull {STAGED}", "tag graft/tiny/tiny-app:2"]
    assert found is not None
    assert (found.image_id, found.staged, found.bases) == ("sha256:a", STAGED, BASED.bases)
    # and it is not sent again
    assert staging.keep(place, kept.model_copy(update={"images": {"tiny-app": found}})).images["tiny-app"] == found
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("name", "inputs", "strategy", "bases"),
    [
        ("other", "i", "release", {"runtime": "sha256:b"}),
        ("tiny-app", "other", "release", {"runtime": "sha256:b"}),
        ("tiny-app", "i", "source", {"runtime": "sha256:b"}),
        ("tiny-app", "i", "release", {"runtime": "sha256:other"}),
    ],
)
def test_what_was_made_of_anything_else_is_not_found(
    name: str, inputs: str, strategy: Strategy, bases: dict[str, str], place: Checkout, asked: Asked
) -> None:
    staging.keep(place, IMAGE.model_copy(update={"images": {"tiny-app": BASED}}))
    asked.clear()
    assert staging.find(name, inputs, strategy, bases, "graft/tiny/tiny-app:2") is None
    assert asked == []


def test_what_was_made_on_another_architecture_is_not_found(
    place: Checkout, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    staging.keep(place, IMAGE)
    asked.clear()
    monkeypatch.setattr(engine, "architecture", lambda: "arm64")
    assert staging.find("tiny-app", "i", "release", {}, "graft/tiny/tiny-app:2") is None
    assert asked == []


def test_of_two_that_were_made_of_the_same_the_first_stays_the_one_that_is_found(place: Checkout, asked: Asked) -> None:
    staging.keep(place, IMAGE)
    first = dict(asked.tagged)
    other = Manifest(b'{"config": {"digest": "sha256:c"}}', DOCKER_MANIFEST)
    asked.sends = other
    kept = staging.keep(place, IMAGE)
    assert str(kept.images["tiny-app"].staged).endswith(other.digest)
    assert asked.tagged == first


def test_a_registry_that_speaks_of_no_repository_yet_makes_no_build_fail(
    asked: Asked, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def denied(*_: object) -> None:
        raise CommandFailed("the registry does not allow it: 403", hint="")

    monkeypatch.setattr(Registry, "manifest", denied)
    monkeypatch.setattr(registry, "connect", lambda _: Registry("ghcr.io"))
    assert staging.find("tiny-app", "i", "release", {}, BUILT.reference) is None
    assert asked == []
    assert "staging was not asked for an earlier image: the registry does not allow it: 403" in capsys.readouterr().err


def test_an_address_is_no_place(place: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAGING", "https://ghcr.io/owner")
    with pytest.raises(SettingsInvalid, match="is no HOST/NAMESPACE"):
        staging.keep(place, IMAGE)
