"""Make the file of an environment's settings and secrets, or look at it before a container starts.

--init writes it from the product's template, with fresh secrets and for its owner alone (mode 0600); a file that is
there gets what it lacks and keeps the rest. With --from, a new file says what older ones said, in today's words.
--check tells at once what is missing, still a placeholder, known to everybody, not of its form, unknown (with the
nearest name), too short, in use (the ports), reaches no container, or is overruled by the application's database.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from scripts.lib import cli, console, records
from scripts.lib.cli import Done, Option
from scripts.lib.deploy import env_check, env_file, env_init, env_translate, readiness, stack
from scripts.lib.deploy import target as targets
from scripts.lib.deploy.env_file import OWNER_ONLY
from scripts.lib.deploy.target import Target
from scripts.lib.errors import SettingsInvalid
from scripts.lib.settings.selection import Selection

INIT = Option("--init", "write the file, or add to it what it lacks")
CHECK = Option("--check", "look at the file and change nothing")
FROM = Option("--from", "an older file to take settings from; may be given several times", "FILE", repeated=True)


def env(selection: Selection, given: argparse.Namespace) -> Done:
    """Make or look at the environment's file."""
    target = targets.of(selection)
    older: list[str] = vars(given)["from"]
    if given.init == given.check or (older and not given.init):
        raise SettingsInvalid("say what to do: --init, also with --from, or --check", hint="run: invoke env --init")
    if older:
        return _translate(target, older)
    return _init(target) if given.init else _check(target)


def _check(target: Target) -> Done:
    running, checkout = stack.services(target.stack), target.selection.checkout
    problems, weak = readiness.look(target, running)
    release = records.find(checkout, records.Release, target.selection.environment.environment)
    for line in weak:
        console.note(f"  {target.env_file}: {line}")
    met = [*stack.foreign(target.stack, running), *readiness.met(target, running)]
    shadowed = readiness.shadowed(target, readiness.image(target, running, release))
    partly = bool(target.settings.stored and target.settings.stored.of)
    for line in shadowed if partly else ():
        console.note(f"  {line}; change it in its panel, for the file also speaks for the rest of the stack")
    readiness.require(target, [*problems, *met, *(() if partly else shadowed)])
    return Done(f"{target.env_file}: {len(target.read_env().values)} settings are well")


def _init(target: Target) -> Done:
    path = target.env_file
    if not path.exists():
        _write(target, _new(target))
        return Done(f"wrote {path} with fresh secrets, for you alone; read it", hint=_next(target))
    lacking = {n: v for n in _lacking(target) if (v := env_init.fresh(target.settings, n))}
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


def _new(target: Target) -> str:
    """Return the text of a new file, which also names the compose files to who runs compose by hand."""
    text = env_init.text(target.template, target.settings)
    if env_check.COMPOSE_FILE not in env_file.template_values(target.template):
        return text
    return env_file.settle(text, env_check.COMPOSE_FILE, ":".join(path.name for path in target.compose.paths))


def _translate(target: Target, older: Sequence[str]) -> Done:
    """Write a new file with what older ones say; raises SettingsInvalid where a person has to decide."""
    path = target.env_file
    if path.exists():
        raise SettingsInvalid(f"{path} is there already, and --from makes a new one", hint=f"move {path} away")
    found = env_translate.translate(env_translate.read([Path(name) for name in older]), readiness.known(target))
    if found.problems:
        raise SettingsInvalid(found.problems, hint="correct it in a copy of the older file, and take that")
    text = _new(target)
    for name, value in found.values.items():
        text = env_file.settle(text, name, value)
    _write(target, text)
    for line in found.told:
        console.note(f"  {line}")
    says = f"wrote {path}, for you alone: {len(found.values)} settings of {', '.join(older)}; read it"
    return Done(says, hint=_next(target))


def _write(target: Target, text: str) -> None:
    """Write the file, and say which secrets stand in it."""
    target.env_file.parent.mkdir(parents=True, exist_ok=True)
    env_file.write(target.env_file, text)
    for name in target.settings.variables:
        if target.settings.variables[name].generated:
            console.note(f"  {name} stands in {target.env_file}")


def _next(target: Target) -> str:
    return f"invoke env --check, then: invoke deploy {target.selection.environment.environment}"


if __name__ == "__main__":
    cli.main("env", env, __doc__, (INIT, CHECK, FROM))
