"""What was measured, kept after each measurement in `benchmarks/line.json`; and the tables of docs/benchmarks.md."""

import json
import os
import statistics
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.meter import Measured

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "benchmarks/line.json"
PAGE = ROOT / "docs/benchmarks.md"
BEGIN, END = "<!-- measured: begin -->\n", "<!-- measured: end -->\n"
PLAIN = ("plain", "cold")
SHARES = {
    ("release", "cold"): 0.35,
    ("release", "one text changed"): 0.15,
    ("everything", "cold"): 1.3,
    ("source", "cold"): 1.25,
    ("source", "only the back end changed"): 0.25,
}
"""Highest share of the plain build."""
SECONDS = {("release", "unchanged"): 5.0}
A_RELEASE, MEMORY, KEPT = 0.4, 400, 1_000_000_000
"""Seconds a release, MB and bytes that a warm look at many releases may take at most."""
TITLES = {
    "plain": "plain build of the untouched upstream",
    "release": "`invoke build publish`, strategy release",
    "everything": "the same, with every part of smoke",
    "source": "`STRATEGY=source invoke build`",
}


@dataclass
class Results:
    """All measurements, in their order."""

    commit: str = ""
    version: str = ""
    """Of the upstream."""
    machine: str = ""
    measured: list[Measured] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    """Group -> why it has no figures, or not all."""

    @classmethod
    def read(cls, path: Path = FILE) -> "Results":
        """Return what was measured before; nothing where there is no such file."""
        said: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
        return cls(**said | {"measured": [Measured(**one) for one in said.get("measured", [])]})

    def write(self, path: Path = FILE) -> None:
        """Keep everything as it is now."""
        path.write_text(json.dumps(asdict(self), indent=1) + "\n")

    def forget(self, group: str) -> None:
        """Drop what was measured of a group before."""
        self.measured = [one for one in self.measured if one.group != group]
        self.failed.pop(group, None)

    def of(self, group: str, name: str) -> list[Measured]:
        """Return the runs of one kind."""
        return [one for one in self.measured if (one.group, one.name) == (group, name)]

    def seconds(self, group: str, name: str) -> float | None:
        """Return the median of the seconds, None where nothing was measured."""
        found = [one.seconds for one in self.of(group, name)]
        return statistics.median(found) if found else None

    def names(self, *groups: str) -> list[tuple[str, str]]:
        """Return what was measured of these groups, each once, in their order."""
        found = dict.fromkeys((one.group, one.name) for one in self.measured)
        return [(group, name) for wanted in groups for group, name in found if group == wanted]


def machine() -> str:
    """Word the machine's size."""
    fields = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
    return f"{os.cpu_count()} cores and {int(fields['MemTotal'].split()[0]) / (1 << 20):.0f} GiB"


def missed(results: Results) -> list[str]:
    """Return which targets were missed; empty is good."""
    plain = results.seconds(*PLAIN)
    limits = SECONDS | {key: share * plain for key, share in SHARES.items() if plain}
    slow = [
        f"{', '.join(key)}: {took:.1f} s, at most {limit:.1f} s"
        for key, limit in limits.items()
        if (took := results.seconds(*key)) is not None and took > limit
    ]
    return [*slow, *(wrong for one in results.of("compat", "warm") for wrong in _missed_look(one))]


def _missed_look(warm: Measured) -> Iterable[str]:
    limits = (
        ("s a release", warm.seconds / (warm.releases or 1), A_RELEASE),
        ("MB of memory", warm.memory, MEMORY),
        ("bytes kept", warm.size or 0, KEPT),
    )
    return [f"compat, warm: {took:.2f} {what}, at most {limit}" for what, took, limit in limits if took > limit]


def page(results: Results, text: str) -> str:
    """Return the page's text with its tables made anew; raises ValueError where it has no place for them."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{PAGE} has no place for the tables: {BEGIN.strip()} … {END.strip()}")
    return before + BEGIN + tables(results) + END + after


def tables(results: Results) -> str:
    """Return everything that was measured, as Markdown."""
    parts = (_whole(results), _stages(results), _sizes(results), _push(results), _locales(results), _compat(results))
    failed = "".join(f"- {group}: {why}\n" for group, why in results.failed.items())
    told = f"Not measured to the end:\n\n{failed}" if failed else ""
    return "\n".join((_caption(results), *(part for part in (*parts, told) if part)))


def _caption(results: Results) -> str:
    began = sorted(one.began for one in results.measured)
    when = f"{began[0][:16]} to {began[-1][:16]} UTC" if began else "nothing was measured"
    return f"Upstream {results.version}, {results.machine}, commit {results.commit[:12]}, {when}.\n"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(head)]
    lines += [["---"] * len(lines[0]), *(list(row) for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines) if len(lines) > 2 else ""


def _whole(results: Results) -> str:
    head = ("what", "run", "seconds", "runs", "memory, MB", "share of the plain build", "at most")
    return _table(head, (_row(results, group, name) for group, name in results.names(*TITLES)))


def _row(results: Results, group: str, name: str) -> Iterable[str]:
    runs, plain, took = results.of(group, name), results.seconds(*PLAIN), results.seconds(group, name) or 0.0
    noisy = " (others were busy)" if any(one.busy > 0.5 for one in runs) else ""
    limit = f"{SECONDS[group, name]:.0f} s" if (group, name) in SECONDS else str(SHARES.get((group, name), ""))
    yield from (TITLES[group], name + noisy, _spread([one.seconds for one in runs]), str(len(runs)))
    yield from (f"{max(one.memory for one in runs):.0f}", f"{took / plain:.2f}" if plain else "", limit)


def _spread(seconds: list[float]) -> str:
    median = f"{statistics.median(seconds):.1f}"
    return median if len(seconds) == 1 else f"{median} ({min(seconds):.1f} to {max(seconds):.1f})"


def _stages(results: Results) -> str:
    runs = [(key, results.of(*key)) for key in results.names("release", "everything", "source")]
    stages = list(dict.fromkeys(stage for _, found in runs for one in found for stage in one.stages))
    rows = ([", ".join(key), *(_of_stage(found, stage) for stage in stages)] for key, found in runs)
    text = _table(["run", *stages], rows)
    return f"Seconds of each stage (medians):\n\n{text}" if text else ""


def _of_stage(runs: Iterable[Measured], stage: str) -> str:
    found = [one.stages[stage] for one in runs if stage in one.stages]
    return f"{statistics.median(found):.1f}" if found else ""


def _sizes(results: Results) -> str:
    keys = [key for key in results.names("plain", "release", "source") if key[1] == "cold"]
    found = {group: size for group, name in keys if (size := results.of(group, name)[-1].size)}
    text = _table(("image", "MB"), ([TITLES[group], f"{size / 1e6:.0f}"] for group, size in found.items()))
    return f"Size of the image:\n\n{text}" if text else ""


def _push(results: Results) -> str:
    whole, ours = results.seconds("release", "cold"), results.of("release", "cold")
    docker = results.seconds("push", "docker push")
    if whole is None or docker is None:
        return ""
    publish = statistics.median(one.stages["publish"] for one in ours)
    return _table(
        ("pushing the image into an empty registry", "seconds", "share of the cold run"),
        (
            ("`publish`: push by digest, read back, tag", f"{publish:.1f}", f"{publish / whole:.2f}"),
            ("`docker push` of the same image", f"{docker:.1f}", f"{docker / (whole - publish + docker):.2f}"),
        ),
    )


def _locales(results: Results) -> str:
    found = [(name, results.of("locales", name)[-1]) for _, name in results.names("locales")]
    rows = ([name, *(f"{one.stages[stage]:.2f}" for stage in ("validate", "customize")), f"{one.memory:.0f}"]
            for name, one in found)  # fmt: skip
    return _table(("locales", "validate, seconds", "customize, seconds", "memory, MB"), rows)


def _compat(results: Results) -> str:
    rows = (_looked(name, results.of("compat", name)[-1]) for _, name in results.names("compat"))
    head = ("`invoke compat --all`", "seconds", "releases", "seconds a release", "memory, MB", "kept, MB")
    text = _table(head, rows)
    return f"{text}\nWarm at most {A_RELEASE} s a release, {MEMORY} MB, and 1 GB kept.\n" if text else ""


def _looked(name: str, one: Measured) -> Iterable[str]:
    count = one.releases or 1
    yield from (name, f"{one.seconds:.1f}", str(count), f"{one.seconds / count:.2f}")
    yield from (f"{one.memory:.0f}", f"{(one.size or 0) / 1e6:.0f}")
