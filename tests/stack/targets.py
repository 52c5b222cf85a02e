"""A place to which LAMB is deployed or migrated, of the images that were built."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from tests import own_registry
from tests.integration.deploy.site import Site as Target
from tests.stack.conftest import Built


@contextmanager
def a_target(built: Built) -> Iterator[Target]:
    """Let the environment deploy to a stack of its own, without settings yet; all of it goes afterwards."""
    made = Target(built.line, f"graft-test-{secrets.token_hex(3)}", own_registry.free_port())
    before = made.line.environment.read_text()
    deploy = f"deploy: {{ stack: {made.stack}, port: {made.port}, start_seconds: 180 }}"
    made.line.environment.write_text(f"{before}\n{deploy}\n")
    try:
        made.env_file.unlink(missing_ok=True)
        yield made
    finally:
        made.line.environment.write_text(before)
        made.env_file.unlink(missing_ok=True)
        made.remove()
