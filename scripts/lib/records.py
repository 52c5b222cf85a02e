"""The data that flows: Source -> Validation -> Tree -> Image -> SmokeReport -> Verdict -> Release.

Each record is frozen, lies as JSON in `out/<product>/`, and carries the identity of what it was made from. A stage
whose record already describes the present inputs has nothing to do; a gate compares identities, never file names.
"""

import hashlib
import json
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import Field, ValidationError

from scripts.lib.checkout import Checkout
from scripts.lib.errors import RecordMissing
from scripts.lib.settings.base import Frozen

R = TypeVar("R", bound="Record")
Strategy = Literal["release", "source"]
"""How an image was made."""
Digest = str
"""`sha256:` and 64 hexadecimal digits."""


class Record(Frozen):
    """What one stage leaves for the next."""

    inputs: str
    """Identity of everything that the stage looked at; the same inputs need no second run."""


class FetchedSource(Frozen):
    """One source as it was fetched."""

    kind: str
    version: str
    resolved: str
    """sha256 of the artifact, git commit, or fingerprint of a path."""
    address: str
    """File name at the index, repository and ref, or path; for people."""
    stored: str | None = None
    """Path below the cache of an artifact that later stages read (a wheel)."""
    fingerprint: str
    """Over every path and content of the source."""


class Source(Record):
    """What `fetch` brought."""

    version: str
    sources: dict[str, FetchedSource]
    licence: str | None
    """sha256 of the licence file, None where the tree has none."""
    base: str
    """Commit of the untouched upstream in the workspace."""
    points: dict[str, dict[str, str]]
    """Per step: path -> sha256 of each file that it looks at. What changes here may need a change there."""


class Finding(Frozen):
    """How one step meets one source."""

    step: str
    status: Literal["ok", "not-applicable", "moved", "ambiguous", "gone", "invalid"]
    files: tuple[str, ...] = ()
    alternative: int | None = None
    """Which alternative matched, from 1; None where the step has none."""
    matches: int = 0
    message: str = ""
    """For what is not ok: what was looked for, what was found, and where (path:line)."""


class Validation(Record):
    """Every step against this source, all in one pass."""

    source: str
    findings: tuple[Finding, ...]


class ChangedFile(Frozen):
    """One file as a step left it."""

    path: str
    before: str | None
    after: str | None
    """sha256; None where there is no file."""
    added: int
    removed: int
    """Lines; 0 for binary files."""


class AppliedStep(Frozen):
    """One step and its checkpoint, a commit of the workspace."""

    step: str
    checkpoint: str | None
    """None where the step does not apply to this version or is undone."""
    files: tuple[ChangedFile, ...]
    matches: int
    notes: tuple[str, ...] = ()


class Tree(Record):
    """The customized tree."""

    source: str
    customization: str
    """Version of the customization set."""
    tree: str
    """git tree hash of the workspace."""
    steps: tuple[AppliedStep, ...]
    undone: tuple[str, ...] = ()
    verified: bool
    """Every end state was seen again on the finished tree and everything edited still parses."""


class BuiltImage(Frozen):
    """One image; its identity is its image ID, the digest of its configuration."""

    reference: str
    """Local name for people; never an identity."""
    image_id: Digest
    size: int
    """Bytes."""
    seconds: float
    strategy: Strategy
    bases: dict[str, str]
    """Base -> its identity (digest where it came from a registry, image ID where it was made here).

    A base is called as product.yaml does or, by strategy source, as the Dockerfile does.
    """
    sets: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Further set of customizations that this build applied -> its steps, whose end state was seen before it began."""
    notes: tuple[str, ...] = ()
    staged: str | None = None
    """Reference by digest under which the next machine finds it; None where it never left this one."""


class Image(Record):
    """The images of this tree."""

    tree: str
    version: str
    images: dict[str, BuiltImage]


class Check(Frozen):
    """One thing looked at, with what was seen."""

    name: str
    step: str | None
    """The customization whose proof this is."""
    layer: str
    passed: bool
    evidence: str
    seconds: float = 0.0
    files: tuple[str, ...] = ()
    """Screenshots, traces and logs of it, as paths below `out/<product>/`."""


class Shot(Frozen):
    """A page as it was seen in a browser."""

    image: str
    """Name of the image that showed it."""
    page: str
    locale: str
    scheme: Literal["light", "dark"]
    device: Literal["desktop", "phone"]
    path: str
    """Of the PNG, below `out/<product>/`."""
    vanilla: str | None = None
    """Of the same page of the untouched upstream; None where it was not looked at."""


class Leak(Frozen):
    """An upstream brand word or image that is still there."""

    surface: str
    """Where people or programs meet it: bundle, backend, page, attribute, title, notification, response …"""
    place: str
    """File with line or offset, or page with selector."""
    word: str
    """The word, or the path of the upstream's image with the same bytes."""
    excerpt: str
    allowed: str | None = None
    """The reason of the entry that allows it; None where it is an error."""
    count: int = 1
    """Places that this one tells of, such as the same text in several locales."""


class SurfaceCoverage(Frozen):
    """How much of a surface bears our brand."""

    surface: str
    upstream: int
    """Places where the untouched upstream bears its brand and that are neither allowed nor protected."""
    leaks: int
    """How many of them still do."""

    @property
    def percent(self) -> float:
        return 100.0 if not self.upstream else 100.0 * (self.upstream - self.leaks) / self.upstream


class Coverage(Frozen):
    """How much of an image bears our brand, and what still does not."""

    surfaces: tuple[SurfaceCoverage, ...]
    leaks: tuple[Leak, ...]
    """Allowed ones too, with their reason."""
    broken: tuple[str, ...] = ()
    """What is protected and not as upstream has it; each is an error."""
    stale: tuple[str, ...] = ()
    """Entries of `brand.yaml` that allow what is not there any more, or not as often as they say."""


Part = Literal["proofs", "branding", "functions"]
"""What a smoke run looked at: the proofs without a browser; pages in a browser; what the application does."""
PARTS: tuple[Part, ...] = ("proofs", "branding", "functions")
PART_OF: dict[str, Part] = {"browser": "branding", "function": "functions"}
"""Layer of a check -> the part that makes it; all other layers are of `proofs`."""


class SmokeReport(Record):
    """What the running images showed; one for all environments, run once under the limits of one."""

    environment: str
    """Whose limits the containers ran under."""
    images: dict[str, Digest]
    checks: dict[str, tuple[Check, ...]]
    """Per image name."""
    seconds_to_healthy: dict[str, float]
    parts: tuple[Part, ...] = ("proofs",)
    shots: tuple[Shot, ...] = ()
    coverage: dict[str, Coverage] = Field(default_factory=dict)
    """Per image name; empty where branding was not looked at."""

    @property
    def problems(self) -> list[str]:
        """All that failed, of every part that was looked at."""
        return [problem for part in self.parts for problem in self.problems_of(part)]

    def of(self, part: Part) -> dict[str, list[Check]]:
        """Return the checks of one part, per image name."""
        return {
            name: [c for c in checks if PART_OF.get(c.layer, "proofs") == part] for name, checks in self.checks.items()
        }

    def problems_of(self, part: Part) -> list[str]:
        """Every check of a part that failed, its step first; of branding, every leak that nobody allowed too."""
        failed = [check for checks in self.of(part).values() for check in checks if not check.passed]
        problems = [f"{c.step or 'image'}: {c.name}: {c.evidence}" for c in failed]
        if part == "branding":
            leaks = [leak for found in self.coverage.values() for leak in found.leaks if leak.allowed is None]
            problems += [f"brand: {leak.word!r} in {leak.place} ({leak.surface}): {leak.excerpt}" for leak in leaks]
            problems += [f"brand: protected: {one}" for found in self.coverage.values() for one in found.broken]
        return problems


class GateResult(Frozen):
    """One gate; unknown never passes."""

    gate: str
    state: Literal["passed", "failed", "unknown"]
    because: str
    evidence: str
    """Identity of the record it was read from."""


class Verdict(Record):
    """Whether these images may be published for this environment."""

    environment: str
    version: str
    images: dict[str, Digest]
    gates: tuple[GateResult, ...]

    @property
    def passed(self) -> bool:
        return bool(self.gates) and all(g.state == "passed" for g in self.gates)


class PublishedImage(Frozen):
    """One image as the registry has it."""

    registry: str
    """Host, with its port where it has one."""
    repository: str
    image_id: Digest
    digest: Digest
    """Of the manifest."""
    tags: tuple[str, ...]

    @property
    def reference(self) -> str:
        """What deploys use: registry, repository and digest."""
        return f"{self.registry}/{self.repository}@{self.digest}"


class Release(Record):
    """What was published, read back and compared."""

    environment: str
    version: str
    verdict: str
    images: dict[str, PublishedImage]


def identity(record: Frozen) -> str:
    """Return the sha256 of a record's canonical JSON."""
    return digest_of(json.dumps(record.model_dump(mode="json"), sort_keys=True))


def digest_of(*parts: str | bytes) -> str:
    """Return one sha256, in hexadecimal digits, over parts whose borders count."""
    h = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        h.update(len(data).to_bytes(8, "big") + data)
    return h.hexdigest()


def path_of(checkout: Checkout, kind: type[Record], environment: str | None = None) -> Path:
    """Where a record lies; verdicts and releases have one for each environment."""
    name = "".join(f"-{c.lower()}" if c.isupper() else c for c in kind.__name__).strip("-")
    return checkout.out / (f"{name}.{environment}.json" if environment else f"{name}.json")


def write(checkout: Checkout, record: Record, environment: str | None = None) -> None:
    """Write a record whole or not at all."""
    path = path_of(checkout, type(record), environment)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(record.model_dump_json(indent=2) + "\n")
    part.replace(path)


def find(checkout: Checkout, kind: type[R], environment: str | None = None) -> R | None:
    """Return the record, or None where there is none or it is of another form than this version writes."""
    try:
        return kind.model_validate_json(path_of(checkout, kind, environment).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def need(checkout: Checkout, kind: type[R], made_by: str, environment: str | None = None) -> R:
    """Return the record; raises RecordMissing with the task that makes it."""
    record = find(checkout, kind, environment)
    if record is None:
        path = path_of(checkout, kind, environment)
        state = "is not readable as one" if path.exists() else "is missing"
        raise RecordMissing(f"the record {path.relative_to(checkout.root)} {state}", hint=f"run: invoke {made_by}")
    return record
