"""Bad settings: each message names the file and the place in it."""

from pathlib import Path
from typing import TypeVar

import pydantic
import pytest

from scripts.lib.errors import SettingsInvalid
from scripts.lib.settings.environment import Environment
from scripts.lib.settings.loading import load
from scripts.lib.settings.product import Product
from scripts.lib.settings.steps import StepsFile

M = TypeVar("M", bound=pydantic.BaseModel)

STEP = """\
steps:
  - id: title
    kind: text
    why: a reason
    path: page.html
    alternatives:
      - { find: old, replace: new }
    proofs:
      - { layer: http, get: /, contains: new }
"""

ENVIRONMENT = """\
environment: dev
licence: { basis: small-deployment, end_users: 50 }
gates: [structure, build]
registry: { kind: embedded }
"""

LICENCE = "licence: { file: L, rules: [{ versions: {}, name: MIT, needs_basis: false }] }"
TWO_IN_ONE = f"""version: latest }}
  more: {{ kind: path, path: a, into: a, {LICENCE} }}
  other: {{ kind: path, path: a, into: a/b, {LICENCE} }}"""
PRODUCT = """\
product: tiny
title: Tiny
customization_version: "1.0"
sources:
  upstream: { kind: pypi, project: tiny, version: latest }
tree: upstream
licence:
  file: LICENSE
  rules:
    - { versions: { from: 1.0.0 }, name: MIT, needs_basis: false }
bases:
  python: { registry: "python:3.11", debian: { suite: bookworm, packages: [python3] } }
images:
  tiny:
    about: { title: Tiny, description: Tiny, licences: MIT }
    release:
      dockerfile: Dockerfile
      base: python
      python: { lock: requirements.lock, upstream: requirements.txt }
    stand: { port: 80, health: /health }
release:
  source: upstream
  front_end: front_end
  immutable: immutable
  projections:
    - { kind: copy, tree: "static/**", strip: static/ }
"""


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """Where the settings under test lie."""
    return tmp_path / "settings.yaml"


def problems(path: Path, model: type[M], text: str | bytes) -> list[str]:
    """Return what is wrong with `text`, without the file's name, which every line must begin with."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SettingsInvalid) as caught:
        load(path, model)
    assert caught.value.exit_code == 2
    assert all(problem.startswith(str(path)) for problem in caught.value.problems)
    return [problem.removeprefix(str(path)).removeprefix(": ") for problem in caught.value.problems]


def test_sound_settings_are_frozen(written: Path) -> None:
    written.write_text(STEP)
    step = load(written, StepsFile).steps[0]
    with pytest.raises(pydantic.ValidationError, match="frozen"):
        step.why = "another"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("wrong", "right", "place"),
    [
        ("whi: a reason", "why: a reason", "steps[0].whi: unknown key, did you mean 'why'?"),
        ("{ fnd: old,", "{ find: old,", "steps[0].alternatives[0].fnd: unknown key, did you mean 'find'?"),
        ("contians: new", "contains: new", "steps[0].proofs[0].contians: unknown key, did you mean 'contains'?"),
        ("versions: { form: 1.0.0 }", "why: a reason", "steps[0].versions.form: unknown key, did you mean 'from'?"),
    ],
)
def test_an_unknown_key_in_a_step_is_told_with_its_path_and_the_nearest_name(
    written: Path, wrong: str, right: str, place: str
) -> None:
    assert place in problems(written, StepsFile, STEP.replace(right, wrong))


@pytest.mark.parametrize(
    ("proof", "place"),
    [
        ("{ layer: http, locale_texts: true, versoins: {} }", "versoins: unknown key, did you mean 'versions'?"),
        ("{ layer: http, bundle_contains: x, cuont: 1 }", "cuont: unknown key, did you mean 'count'?"),
        ("{ layer: image-config, labls: { a: b } }", "labls: unknown key, did you mean 'labels'?"),
        ("{ layer: image-file, path: /a, absnt: true }", "absnt: unknown key, did you mean 'absent'?"),
        ("{ layer: tree, raeson: as it is }", "raeson: unknown key, did you mean 'reason'?"),
    ],
)
def test_an_unknown_key_in_any_kind_of_proof_is_told_with_the_nearest_name(
    written: Path, proof: str, place: str
) -> None:
    text = STEP.replace("{ layer: http, get: /, contains: new }", proof)
    assert f"steps[0].proofs[0].{place}" in problems(written, StepsFile, text)


@pytest.mark.parametrize(
    ("right", "wrong", "place"),
    [
        ("project: tiny,", "projct: tiny,", "sources.upstream.projct: unknown key, did you mean 'project'?"),
        ("from: 1.0.0", "form: 1.0.0", "licence.rules[0].versions.form: unknown key, did you mean 'from'?"),
        ("suite: book", "siute: book", "bases.python.debian.siute: unknown key, did you mean 'suite'?"),
        ("port: 80", "prot: 80", "images.tiny.stand.prot: unknown key, did you mean 'port'?"),
        ("strip: static", "stripp: static", "release.projections[0].stripp: unknown key, did you mean 'strip'?"),
        ("kind: copy", "kind: copi", "release.projections[0]: unknown kind 'copi', did you mean 'copy'?"),
        ("kind: pypi", "kind: pipi", "sources.upstream: unknown kind 'pipi', did you mean 'pypi'?"),
        ("version: latest", "version: newest", "sources.upstream.version: must be latest, a version such as 0.12.4,"),
        ("version: latest", "version: 0.12", "sources.upstream.version: must be a text, in quotes where YAML reads"),
        (
            'registry: "python:3.11"',
            'registry: "https://python"',
            "bases.python.registry: must be an image's reference",
        ),
        ('registry: "python:3.11"', 'registry: "Python:3.11"', "bases.python.registry: must be an image's reference"),
        ("needs_basis: false", "needs_basis: false, texts: {abc: {}}", "licence.rules[0].texts.abc: must be a sha256"),
        ("tree: upstream", "tree: upsteam", "tree: no source is called 'upsteam'"),
        (
            "version: latest }",
            f"version: latest, into: a, {LICENCE} }}",
            "sources.upstream.into: the tree itself begins",
        ),
        (
            "upstream: requirements.txt }",
            "upstream: requirements.txt }\n      arguments: { A: '{verson}' }",
            "images.tiny.release.arguments.A: nothing stands for {verson}; known are {version}, {commit}, {created}",
        ),
        ("upstream: requirements.txt }", "python: '3.11' }", "images.tiny.release.python: needs list or upstream"),
        (
            "upstream: requirements.txt }",
            "list: a.yaml }",
            "images.tiny.release.python: list and code go together",
        ),
        (
            "upstream: requirements.txt }",
            "upstream: a, roots: [b] }",
            "images.tiny.release.python: leave_out_code and roots go with list and code",
        ),
        ("upstream: requirements.txt }", "upstream: a, python: '2' }", "images.tiny.release.python.python: "),
        (
            "    stand:",
            "    source: { memory: 1, python: { lock: requirements.lock, upstream: other.txt } }\n    stand:",
            "images: requirements.lock would be locked in two ways",
        ),
        (
            "    stand:",
            "    source: { memory: 1, npm: { lock: a, package: package.json, base: nod } }\n    stand:",
            "images.tiny.source.npm.base: no base is called 'nod'",
        ),
        ("version: latest }", "version: latest, into: a }", "sources.upstream: into and licence go together"),
        (
            "version: latest }",
            TWO_IN_ONE,
            "sources.other.into: lies in that of more",
        ),
        (
            "version: latest }",
            "version: latest }\n  more: { kind: path, path: a, leave_out: [b] }",
            "sources.more.leave_out: is no part of the tree; name its folder there with into",
        ),
        (
            "version: latest }",
            f"version: latest }}\n  more: {{ kind: pypi, project: a, version_of: upstream, into: a, {LICENCE} }}",
            "sources.more: into: what is laid into the tree has a version of its own",
        ),
        ("product: tiny", "product: Tiny One", "product: must be lower-case letters, digits and hyphens (it is 'Tiny"),
    ],
)
def test_a_wrong_product_is_told_with_its_place(written: Path, right: str, wrong: str, place: str) -> None:
    assert any(problem.startswith(place) for problem in problems(written, Product, PRODUCT.replace(right, wrong)))


@pytest.mark.parametrize(
    ("right", "wrong", "place"),
    [
        ("end_users: 50", "end_user: 50", "licence.end_user: unknown key, did you mean 'end_users'?"),
        ("end_users: 50", "end_users: many", "licence.end_users: must be a whole number (it is 'many')"),
        (
            "basis: small-deployment",
            "basis: small-deploy",
            "licence: unknown basis 'small-deploy', did you mean 'small-deployment'?",
        ),
        ("kind: embedded", "port: 5000", "registry: the key 'kind' is missing"),
        ("kind: embedded", "kind: remote", "registry.host: is missing"),
        (
            "kind: embedded",
            "kind: remote, host: https://ghcr.io",
            "registry.host: must be a host such as ghcr.io or localhost:5000, no address (it is 'https://ghcr.io')",
        ),
        (
            "kind: embedded",
            "kind: remote, host: ghcr.io, namespace: Team",
            "registry.namespace: must be lower-case names with slashes between, such as team/apps (it is 'Team')",
        ),
        ("[structure, build]", "build", "gates: must be a list (it is 'build')"),
        ("[structure, build]", "[]", "gates: must have at least one entry"),
    ],
)
def test_a_wrong_environment_is_told_with_its_place(written: Path, right: str, wrong: str, place: str) -> None:
    assert place in problems(written, Environment, ENVIRONMENT.replace(right, wrong))


def test_a_wrong_entry_is_told_once_and_not_as_a_missing_one_too(written: Path) -> None:
    assert problems(written, StepsFile, STEP.replace("find: old", "find: 3")) == [
        "steps[0].alternatives[0].find: must be a text, in quotes where YAML reads something else (it is 3)"
    ]


def test_every_problem_of_a_file_is_told_at_once(written: Path) -> None:
    text = STEP.replace("path: page.html", "path: ../page.html").replace("why: a reason", "whi: a reason")
    places = [problem.partition(": ")[0] for problem in problems(written, StepsFile, text)]
    assert sorted(places) == ["steps[0].path", "steps[0].whi", "steps[0].why"]


def test_a_step_without_a_proof_is_refused(written: Path) -> None:
    text = STEP.replace("    proofs:\n      - { layer: http, get: /, contains: new }\n", "")
    assert problems(written, StepsFile, text) == ["steps[0].proofs: is missing"]


def test_a_proof_of_an_unknown_layer_is_refused(written: Path) -> None:
    text = STEP.replace("layer: http", "layer: htpp")
    assert problems(written, StepsFile, text) == [
        "steps[0].proofs[0]: needs a layer: browser, http, image-config, image-file or tree"
    ]


@pytest.mark.parametrize(
    ("proof", "place"),
    [
        ("{ layer: http, get: /, contains: '' }", "contains: must not be empty (it is '')"),
        ("{ layer: http, bundle_contains: '' }", "bundle_contains: must not be empty (it is '')"),
        ("{ layer: image-file, path: /a, contains: '' }", "contains: must not be empty (it is '')"),
        (
            "{ layer: http, get: /, xpath: '//[', equals: a }",
            "xpath: is not an XPath: Invalid expression (it is '//[')",
        ),
    ],
)
def test_a_proof_that_cannot_fail_or_never_pass_is_refused(written: Path, proof: str, place: str) -> None:
    text = STEP.replace("{ layer: http, get: /, contains: new }", proof)
    assert problems(written, StepsFile, text) == [f"steps[0].proofs[0].{place}"]


@pytest.mark.parametrize(
    "source",
    [
        "{ kind: git, url: 'https://me:hunter2@example.org/a.git', ref: main }",
        "{ kind: git, url: 'https://hunter2@example.org/a.git', ref: main }",
        "{ kind: git, url: 'ssh://git:hunter2@example.org/a.git', ref: main }",
        "{ kind: archive, url: 'http://me:hunter2@example.org/a.tgz' }",
        "{ kind: pypi, project: tiny, index: 'https://me:hunter2@example.org/simple' }",
    ],
)
def test_a_password_in_an_address_is_refused_and_not_repeated(written: Path, source: str) -> None:
    text = PRODUCT.replace("{ kind: pypi, project: tiny, version: latest }", source)
    told = "\n".join(problems(written, Product, text))
    assert "must hold no user name or password; git's credential helper or ~/.netrc keep them" in told
    assert "hunter2" not in told


@pytest.mark.parametrize("url", ["git@example.org:a.git", "ssh://git@example.org/a.git", "../a", "https://e.org/a@b"])
def test_an_address_without_a_password_is_taken(written: Path, url: str) -> None:
    written.write_text(
        PRODUCT.replace("{ kind: pypi, project: tiny, version: latest }", f"{{ kind: git, url: '{url}', ref: main }}")
    )
    load(written, Product)


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("json_key: v, pattern: '(.)'", "needs json_key or pattern, not both"),
        ("pattern: '(.'", "pattern: is no regular expression: missing ), unterminated subpattern at position 0"),
        ("pattern: 'a'", "pattern: has 0 groups, and needs one: the version"),
        ("pattern: '(a)(b)'", "pattern: has 2 groups, and needs one: the version"),
    ],
)
def test_a_pattern_of_a_version_that_cannot_be_is_told(written: Path, named: str, told: str) -> None:
    source = f"{{ kind: path, path: a, version_file: {{ path: a, {named} }} }}"
    text = PRODUCT.replace("{ kind: pypi, project: tiny, version: latest }", source)
    assert any(f"sources.upstream.version_file: {told}" in one for one in problems(written, Product, text))


def test_the_images_are_those_of_the_version(written: Path) -> None:
    written.write_text(PRODUCT.replace("    about:", "    versions: { from: '1.1' }\n    about:"))
    product = load(written, Product)
    assert list(product.images_of("1.1.0")) == ["tiny"]
    with pytest.raises(SettingsInvalid, match=r"images: none is for version 1\.0\.9"):
        product.images_of("1.0.9")


def test_the_image_that_users_reach_is_of_every_version(written: Path) -> None:
    text = PRODUCT.replace("    about:", "    versions: { from: '1.1' }\n    about:") + "deploy: { front: tiny }\n"
    assert problems(written, Product, text) == ["deploy.front: is an image that some versions do not have"]


def test_a_step_id_that_stands_twice_is_refused(written: Path) -> None:
    assert problems(written, StepsFile, STEP + STEP.removeprefix("steps:\n")) == ["step title stands twice"]


def test_a_file_that_is_not_there_is_told_with_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "steps.yaml").write_text(STEP)
    with pytest.raises(SettingsInvalid, match="there is no such file") as caught:
        load(tmp_path / "step.yaml", StepsFile)
    assert caught.value.hint == "did you mean steps.yaml?"


def test_a_folder_in_place_of_a_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match=r"cannot be read: Is a directory"):
        load(tmp_path, StepsFile)


@pytest.mark.parametrize("text", ["", "# a comment alone\n", "---\n"])
def test_an_empty_file_is_told(written: Path, text: str) -> None:
    assert problems(written, StepsFile, text) == ["is empty"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("steps:\n  - [\n", ":3:1: did not find expected node content"),
        ("steps:\n\t- a\n", ":2:1: found character that cannot start any token"),
        ("steps:\n  - id: a\n    id: b\n", ":3:5: the key 'id' stands twice"),
        ("steps: *unknown\n", ":1:8: found undefined alias"),
        ("? [a, b]\n: c\n", ":1:3: a key must be a text"),
        (b"steps: \x00\n", ":1:8: not a text file in UTF-8: control characters are not allowed"),
        (b"a: b\nsteps: \xe9\n", ":2:8: not a text file in UTF-8:"),
    ],
)
def test_bad_yaml_is_told_with_line_and_column(written: Path, text: str | bytes, told: str) -> None:
    assert [problem.startswith(told) for problem in problems(written, StepsFile, text)] == [True]


def test_yaml_cannot_run_code(written: Path) -> None:
    assert "could not determine a constructor" in problems(written, StepsFile, "steps: !!python/name:os.system x\n")[0]


def test_a_list_where_keys_belong_is_told(written: Path) -> None:
    assert problems(written, StepsFile, "- steps\n") == ["must hold keys and values"]
    assert problems(written, StepsFile, "steps: [text]\n") == ["steps[0]: must hold keys and values (it is 'text')"]
