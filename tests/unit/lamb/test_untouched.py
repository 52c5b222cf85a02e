"""The old stack's own files stay as they are, so that it can run beside the new one, and be gone back to."""

from pathlib import PurePosixPath

import pytest

from scripts.lib.settings.selection import select

OLD = ("docker-compose*.y*ml", ".env*", "Caddyfile*")


@pytest.mark.parametrize("pattern", OLD)
def test_no_step_touches_what_the_old_stack_starts_from(pattern: str) -> None:
    paths = {step.id: path for step in select("lamb", "dev").every_step if (path := getattr(step, "path", None))}
    assert "lamb-dockerfile" in paths
    assert [one for one, path in paths.items() if PurePosixPath(path).match(pattern)] == []
