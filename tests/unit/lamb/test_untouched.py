"""The old stack's own files stay as they are, so that it can run beside the new one, and be gone back to."""

from scripts.lib.files import pattern
from scripts.lib.settings.selection import select

OLD = (
    "docker-compose-example.yaml",
    "docker-compose-workers.yaml",
    "docker-compose.firecrawl.yaml",
    "docker-compose.next.yaml",
    "docker-compose.prod.yaml",
    "docker-compose.yaml",
    "docker-compose.yml",
    "Caddyfile",
    ".env.example",
    "backend/.env.example",
    "lamb-kb-server-stable/backend/.env.example",
)
"""What the trees of LAMB start their old stacks from."""


def test_no_step_touches_what_the_old_stack_starts_from() -> None:
    steps = select("lamb", "dev").every_step
    globs = {step.id: pattern(step.path) for step in steps if hasattr(step, "path")}
    assert globs.keys() == {step.id for step in steps}, "a step without a path may touch anything"
    assert [(step, name) for step, glob in globs.items() for name in OLD if glob.fullmatch(name)] == []
