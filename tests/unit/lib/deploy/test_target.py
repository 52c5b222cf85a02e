"""Where a product runs: its names, what compose is given, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.lib import records, shell
from scripts.lib.deploy import target as targets
from scripts.lib.deploy.env_file import EnvFile
from scripts.lib.deploy.target import Target
from scripts.lib.errors import SettingsInvalid
from scripts.lib.records import BuiltImage, Image, Release
from scripts.lib.secret import Secret
from scripts.lib.settings.selection import select
from tests import pair
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


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert text.count(old) == 1
    file.write_text(text.replace(old, new))


def settle(checkout: Path, deploy: str) -> None:
    file = checkout / "compose/environments/test.yaml"
    file.write_text(f"{file.read_text()}\ndeploy: {{ {deploy} }}\n")


def test_it_is_called_after_the_product_unless_the_environment_says_otherwise(checkout: Path) -> None:
    assert (target().stack, target().port, target().volumes()) == ("tiny", 3999, ["tiny-data"])
    assert target().env_file == checkout / "compose/tiny/test.env"
    settle(checkout, "stack: 'my-{product}', port: 4000, url: 'https://a.pt', env_file: /etc/m.env, start_seconds: 9")
    found = target()
    assert (found.stack, found.volumes(), found.url) == ("my-tiny", ["my-tiny-data"], "https://a.pt")
    assert str(found.env_file) == "/etc/m.env"
    assert found.start_seconds == 9


def composed(monkeypatch: pytest.MonkeyPatch, services: dict[str, Any]) -> list[dict[str, Any]]:
    """Let compose make these services of the files; returns what it will be asked with."""
    asked: list[dict[str, Any]] = []

    def run(argv: list[str], **given: Any) -> shell.Completed:
        asked.append(given | {"argv": argv})
        return shell.Completed(0, json.dumps({"services": services}))

    monkeypatch.setattr(shell, "run", run)
    return asked


def published(port: int, inside: int, host: str = "127.0.0.1") -> dict[str, Any]:
    return {"ports": [{"host_ip": host, "published": str(port), "target": inside, "protocol": "tcp"}]}


def test_it_is_well_where_its_port_is_published_else_where_users_reach_it(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (checkout / "compose/tiny/test.env").write_text("SECRET=s\n")
    composed(monkeypatch, {"tiny": published(3999, 8080)})
    assert target().health == "http://127.0.0.1:3999/health"
    composed(monkeypatch, {"tiny": {}, "proxy": published(443, 443, host="")})
    assert target().health is None
    settle(checkout, "url: 'https://a.pt/'")
    assert target().health == "https://a.pt/health"


def test_compose_only_reads_its_files_without_secrets_and_without_what_is_missing(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = checkout / "compose/tiny/test.env"
    (asked,) = [composed(monkeypatch, {"tiny": {}})]
    file.write_text("SECRET=hush-hush\nGREETING=hi\n")
    assert target().resolved.services == {"tiny": {}}
    file.write_text("GREETING=hi\n")
    assert target().resolved.services == {"tiny": {}}
    for one in asked:
        assert one["env"] | {"GREETING": "hi", "SECRET": "any", "IMAGE_TINY_APP": "any"} == one["env"]
        assert "config" in one["argv"]


def test_a_service_is_met_at_the_port_that_it_publishes_or_exposes_else_at_its_own(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (checkout / "compose/tiny/test.env").write_text("SECRET=s\n")
    both = {"ports": [*published(3999, 8080)["ports"], *published(4999, 9999)["ports"]]}
    for services, inside, outside in (
        ({"tiny": published(3999, 4000)}, 4000, 3999),
        ({"tiny": both}, 8080, 3999),
        ({"tiny": {"expose": ["4000"]}}, 4000, None),
        ({"tiny": {}}, 8080, None),
        ({"tiny": published(3999, 8080, host="192.0.2.1")}, 8080, None),
    ):
        composed(monkeypatch, services)
        assert (target().inside("tiny"), target().published("tiny")) == (inside, outside)
    composed(monkeypatch, {"tiny": both, "beside": {}})
    assert (target().published("tiny", 9999), target().inside("beside")) == (4999, None)


@pytest.fixture
def pair_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CHECKOUT", str(pair.make_checkout(tmp_path)))
    return tmp_path


def pair_target() -> Target:
    return targets.of(select("pair", "test"))


def test_of_several_images_each_has_its_service_and_all_have_one_deadline(pair_checkout: Path) -> None:
    found = pair_target()
    assert [found.service_of(name) for name in found.runs] == ["web", "store"]
    assert (found.start_seconds, found.stop_seconds) == (40, 20)
    assert found.wanted({"pair-store": IMAGES["tiny-app"]}) == {"store": IMAGES["tiny-app"].image_id}


def test_an_image_that_several_services_have_needs_one_that_is_looked_at(pair_checkout: Path) -> None:
    compose = pair_checkout / "compose/pair/compose.yaml"
    edit(
        compose,
        "volumes:\n  notes:\n    name",
        "  again: { image: '${IMAGE_PAIR_STORE}' }\n\nvolumes:\n  notes:\n    name",
    )
    with pytest.raises(SettingsInvalid, match="is missing; services of that image: store, again"):
        pair_target().service_of("pair-store")
    settings = pair_checkout / "customizations/pair/product.yaml"
    edit(settings, "stand: { port: 9000,", "stand: { port: 9000, service: again,")
    assert pair_target().service_of("pair-store") == "again"


def built(names: list[str]) -> Image:
    one = BuiltImage(reference="r", image_id=f"sha256:{'a' * 64}", size=1, seconds=1, strategy="source", bases={})
    return Image(inputs="i", tree="t", version="1.0.0", images=dict.fromkeys(names, one))


def test_a_compose_file_of_an_image_counts_only_where_what_was_built_has_it(pair_checkout: Path) -> None:
    compose, settings = pair_checkout / "compose/pair", pair_checkout / "customizations/pair/product.yaml"
    head, store = (compose / "compose.yaml").read_text().split("  store:\n")
    store, volumes = store.split("\nvolumes:\n")
    (compose / "compose.yaml").write_text(f"{head}\nvolumes:\n{volumes}")
    (compose / "compose.store.yaml").write_text(f"services:\n  store:\n{store}")
    edit(compose / "compose.store.yaml", "      BROKEN:", "      BROKEN:\n      ONLY_OF_THE_STORE:")
    edit(settings, "  compose_in:", "  compose_of: { pair-store: compose.store.yaml }\n  compose_in:")
    place = select("pair", "test").checkout
    place.out.mkdir(parents=True)
    for names, files in ((["pair-web"], 1), (["pair-web", "pair-store"], 2)):
        records.write(place, built(names))
        found = pair_target()
        assert (list(found.runs), len(found.compose.paths)) == (names, files)
        assert ("ONLY_OF_THE_STORE" in found.compose.variables) is ("pair-store" in names)
        assert "ONLY_OF_THE_STORE" in found.variables, "one file of settings serves every release"


def test_an_environment_may_have_compose_files_of_its_own(pair_checkout: Path) -> None:
    assert [path.name for path in pair_target().compose.paths] == ["compose.yaml"]
    settings = pair_checkout / "customizations/pair/product.yaml"
    edit(settings, "{ hidden: [", "{ test: [")
    assert [path.name for path in pair_target().compose.paths] == ["compose.yaml", "compose.hidden.yaml"]


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


def test_compose_is_given_what_changes_with_the_configuration_of_services(checkout: Path) -> None:
    file = checkout / "compose/tiny/compose.yaml"
    file.write_text(f"{file.read_text()}\nconfigs: {{ own: {{ file: own.conf }} }}\n")
    found = []
    for text in ("port 80", "port 81"):
        (checkout / "compose/tiny/own.conf").write_text(text)
        found.append((target().given({})["CONFIGS"], target().given({})["CONFIGS"]))
    assert found[0][0] == found[0][1] != found[1][0]


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
