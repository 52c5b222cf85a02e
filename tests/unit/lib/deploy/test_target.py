"""Where a product runs: its names, what compose is given, and what is refused."""

from pathlib import Path

import pytest

from scripts.lib.deploy import target as targets
from scripts.lib.deploy.env_file import EnvFile
from scripts.lib.deploy.target import Target
from scripts.lib.errors import SettingsInvalid
from scripts.lib.records import Release
from scripts.lib.secret import Secret
from scripts.lib.settings.selection import select
from tests.deployments import deployment
from tests.tiny import make_checkout

IMAGES = deployment().images
RELEASE = Release.model_construct(inputs="i", environment="test", version="1.0.0", verdict="v", images={})


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CHECKOUT", str(make_checkout(tmp_path)))
    return tmp_path


def target() -> Target:
    return targets.of(select("tiny", "test"))


def settle(checkout: Path, deploy: str) -> None:
    file = checkout / "compose/environments/test.yaml"
    file.write_text(f"{file.read_text()}\ndeploy: {{ {deploy} }}\n")


def test_it_is_called_after_the_product_unless_the_environment_says_otherwise(checkout: Path) -> None:
    assert (target().stack, target().port, target().volumes()) == ("tiny", 3999, ["tiny-data"])
    assert target().env_file == checkout / "compose/tiny/test.env"
    settle(checkout, "stack: 'my-{product}', port: 4000, url: 'https://a.pt', env_file: /etc/m.env, start_seconds: 9")
    found = target()
    assert (found.stack, found.volumes(), found.url) == ("my-tiny", ["my-tiny-data"], "https://a.pt")
    assert (found.health, str(found.env_file)) == ("http://127.0.0.1:4000/health", "/etc/m.env")
    assert found.start_seconds == 9


def test_an_environment_has_its_port_so_far_from_the_products_own(checkout: Path) -> None:
    settle(checkout, "port_offset: 100")
    assert target().port == 4099


def test_the_environments_of_this_repository_do_not_meet_on_one_machine() -> None:
    found = [targets.of(select("lusochat", name)) for name in ("dev", "staging", "production")]
    for kind in ("stack", "port", "env_file"):
        assert len({getattr(one, kind) for one in found}) == len(found), kind


def test_compose_is_given_the_image_by_digest_and_the_limits(checkout: Path) -> None:
    assert target().given(IMAGES) == {
        "STACK": "tiny",
        "PORT": "3999",
        "LIMIT_MEMORY": "256m",
        "LIMIT_CPUS": "1.0",
        "LIMIT_PIDS": "64",
        "IMAGE_TINY_APP": "localhost:5999/tiny-app@sha256:1",
    }
    assert target().wanted(IMAGES) == {"tiny": IMAGES["tiny-app"].image_id}


def test_only_what_is_set_decides_what_runs_not_what_is_explained(checkout: Path) -> None:
    def inputs(text: str) -> str:
        (checkout / "compose/tiny/test.env").write_text(text)
        return target().inputs(RELEASE)

    first = inputs("SECRET=s\nTOPIC=a\n")
    assert inputs("# why\nTOPIC='a'\n\nSECRET=s # for us\n") == first
    assert inputs("SECRET=s\nTOPIC=b\n") != first


def test_secrets_are_given_as_such_and_the_file_overrules_nothing_of_the_deploys(checkout: Path) -> None:
    found = target().environment(EnvFile({"SECRET": "s", "GREETING": "hi", "PORT": "1"}), IMAGES)
    assert found["SECRET"] == Secret("s")
    assert (found["GREETING"], found["PORT"]) == ("hi", "3999")


def test_variables_of_the_caller_that_compose_would_take_are_strangers(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GREETING", "intruder")
    monkeypatch.setenv("TOPIC", "intruder")
    assert target().strangers({"GREETING": "ours"}) == ["TOPIC"]


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (
            "compose/tiny/compose.yaml",
            "${IMAGE_TINY_APP:?by digest}",
            "tiny:1",
            "no service has the image",
        ),
        ("customizations/tiny/product.yaml", "front: tiny-app", "front: tiny", "no image is called 'tiny'"),
        ("customizations/tiny/product.yaml", "volume: data,", "volume: dta,", "'dta' is none of volumes"),
        ("customizations/tiny/product.yaml", "stored: greeting", "when: SECRT", "there is no variable 'SECRT'"),
        ("customizations/tiny/product.yaml", "front: tiny-app", "front: tiny-app\n  ports: 1", "did you mean 'port'"),
    ],
)
def test_settings_that_do_not_hold_together_are_refused(
    checkout: Path, file: str, old: str, new: str, words: str
) -> None:
    path = checkout / file
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(SettingsInvalid) as refused:
        target()
    assert words in str(refused.value)


def test_a_product_that_does_not_say_how_it_runs_is_refused(checkout: Path) -> None:
    path = checkout / "customizations/tiny/product.yaml"
    text = path.read_text()
    path.write_text(text[: text.index("deploy:")] + text[text.index("release:\n  source") :])
    with pytest.raises(SettingsInvalid, match=r"product\.yaml: deploy is missing"):
        target()
