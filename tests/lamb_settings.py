"""What LAMB's product.yaml and template say of its settings, for tests."""

from functools import cache

from scripts.lib.deploy import compose_file, env_check, env_file
from scripts.lib.deploy.compose_file import ComposeFiles
from scripts.lib.settings.deploy import DeploySettings
from scripts.lib.settings.loading import load
from scripts.lib.settings.product import Product
from scripts.lib.settings.selection import ROOT

COMPOSE = ROOT / "compose/lamb"
TEMPLATE = (COMPOSE / ".env.next.example").read_text()
EVERY_FILE = sorted(path.name for path in COMPOSE.glob("docker-compose.next*.yaml"))


@cache
def settings() -> DeploySettings:
    """What `deploy` of its product.yaml says."""
    found = load(ROOT / "customizations/lamb/product.yaml", Product).deploy
    assert found is not None
    return found


def files(*names: str) -> ComposeFiles:
    """Read these of its compose files, all of them where none is named."""
    return compose_file.read(COMPOSE, names or EVERY_FILE)


def fresh(**values: str) -> str:
    """A file as `env --init` makes it, with secrets that are always the same, and these values."""
    text = env_file.fill(TEMPLATE, _made)
    for name, value in values.items():
        text = env_file.settle(text, name, value)
    return text


def _made(name: str) -> str | None:
    known = settings().variables.get(name)
    return f"{name}-0123456789abcdefghijklmnopqrstuvwxyz"[: known.generated] if known and known.generated else None


def problems(text: str, *names: str) -> list[str]:
    """What the check says of a file's text, with these compose files."""
    named = names or ("docker-compose.next.yaml", "docker-compose.next.library.yaml")
    found = files(*named)
    return env_check.problems(
        env_check.Facts(
            settings=settings(),
            file=env_file.parse(text),
            mode=0o600,
            template=env_file.template_values(TEMPLATE),
            passed=found.variables,
            given={"STACK": "lamb", "PORT": "9099"},
            demanded=found.demanded,
            files=named,
        )
    )
