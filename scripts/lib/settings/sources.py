"""Where a product's upstream comes from."""

import json
import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from scripts.lib.settings.base import Frozen, RelativePath
from scripts.lib.settings.licence import Licence
from scripts.lib.versions import is_pin, is_wish


def _wanted(text: str) -> str:
    if not is_wish(text):
        raise ValueError("must be latest, a version such as 0.12.4, or a range such as '>=0.11.4,<1'")
    return text


def _without_login(url: str) -> str:
    if re.match(r"https?://[^/]*@|[a-z+]+://[^/@:]*:[^/@]*@", url):
        raise ValueError("must hold no user name or password; git's credential helper or ~/.netrc keep them")
    return url


Address = Annotated[str, Field(min_length=1), AfterValidator(_without_login)]
WantedVersion = Annotated[str, Field(min_length=1), AfterValidator(_wanted)]


class VersionFile(Frozen):
    """Where a tree names its own version, for sources whose address does not."""

    path: RelativePath
    json_key: str = "version"
    pattern: str | None = None
    """For a file that is no JSON: a regular expression whose one group is the version; `^` and `$` are a line's."""

    @model_validator(mode="after")
    def _one_group(self) -> "VersionFile":
        if self.pattern is None:
            return self
        if "json_key" in self.model_fields_set:
            raise ValueError("needs json_key or pattern, not both")
        try:
            groups = re.compile(self.pattern).groups
        except re.error as error:
            raise ValueError(f"pattern: is no regular expression: {error}") from None
        if groups != 1:
            raise ValueError(f"pattern: has {groups} groups, and needs one: the version")
        return self

    def version(self, text: str) -> str | None:
        """Return the version that the file's text names; None where it names none, or several."""
        found = self._at_key(text) if self.pattern is None else set(re.findall(self.pattern, text, re.MULTILINE))
        version = found.pop() if len(found) == 1 else ""
        return version if is_pin(version) else None

    @property
    def place(self) -> str:
        """Where in the file it stands, for people."""
        return f"at the key {self.json_key!r}" if self.pattern is None else f"where {self.pattern!r} matches"

    def _at_key(self, text: str) -> set[str]:
        try:
            return {str(json.loads(text)[self.json_key])}
        except (ValueError, KeyError, TypeError):
            return set()


class _Source(Frozen):
    leave_out: tuple[str, ...] = ()
    """Globs of its files that are not laid into the tree."""
    into: RelativePath | None = None
    """Lay its files into this folder of the tree, which the tree may not have already."""
    licence: Licence | None = None
    """Of a source that is laid `into` the tree; the tree's own is the product's `licence`."""

    @model_validator(mode="after")
    def _licence_goes_with_into(self) -> Self:
        if (self.into is None) != (self.licence is None):
            raise ValueError("into and licence go together: what is laid into the tree is published under its licence")
        return self


class PypiSource(_Source):
    """A release on the Python package index; its sha256 is the index's own."""

    kind: Literal["pypi"]
    project: str
    artifact: Literal["sdist", "wheel"] = "sdist"
    version: WantedVersion = "latest"
    """`latest`, a pin such as 0.12.4, or a range such as `>=0.11.4,<1`. Pre-releases only where the text names one."""
    version_of: str | None = None
    """Take the version of another source of this product instead (a wheel beside its sdist)."""
    index: Annotated[Address, Field(pattern=r"^https?://")] | None = None
    """Base address of another simple index; the usual one where left out."""

    @model_validator(mode="after")
    def _own_version_in_the_tree(self) -> Self:
        if self.into and self.version_of:
            raise ValueError("into: what is laid into the tree has a version of its own, so version_of cannot be given")
        return self


class GitSource(_Source):
    """A git repository at a branch, a tag or a commit; fetched shallow."""

    kind: Literal["git"]
    url: Address
    ref: str
    version_file: VersionFile = VersionFile(path="package.json")


class ArchiveSource(_Source):
    """A .tar.*, .tgz or .zip at a path of this checkout or behind http(s)."""

    kind: Literal["archive"]
    url: Address
    version_file: VersionFile = VersionFile(path="package.json")


class PathSource(_Source):
    """A folder on this machine, taken as it is (without .git)."""

    kind: Literal["path"]
    path: str
    version_file: VersionFile = VersionFile(path="package.json")


Source = Annotated[PypiSource | GitSource | ArchiveSource | PathSource, Field(discriminator="kind")]
