"""`upstream.lock.yaml`: the versions and hashes that runs take. Written by `update` alone."""

from collections.abc import Mapping

import yaml
from packaging.utils import canonicalize_name
from pydantic import Field

from scripts.lib.checkout import Checkout
from scripts.lib.errors import RecordMissing, SettingsInvalid
from scripts.lib.settings.base import Digest, Frozen, Reference, Slug, VersionText
from scripts.lib.settings.images import Base
from scripts.lib.settings.loading import load
from scripts.lib.settings.product import Product
from scripts.lib.settings.sources import ArchiveSource, GitSource, PathSource, PypiSource, Source
from scripts.lib.versions import allows

_HEAD = "# Written by `invoke update`; what runs take.\n"


class LockedSource(Frozen):
    """One source, pinned."""

    kind: str
    version: VersionText
    resolved: str = Field(pattern=r"^([0-9a-f]{40}|[0-9a-f]{64})$")
    """sha256 of the artifact (of a path: of all its files), or the git commit."""
    address: str
    """File name at the index, `url@ref`, url or path."""


class UpstreamLock(Frozen):
    """The whole file."""

    sources: dict[Slug, LockedSource]
    bases: dict[Reference, Digest] = Field(default_factory=dict)
    """Base image, as product.yaml names it -> its digest at the registry, of those whose registry has answered."""


def read(checkout: Checkout) -> UpstreamLock | None:
    """Return the lock, None where there is none; raises SettingsInvalid where it cannot be read."""
    return load(checkout.lock_file, UpstreamLock) if checkout.lock_file.exists() else None


def need(checkout: Checkout, product: Product) -> UpstreamLock:
    """Return a lock that fits the product's settings.

    Raises RecordMissing where it or the requirements locked with it are missing, SettingsInvalid with everything that
    does not fit.
    """
    lock = read(checkout)
    place = checkout.lock_file.relative_to(checkout.root)
    if lock is None:
        raise RecordMissing(f"the lock {place} is missing", hint="run: invoke update")
    problems = misfits(lock, product)
    if problems:
        raise SettingsInvalid([f"{place}: {p}" for p in problems], hint="run: invoke update")
    missing = _missing(checkout, product, lock.sources[product.tree].version)
    if missing:
        raise RecordMissing(missing, hint="run: invoke update")
    return lock


def _missing(checkout: Checkout, product: Product, version: str) -> list[str]:
    """Return the locks of what the images of a version install that are not there."""
    python, npm = product.python_locks(version).values(), product.npm_locks(version).values()
    names = [*(one.lock for one in python), *(one.lock for one in npm)]
    paths = [checkout.customizations / name for name in dict.fromkeys(names)]
    return [f"the locked requirements {path} are missing" for path in paths if not path.is_file()]


def misfits(lock: UpstreamLock, product: Product) -> list[str]:
    """Return where the lock is not one of these settings."""
    problems = [f"sources.{name}: product.yaml has no such source" for name in lock.sources.keys() - product.sources]
    tags = {base.tag for base in product.bases.values()}
    problems += [f"bases.{tag}: product.yaml has no such base" for tag in lock.bases.keys() - tags]
    for name, source in product.sources.items():
        locked = lock.sources.get(name)
        problem = _misfit(source, locked, lock) if locked else "is missing"
        if problem:
            problems.append(f"sources.{name}: {problem}")
    return sorted(problems) or _unequal(lock, product)


def _unequal(lock: UpstreamLock, product: Product) -> list[str]:
    """The built release must be of the tree's own version."""
    if product.release is None:
        return []
    tree, release = lock.sources[product.tree].version, lock.sources[product.release.source].version
    wrong = f"sources.{product.release.source}: is of version {release}, the tree {product.tree} of {tree}"
    return [] if release == tree else [wrong]


def pinned(bases: Mapping[str, Base], lock: UpstreamLock | None) -> dict[str, Base]:
    """Return bases by digest, as they are locked; one that product.yaml pins itself stays so."""
    digests = lock.bases if lock else {}
    return {
        name: base.by_digest(digests[base.registry]) if base.registry in digests else base
        for name, base in bases.items()
    }


def moved(old: UpstreamLock, new: UpstreamLock) -> list[str]:
    """Return each source whose content changed under an address that promises one content: a release, a tag."""
    return [
        f"sources.{name}: {now.address} is {now.resolved} now and was {was.resolved} when it was locked"
        for name, now in new.sources.items()
        if (was := old.sources.get(name))
        and was.address == now.address
        and was.resolved != now.resolved
        and (now.kind == "pypi" or "@refs/tags/" in now.address)
    ]


def _misfit(source: Source, locked: LockedSource, lock: UpstreamLock) -> str | None:
    if locked.kind != source.kind:
        return f"is locked as {locked.kind}, product.yaml says {source.kind}"
    if not isinstance(source, PypiSource):
        wanted = _address(source)
        same = locked.address.replace("@refs/tags/", "@").replace("@refs/heads/", "@") == wanted
        return None if same else f"is locked from {locked.address}, product.yaml says {wanted}"
    if not _is_of(source, locked.address):
        return f"is locked as {locked.address}, product.yaml says {source.artifact} of {source.project}"
    if f"-{locked.version}" not in locked.address:
        return f"is locked at {locked.version}, and as {locked.address}"
    if source.version_of is None:
        fits = allows(source.version, locked.version)
        return None if fits else f"is locked at {locked.version}, product.yaml says {source.version}"
    other = lock.sources.get(source.version_of, locked)
    same = other.version == locked.version
    return None if same else f"is locked at {locked.version}, {source.version_of} at {other.version}"


def _address(source: GitSource | ArchiveSource | PathSource) -> str:
    if isinstance(source, GitSource):
        return f"{source.url}@{source.ref}"
    return source.url if isinstance(source, ArchiveSource) else source.path


def _is_of(source: PypiSource, file_name: str) -> bool:
    """Tell whether a file name is one of this project and kind; both kinds begin with the project's name."""
    wheel = file_name.endswith(".whl")
    project = file_name.partition("-")[0] if wheel else file_name.rpartition("-")[0]
    return wheel == (source.artifact == "wheel") and canonicalize_name(project) == canonicalize_name(source.project)


def text(lock: UpstreamLock) -> str:
    """Return the file's content."""
    return _HEAD + yaml.safe_dump(lock.model_dump(mode="json", exclude_defaults=True), sort_keys=False, width=120)
