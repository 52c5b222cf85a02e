"""Whether what is protected stands as upstream has it, byte for byte, although files around it were changed. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from scripts.lib.files import Files, pattern
from scripts.lib.settings.brand import BrandFile, Protected


def differences(brand: BrandFile, before: Files, after: Files, paths: Iterable[str]) -> list[str]:
    """Return what of the protected differs in these files between upstream and `after`; empty is good."""
    problems = []
    for path in sorted(paths):
        for entry in brand.protected:
            if any(pattern(glob).match(path) for glob in entry.files):
                problems += _differs(entry, path, before.read(path), after.read(path))
    return problems


def in_scripts(brand: BrandFile, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> list[str]:
    """Return what protected text does not stand as often in a front end's scripts as in upstream's."""
    problems = []
    ours_alone = list((Counter(after.values()) - Counter(before.values())).elements())
    theirs_alone = list((Counter(before.values()) - Counter(after.values())).elements())
    for entry in brand.protected:
        if entry.text and entry.compiled:
            ours, theirs = _all(entry.text, ours_alone), _all(entry.text, theirs_alone)
            counts = {word: (ours[word], theirs[word]) for word in sorted(ours.keys() | theirs.keys())}
            problems += [
                f"the scripts have {word.decode()!r} {here} times, upstream's {there} ({entry.why})"
                for word, (here, there) in counts.items()
                if here != there
            ]
    return problems


def _differs(entry: Protected, path: str, before: bytes | None, after: bytes | None) -> list[str]:
    if before is None or before == after:
        return []
    if entry.text is None:
        return [f"{path} is not upstream's any more ({entry.why})"]
    wanted, there = _matches(entry.text, before), _matches(entry.text, after or b"")
    if wanted == there:
        return []
    lost = next((one for one in wanted if wanted.count(one) > there.count(one)), None)
    told = f"{lost.decode(errors='replace')!r} is not there as often" if lost else "has more of it, or in another order"
    return [f"{path}: {told} ({entry.why})"]


def _all(text: str, contents: Iterable[bytes]) -> Counter[bytes]:
    return Counter(match for data in contents for match in _matches(text, data))


def _matches(text: str, data: bytes) -> list[bytes]:
    return [match[0] for match in re.finditer(text.encode(), data)]
