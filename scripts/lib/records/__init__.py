"""The data that flows: Source -> Validation -> Tree -> Image -> SmokeReport -> Verdict -> Release.

Each record is frozen, lies as JSON in `out/<product>/`, and carries the identity of what it was made from. A stage
whose record already describes the present inputs has nothing to do; a gate compares identities, never file names.
"""

from scripts.lib.records.image import BuiltImage, Image, Strategy
from scripts.lib.records.record import Digest, Record, digest_of, identity
from scripts.lib.records.release import GateResult, Joined, JoinedImage, PublishedImage, Release, Verdict
from scripts.lib.records.smoke import PART_OF, PARTS, Check, Coverage, Leak, Part, Shot, SmokeReport, SurfaceCoverage
from scripts.lib.records.store import find, need, path_of, write
from scripts.lib.records.tree import AppliedStep, ChangedFile, FetchedSource, Finding, Source, Tree, Validation

__all__ = [
    "PARTS",
    "PART_OF",
    "AppliedStep",
    "BuiltImage",
    "ChangedFile",
    "Check",
    "Coverage",
    "Digest",
    "FetchedSource",
    "Finding",
    "GateResult",
    "Image",
    "Joined",
    "JoinedImage",
    "Leak",
    "Part",
    "PublishedImage",
    "Record",
    "Release",
    "Shot",
    "SmokeReport",
    "Source",
    "Strategy",
    "SurfaceCoverage",
    "Tree",
    "Validation",
    "Verdict",
    "digest_of",
    "find",
    "identity",
    "need",
    "path_of",
    "write",
]
