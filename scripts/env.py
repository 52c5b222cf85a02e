"""Make the file of an environment's settings and secrets, or look at it before a container starts.

--init writes it from the product's template, with fresh secrets and for its owner alone (mode 0600); a file that is
there gets what it lacks and keeps the rest. --check tells at once what is missing, still a placeholder, unknown (with
the nearest name), too short, in use (the port), reaches no container, or is overruled by the application's database.
"""

import argparse
import secrets

from scripts.lib import cli, console, records
from scripts.lib.cli import Done, Option
from scripts.lib.deploy import env_file, readiness, stack
from scripts.lib.deploy import target as targets
from scripts.lib.deploy.env_file import OWNER_ONLY
from scripts.lib.deploy.target import Target
from scripts.lib.errors import SettingsInvalid
from scripts.lib.settings.selection import Selection

INIT = Option("--init", "write the file, or add to it what it lacks")
CHECK = Option("--check", "look at the file and change nothing")


def env(selection: Selection, given: argparse.Namespace) -> Done:
    """Make or look at the environment's file."""
    target = targets.of(selection)
    if given.init == given.check:
        raise SettingsInvalid("say what to do: --init or --check", hint="run: invoke env --init")
    return _init(target) if given.init else _check(target)


def _check(target: Target) -> Done:
    running, checkout = stack.services(target.stack), target.selection.checkout
    problems, weak = readiness.look(target, running)
    release = records.find(checkout, records.Release, target.selection.environment.environment)
    for line in weak:
        console.note(f"  {target.env_file}: {line}")
    readiness.require(target, [*problems, *readiness.shadowed(target, readiness.image(target, running, release))])
    return Done(f"{target.env_file}: {len(target.read_env().values)} settings are well")


def _init(target: Target) -> Done:
    path = target.env_file
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(target, env_file.fill(target.template, lambda name: _fresh(target, name)))
        return Done(f"wrote {path} with fresh secrets, for you alone; read it", hint=_next(target))
    lacking = {n: v for n in _lacking(target) if (v := _fresh(target, n))}
    if not lacking and path.stat().st_mode & 0o777 == OWNER_ONLY:
        return Done(f"{path} is there and lacks no secret, up to date", up_to_date=True)
    text = path.read_text()
    for name, value in lacking.items():
        text = env_file.put(text, name, value)
    _write(target, text)
    return Done(f"{path}: added {', '.join(lacking) or 'nothing'}; it is for you alone", hint=_next(target))


def _lacking(target: Target) -> list[str]:
    values = target.read_env().values
    return [name for name in target.settings.variables if not values.get(name)]


def _fresh(target: Target, name: str) -> str | None:
    """Make a secret; None for what is not made."""
    known = target.settings.variables.get(name)
    return secrets.token_urlsafe(known.generated)[: known.generated] if known and known.generated else None


def _write(target: Target, text: str) -> None:
    """Write the file, and say which secrets stand in it."""
    env_file.write(target.env_file, text)
    for name in target.settings.variables:
        if target.settings.variables[name].generated:
            console.note(f"  {name} stands in {target.env_file}")


def _next(target: Target) -> str:
    return f"invoke env --check, then: invoke deploy {target.selection.environment.environment}"


if __name__ == "__main__":
    cli.main("env", env, __doc__, (INIT, CHECK))
