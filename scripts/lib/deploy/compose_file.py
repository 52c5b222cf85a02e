"""What a stack's compose files say, as far as a deploy has to know before it runs them. Reads files alone."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from scripts.lib.errors import SettingsInvalid
from scripts.lib.settings.loading import Loader, read_yaml

_BRACES = re.compile(r"\$\$|\$\{|\}")
_DEMAND = re.compile(r"\$\{(?P<name>[A-Za-z_]\w*):?\?(?P<words>[^{}]*)\}")
_NAMED = re.compile(r"(?<!\$)\$(?:\{([A-Za-z_]\w*)|([A-Za-z_]\w*))")
_REQUIRED = re.compile(r"(?<!\$)\$\{([A-Za-z_]\w*):?\?")


class _Loader(Loader):
    """Knows compose's own tags, by which a file takes back or replaces what one before it says."""


def _replaced(loader: _Loader, node: yaml.Node) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True) if isinstance(node, yaml.MappingNode) else None


_Loader.add_constructor("!override", _replaced)
_Loader.add_constructor("!reset", lambda *_: None)


@dataclass(frozen=True)
class ComposeFiles:
    """The files of one stack, read and taken together."""

    paths: Sequence[Path]
    variables: frozenset[str]
    """Every variable that the files pass on or have replaced."""
    demanded: dict[str, str]
    """Those without which compose refuses the files -> what the files say of them."""
    required: frozenset[str]
    """And those too that only stand in another's default."""
    images: dict[str, str]
    """Service -> its image as written."""
    text: str
    """All files, for their identity."""
    configs: str = ""
    """What services read as their configuration, likewise; compose itself does not see that such a file changed."""

    def services_of(self, variable: str) -> list[str]:
        """Return the services whose image is the value of `variable`."""
        return [service for service, image in self.images.items() if variable in set(_names(image))]


def read(folder: Path, names: Iterable[str]) -> ComposeFiles:
    """Read the compose files `names` of `folder`; raises SettingsInvalid where one is missing or is none."""
    paths = [folder / name for name in names]
    variables: set[str] = set()
    images: dict[str, str] = {}
    for path in paths:
        services = _services(path)
        variables |= set(_names(path.read_text())) | {name for s in services.values() for name in _passed(s)}
        images |= {name: str(service["image"]) for name, service in services.items() if "image" in service}
    text = "\n".join(path.read_text() for path in paths)
    configs = "\n".join(file.read_text() for path in paths for file in _configs(path))
    required = frozenset(_REQUIRED.findall(_code(text)))
    return ComposeFiles(paths, frozenset(variables), dict(_demanded(text)), required, images, text, configs)


def _services(path: Path) -> dict[str, dict[str, Any]]:
    data = read_yaml(path, _Loader)
    services = data.get("services") if isinstance(data, dict) else None
    if not isinstance(services, dict) or not all(isinstance(service, dict) for service in services.values()):
        raise SettingsInvalid(f"{path}: services: must hold keys and values", hint=f"correct {path.name}")
    return services


def _configs(path: Path) -> Iterator[Path]:
    """The files that a compose file gives to services as their configuration."""
    for name, said in (read_yaml(path, _Loader).get("configs") or {}).items():
        if isinstance(said, dict) and "file" in said:
            file = path.parent / str(said["file"])
            if not file.is_file():
                raise SettingsInvalid(f"{path}: configs.{name}: there is no {file}", hint=f"correct {path.name}")
            yield file


def _names(text: str) -> Iterator[str]:
    """Every variable that stands in a text as ${NAME} or $NAME; $$ is a dollar."""
    for braced, bare in _NAMED.findall(_code(text)):
        yield braced or bare


def _code(text: str) -> str:
    """Return a text without its lines of comment."""
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))


def _demanded(text: str) -> Iterator[tuple[str, str]]:
    """Every ${NAME:?words} of a text with its words; one in another's default may be needless, and is left out."""
    code = _code(text)
    depth = begin = 0
    for found in _BRACES.finditer(code):
        if found[0] == "${":
            begin, depth = (begin if depth else found.start()), depth + 1
        elif found[0] == "}" and depth:
            depth -= 1
            demand = None if depth else _DEMAND.fullmatch(code[begin : found.end()])
            if demand:
                yield demand["name"], demand["words"]


def _passed(service: dict[str, Any]) -> Iterator[str]:
    """Variables that a service takes over under their own name."""
    given = service.get("environment") or {}
    if isinstance(given, dict):
        yield from (name for name, value in given.items() if value is None)
    else:
        yield from (str(entry) for entry in given if "=" not in str(entry))
