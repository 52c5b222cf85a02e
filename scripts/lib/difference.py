"""How much two contents of a file differ: hashes, and lines added and removed."""

import hashlib
from collections import Counter
from collections.abc import Callable

from scripts.lib.records import ChangedFile

SNIFFED = 8000
"""Bytes in which a NUL tells a binary file, as git does."""


def changed_file(path: str, before: bytes | None, after: bytes | None, before_hash: str | None) -> ChangedFile:
    """Return the record of one changed file; `before_hash` is known from the step before."""
    added, removed = lines(before or b"", after or b"")
    after_hash = None if after is None else hashlib.sha256(after).hexdigest()
    return ChangedFile(path=path, before=before_hash, after=after_hash, added=added, removed=removed)


def lines(before: bytes, after: bytes) -> tuple[int, int]:
    """Return how many lines were added and how many removed; 0 for binary files. A moved line counts as neither."""
    if b"\0" in before[:SNIFFED] or b"\0" in after[:SNIFFED]:
        return 0, 0
    old, new = (Counter(part.splitlines()) for part in _middle(before, after))
    return (new - old).total(), (old - new).total()


def _middle(before: bytes, after: bytes) -> tuple[bytes, bytes]:
    """Cut off the whole lines that both have in common at their beginning and at their end."""
    shortest = min(len(before), len(after))
    same = _largest(shortest, lambda low, high: before[low:high] == after[low:high])
    start = before.rfind(b"\n", 0, same) + 1
    old, new = before[start:], after[start:]
    tail = _largest(
        shortest - start,
        lambda low, high: old[len(old) - high : len(old) - low] == new[len(new) - high : len(new) - low],
    )
    if not all(_begins_line(data, len(data) - tail) for data in (old, new)):
        newline = old.find(b"\n", len(old) - tail)
        tail = len(old) - newline - 1 if newline >= 0 else 0
    return old[: len(old) - tail], new[: len(new) - tail]


def _begins_line(data: bytes, at: int) -> bool:
    return at == 0 or data[at - 1 : at] == b"\n"


def _largest(limit: int, same: Callable[[int, int], bool]) -> int:
    """Return the largest n up to `limit` for which all bytes below it are the same, in few comparisons."""
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        if same(low, middle):
            low = middle
        else:
            high = middle - 1
    return low
