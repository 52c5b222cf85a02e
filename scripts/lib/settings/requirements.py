"""A product's own list of Python requirements: what its code imports, and what it needs without an import."""

import re
from typing import Annotated

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from pydantic import AfterValidator, Field, model_validator

from scripts.lib.settings.base import Frozen, VersionRange


def _package(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", name):
        raise ValueError("is no name of a package")
    return name


def _module(name: str) -> str:
    if not all(part.isidentifier() for part in name.split(".")):
        raise ValueError("is no name of a module such as google.genai")
    return name


def _specifier(text: str) -> str:
    try:
        SpecifierSet(text)
    except InvalidSpecifier:
        raise ValueError("is no version such as ==1.2.3, or >=1,<2") from None
    return text


PackageName = Annotated[str, AfterValidator(_package)]
ModuleName = Annotated[str, AfterValidator(_module)]
Reason = Annotated[str, Field(min_length=10)]


class Package(Frozen):
    """One package that is installed."""

    imports: tuple[ModuleName, ...] = ()
    """Modules that it brings; its own name, with `_` for `-`, where left out."""
    reason: Reason | None = None
    """Why it is installed though nothing may import it, such as for another package."""
    extras: tuple[PackageName, ...] = ()
    pin: Annotated[str, AfterValidator(_specifier)] | None = None
    """Versions, in place of those that upstream's own list says."""
    loose: Reason | None = None
    """Why what upstream's own list says of its version does not hold."""
    sdist: Reason | None = None
    """Why it is built from its source: it has no wheel. What others bring has always one."""
    versions: VersionRange | None = None
    """Upstream versions for which it is installed; all where left out."""

    @model_validator(mode="after")
    def _one_say(self) -> "Package":
        if self.pin and self.loose:
            raise ValueError("needs pin or loose, not both: a pin stands in the place of what upstream says")
        return self


class RequirementsList(Frozen):
    """The whole file."""

    packages: dict[PackageName, Package] = Field(min_length=1)
    optional: dict[ModuleName, Reason] = Field(default_factory=dict)
    """Module -> why the code does without it; it may be imported only where that may fail, or within a function."""

    @model_validator(mode="after")
    def _once(self) -> "RequirementsList":
        seen: dict[str, str] = {}
        twice = [
            f"packages.{name}: stands as {seen[plain]} too"
            for name in self.packages
            if seen.setdefault(plain := canonicalize_name(name), name) != name
        ]
        if twice:
            raise ValueError("; ".join(twice))
        return self

    def of(self, version: str) -> dict[str, Package]:
        """Return the packages of an upstream version."""
        return {name: one for name, one in self.packages.items() if one.versions is None or one.versions.holds(version)}


def brings(name: str, package: Package) -> tuple[str, ...]:
    """Return the modules that a package brings."""
    return package.imports or (canonicalize_name(name).replace("-", "_"),)
