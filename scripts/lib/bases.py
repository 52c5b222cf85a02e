"""Base images: from a registry where one can be reached, else made from Debian's packages."""

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from scripts.lib import console, engine, shell
from scripts.lib.checkout import Checkout
from scripts.lib.commands import buildx, docker, mmdebstrap
from scripts.lib.errors import CommandFailed, ResourceMissing
from scripts.lib.records import digest_of
from scripts.lib.scratch import scratch
from scripts.lib.settings.environment import BasePolicy
from scripts.lib.settings.images import Base, DebianBase

ASK_SECONDS = 20
"""How long a registry may take to say whether it has an image."""
RECIPE = "1"
"""Changes whenever the way in which a base is made does."""
MADE = "graft/base:"
"""Begins the name of each base that was made of Debian's packages."""
SILENT = re.compile(r"failed to do request|no such host|dial tcp|i/o timeout|did not end within", re.IGNORECASE)
"""What the client says where it could not ask; anything else is an answer."""
BUSY = re.compile(r"too ?many ?requests|: 50[0234] ", re.IGNORECASE)
"""What it says where the registry would answer later: nobody, for a tag; what is locked is not replaced for that."""
ABSENT = re.compile(r"not found|manifest unknown", re.IGNORECASE)
"""What it says where the registry has no such image."""
APT = Path("/etc/apt")


@dataclass(frozen=True)
class BaseImage:
    """A base image that the engine has."""

    reference: str
    identity: str
    """Digest at the registry, or the image ID where it was made here."""
    made_here: bool = False


def find(base: Base, policy: BasePolicy) -> BaseImage | None:
    """Return the base image if the engine has it already, without asking anybody."""
    if policy != "debian" and (digest := engine.repository_digest(base.registry)):
        return BaseImage(base.registry, digest)
    return _made(base.debian) if policy != "registry" else None


def ensure(base: Base, policy: BasePolicy, checkout: Checkout) -> BaseImage:
    """Return the base image, brought or made where the engine does not have it.

    For one that is locked by digest its registry is asked, also where the engine has a stand-in.
    Raises ResourceMissing where neither is possible, CommandFailed where the registry says that it has no such image.
    """
    found = find(base, policy)
    if found and not (found.made_here and policy == "auto" and base.digest):
        return found
    if policy == "debian":
        return from_debian(base.debian, checkout)
    if not _asked(base.registry, policy):
        console.note(f"  no registry answers for {base.registry}; its stand-in is made from Debian's packages")
        return from_debian(base.debian, checkout)
    with console.part(f"bring {base.registry}"):
        shell.run(docker.pull(base.registry), hint="check the registry, or set `bases: debian` in the environment")
    return BaseImage(base.registry, engine.repository_digest(base.registry) or engine.image_id(base.registry) or "")


def from_debian(debian: DebianBase, checkout: Checkout) -> BaseImage:
    """Return an image of Debian's packages, made where the engine does not have it (some 30 s).

    Two runs that want the same wait for each other. Raises ResourceMissing where mmdebstrap is not installed.
    """
    reference = _reference(debian)
    locks = checkout.cache / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    with FileLock(locks / f"base-{reference.rpartition(':')[2]}"):
        found = _made(debian)
        if found:
            return found
        with console.part(f"make {reference} from Debian's packages") as part:
            _make(debian, reference, checkout, part)
    made = _made(debian)
    if made is None:
        raise CommandFailed(f"{reference} was made and is gone again", hint="run the task again")
    return made


def _reference(debian: DebianBase) -> str:
    recipe = digest_of(RECIPE, json.dumps(debian.model_dump(mode="json"), sort_keys=True))
    return f"{MADE}{debian.suite}-{recipe[:12]}"


def _made(debian: DebianBase) -> BaseImage | None:
    reference = _reference(debian)
    image_id = engine.image_id(reference)
    return BaseImage(reference, image_id, made_here=True) if image_id else None


def _make(debian: DebianBase, reference: str, checkout: Checkout, part: console.Part) -> None:
    if not shell.has("mmdebstrap"):
        raise ResourceMissing(
            f"mmdebstrap is not installed, which makes {reference} of Debian's packages",
            hint="install it (`sudo apt-get install mmdebstrap`), or, for the base of an image, reach a registry",
        )
    with scratch(checkout.cache) as folder:
        archive, sources = folder / "base.tar", folder / "machine.sources"
        sources.write_text(_sources(debian.suite))
        given = [sources] if sources.stat().st_size else []
        log = checkout.log(f"base-{debian.suite}")
        # Its own folder lies in ours, with which it goes. Not for others than root: it needs one that all may enter.
        as_root = os.geteuid() == 0
        argv = mmdebstrap.make(debian.suite, debian.packages, archive, given, as_root=as_root)
        own = {"TMPDIR": str(folder)} if as_root else {}
        shell.follow(argv, log=log, on_line=lambda line: part.update(says=line), env=own)
        part.update(says="docker import")
        labels = {"graft.base": debian.suite}
        shell.run(docker.import_archive(archive, reference, debian.environment, labels, ()))


def _sources(suite: str) -> str:
    """Return this machine's own entries for the suite and its updates; empty where it has none (another system)."""
    suites = {suite, f"{suite}-updates", f"{suite}-security"}
    entries = [e for file in APT.glob("sources.list.d/*.sources") for e in re.split(r"\n\s*\n", file.read_text())]
    kept = [e.strip() for e in entries if set(_suites(e)) <= suites and _suites(e)]
    if kept:
        return "\n\n".join(kept) + "\n"
    files = [APT / "sources.list", *APT.glob("sources.list.d/*.list")]
    lines = [line for file in files if file.is_file() for line in file.read_text().splitlines()]
    kept = [line for line in lines if line.startswith("deb ") and suites & set(line.split())]
    return "\n".join(kept) + "\n" if kept else ""


def _suites(entry: str) -> list[str]:
    named = re.search(r"^Suites:(.*)$", entry, re.MULTILINE)
    return named[1].split() if named else []


def digest(tag: str, policy: BasePolicy) -> str | None:
    """Return the digest that a base's tag has at its registry now, None where nobody answers or nobody is to be asked.

    Raises CommandFailed where the registry says that it has no such image.
    """
    if policy == "debian":
        return None
    found = _asked(tag, policy)
    if found is None:
        console.note(f"  no registry answers for {tag}; what is locked of it stays")
    return found


def _asked(reference: str, policy: BasePolicy) -> str | None:
    """Ask the registry for an image's digest; returns None where nobody answers and that may be so."""
    try:
        manifest = shell.run(buildx.ask(reference), timeout=ASK_SECONDS).output
    except CommandFailed as failure:
        _require_silence(reference, failure)
        if policy == "registry":
            raise ResourceMissing(
                [f"no registry answers for {reference}", *failure.problems],
                hint="reach the registry, or set `bases: auto` in the environment",
            ) from None
        return None
    return f"sha256:{hashlib.sha256(manifest.encode()).hexdigest()}"


def _require_silence(reference: str, failure: CommandFailed) -> None:
    """Raise CommandFailed where the registry has answered, or will, for an image that is locked."""
    said, locked = str(failure), "@" in reference
    if SILENT.search(said) or (BUSY.search(said) and not locked):
        return
    if BUSY.search(said):
        raise CommandFailed(failure.problems, hint="a locked base is not replaced for that: run the task again later")
    if not ABSENT.search(said):
        raise CommandFailed(failure.problems, hint="look at docker login, or at what stands before the registry")
    mend = "it is there no more, so run: invoke update" if locked else "correct the base's reference in product.yaml"
    raise CommandFailed(failure.problems, hint=mend)
