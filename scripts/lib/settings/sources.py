"""Where a product's upstream comes from."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from scripts.lib.settings.base import Frozen, RelativePath
from scripts.lib.versions import is_wish


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


class PypiSource(Frozen):
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


class GitSource(Frozen):
    """A git repository at a branch, a tag or a commit; fetched shallow."""

    kind: Literal["git"]
    url: Address
    ref: str
    version_file: VersionFile = VersionFile(path="package.json")


class ArchiveSource(Frozen):
    """A .tar.*, .tgz or .zip at a path of this checkout or behind http(s)."""

    kind: Literal["archive"]
    url: Address
    version_file: VersionFile = VersionFile(path="package.json")


class PathSource(Frozen):
    """A folder on this machine, taken as it is (without .git)."""

    kind: Literal["path"]
    path: str
    version_file: VersionFile = VersionFile(path="package.json")


Source = Annotated[PypiSource | GitSource | ArchiveSource | PathSource, Field(discriminator="kind")]
