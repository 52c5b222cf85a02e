"""What is asked for: the text that an image's requirements are resolved from."""

from dataclasses import dataclass

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from scripts.lib.errors import CommandFailed
from scripts.lib.files import Files
from scripts.lib.python_requirements import upstream
from scripts.lib.settings.locks import PythonLock
from scripts.lib.settings.requirements import Package, RequirementsList


@dataclass(frozen=True)
class Asked:
    """The requirements of one image, before they are resolved."""

    content: bytes
    """A requirements file."""
    origin: str
    """Where it is from, for people."""
    settings: PythonLock
    sdists: tuple[str, ...] = ()
    """Packages that are built from their source."""


def asked(
    settings: PythonLock, files: Files, ours: RequirementsList | None, version: str, place: str = "requirements"
) -> Asked:
    """Return what is asked for on the customized tree `files` of an upstream version; `ours` is the settings' list.

    Raises CommandFailed where the tree has no such list of its own, or one that cannot be read. `place` names the
    settings.
    """
    path = settings.upstream
    own = files.read(path) if path else None
    if path and own is None:
        raise CommandFailed(f"{place}.upstream: the tree has no {path}", hint="correct it in product.yaml")
    if ours is None:
        return Asked(own or b"", path or "", settings)
    says = upstream.versions(path, own.decode(errors="replace"), settings.python) if path and own else {}
    packages = ours.of(version)
    lines = [_line(name, package, says) for name, package in sorted(packages.items())]
    sdists = tuple(name for name, package in sorted(packages.items()) if package.sdist)
    lines += [f"# built from its source: {name}" for name in sdists]
    origin = f"{settings.list} and the tree's {path}" if path else str(settings.list)
    return Asked("".join(f"{line}\n" for line in lines).encode(), origin, settings, sdists)


def _line(name: str, package: Package, says: dict[str, SpecifierSet]) -> str:
    extras = f"[{','.join(sorted(package.extras))}]" if package.extras else ""
    said = SpecifierSet() if package.loose else says.get(canonicalize_name(name), SpecifierSet())
    return f"{name}{extras}{package.pin or said}"
