"""What files of older settings say in the words of today's; every problem in one go."""

import json
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path

from scripts.lib.deploy import env_check, env_file, forms
from scripts.lib.deploy.env_file import EnvFile
from scripts.lib.errors import SettingsInvalid
from scripts.lib.settings.deploy import DeploySettings, Variable
from scripts.lib.settings.wording import near

_NOTHING = Variable()


@dataclass(frozen=True)
class Known:
    """What today's settings are."""

    settings: DeploySettings
    template: Mapping[str, str]
    """Names that the template knows -> the value that it shows."""
    passed: Set[str]
    """Names that the compose files pass on or have replaced."""
    given: Set[str]
    """Names that the deploy itself gives."""


@dataclass
class Translation:
    """What came of older files."""

    values: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    """Name -> where its value stands."""
    told: list[str] = field(default_factory=list)
    """What was left out or became another value, and why."""
    problems: list[str] = field(default_factory=list)
    """What only a person can decide."""


def read(paths: Sequence[Path]) -> dict[str, EnvFile]:
    """Read older files, called by their paths; raises SettingsInvalid with all that are not there."""
    missing = [f"{path}: there is no such file" for path in paths if not path.is_file()]
    if missing:
        raise SettingsInvalid(missing, hint="name files such as /opt/app/.env")
    return {str(path): env_file.parse(path.read_text(encoding="utf-8-sig")) for path in paths}


def translate(older: Mapping[str, EnvFile], known: Known) -> Translation:
    """Translate older files, called by their names; nobody is asked which of two different values is meant."""
    found = Translation()
    for called, file in older.items():
        found.problems += [f"{called}:{problem}" for problem in file.problems]
        for name, value in file.values.items():
            _take(found, known, f"{called}:{file.lines[name]}: {name}", name, value)
    return found


def _take(found: Translation, known: Known, place: str, name: str, value: str) -> None:
    """Take one setting over, or tell why not."""
    now = env_check.now_called(known.settings, name) or name
    because = next((said for why in _LEFT_OUT if (said := why(known, now, value))), None)
    if because:
        found.told.append(f"{place}: {because}")
        return
    setting = known.settings.variables.get(now, _NOTHING)
    new = forms.translated(setting, value)
    if new != value:
        found.told.append(f"{place}: {_shown(value, setting)} is now {_shown(new, setting)}")
    if found.values.setdefault(now, new) != new:
        both = f"{_shown(new, setting)} here and {_shown(found.values[now], setting)} in {found.places[now]}"
        found.problems.append(f"{place}: {both} must be one value")
    found.places.setdefault(now, place)


def _without_meaning(known: Known, name: str, value: str) -> str | None:  # noqa: ARG001
    gone = known.settings.gone.get(name)
    return f"is left out: {gone}" if gone else None


def _given(known: Known, name: str, value: str) -> str | None:  # noqa: ARG001
    return "is left out: the environment's settings (deploy) give it" if name in known.given else None


def _unknown(known: Known, name: str, value: str) -> str | None:  # noqa: ARG001
    names = sorted(known.template.keys() | known.passed)
    return None if name in names else f"is left out: it is not known, {near(name, names)}"


def _empty(known: Known, name: str, value: str) -> str | None:
    """An empty text may mean something, an empty switch, number or secret nothing."""
    setting = known.settings.variables.get(name, _NOTHING)
    counts = setting.boolean or setting.form or setting.one_of or setting.generated or setting.required
    return "is left out: it is empty" if not value and counts else None


def _placeholder(known: Known, name: str, value: str) -> str | None:
    filled = not env_check.is_placeholder(known.settings, known.template.get(name, ""), value)
    return None if filled else "is left out: nobody has filled it in"


def _public(known: Known, name: str, value: str) -> str | None:
    setting = known.settings.variables.get(name, _NOTHING)
    if not (setting.secret and value in known.settings.published):
        return None
    fresh = "a fresh one is made: give it to all that use it" if setting.generated else "set another one"
    return f"is left out: everybody knows this value; {fresh}"


def _follows(known: Known, name: str, value: str) -> str | None:
    setting = known.settings.variables.get(name, _NOTHING)
    usual = setting.follows and forms.translated(setting, value) == known.template.get(name)
    return "is left out: it follows from other settings" if usual else None


_LEFT_OUT: Sequence[Callable[[Known, str, str], str | None]] = (
    _without_meaning,
    _given,
    _unknown,
    _empty,
    _placeholder,
    _public,
    _follows,
)


def _shown(value: str, setting: Variable) -> str:
    return "a secret" if setting.secret else json.dumps(value, ensure_ascii=False)
