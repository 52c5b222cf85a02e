"""What an image installs, locked: which Python and npm packages, from which lists, and which code asks for them."""

from datetime import date

from pydantic import Field, model_validator

from scripts.lib.settings.base import Frozen, RelativePath, Slug


class PythonLock(Frozen):
    """Hash-locked Python requirements of an image, written by `update` for the locked upstream."""

    lock: RelativePath
    """In the product's folder: beside the Dockerfile of a release, or where an overlay step takes it from."""
    upstream: RelativePath | None = None
    """The tree's own list: a requirements file, pyproject.toml or METADATA. Beside a `list`, it says versions alone."""
    list: RelativePath | None = None
    """Our list, in the product's folder: what the code imports, and what it needs besides."""
    code: tuple[str, ...] = ()
    """Globs of the customized tree's Python files that must find all their imports in the list, and it its in them."""
    leave_out_code: tuple[str, ...] = ()
    """Globs of files of `code` that the image does not have, or never loads, such as tests."""
    roots: tuple[str, ...] = ()
    """Folders of the tree in which its own modules begin, empty for the top; where `code` begins where left out."""
    python: str = Field("3.11", pattern=r"^3\.[0-9]+(\.[0-9]+)?$")
    """The oldest Python that they are installed on."""
    before: date | None = None
    """Only what was on the index before this day."""

    @model_validator(mode="after")
    def _asked_for(self) -> "PythonLock":
        if self.list is None and self.upstream is None:
            raise ValueError("needs list or upstream, to ask for anything")
        if (self.list is None) != (not self.code):
            raise ValueError("list and code go together: each says what the other must have")
        if self.list is None and (self.leave_out_code or self.roots):
            raise ValueError("leave_out_code and roots go with list and code")
        return self


class NpmLock(Frozen):
    """Our package-lock.json of a package of the tree, written by `update` in a container of a base."""

    lock: RelativePath
    """In the product's folder; an overlay step puts it into the tree."""
    package: RelativePath
    """The tree's package.json."""
    base: Slug
    """Name of a base of the product that has npm."""
    before: date | None = None
    """Only what was on the registry before this day."""
