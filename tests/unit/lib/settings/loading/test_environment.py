"""A bad environment: each message names the place in it."""

from pathlib import Path

import pytest

from scripts.lib.settings.environment import Environment
from tests.unit.lib.settings.loading.conftest import problems

ENVIRONMENT = """\
environment: dev
licence: { basis: small-deployment, end_users: 50 }
gates: [structure, build]
registry: { kind: embedded }
"""


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
