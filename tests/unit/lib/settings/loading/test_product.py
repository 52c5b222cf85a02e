"""A bad product.yaml: each message names the place in it, and repeats no password."""

from pathlib import Path

import pytest

from scripts.lib.errors import SettingsInvalid
from scripts.lib.settings.loading import load
from scripts.lib.settings.product import Product
from tests.unit.lib.settings.loading.conftest import problems

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
