"""The whole line against a plain build of the untouched upstream, all in one run, as ratios.

    python -m benchmarks.line [--runs N] [--skip-plain SECONDS]

It works in a clean clone with a cache and a registry of its own, and EMPTIES the builder's cache of this Docker engine
before each cold run. Base images are made beforehand. Writes `benchmarks/line.json` and prints a Markdown table.
"""

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from benchmarks import plain_upstream
from benchmarks.meter import Measured, measure
from scripts.lib import console, shell
from tests import own_registry

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
TARGETS = {"cold": 0.35, "one text changed": 0.15}
"""Highest ratio to the plain build."""


def main() -> None:
    """Measure, write, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3, help="runs of the line (the plain build runs once)")
    parser.add_argument("--skip-plain", type=float, metavar="SECONDS", help="take this for the plain build instead")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="graft-benchmark-") as scratch:
        line = _Line(Path(scratch))
        try:
            rounds = [line.round() for _ in range(given.runs)]
            plain = Measured("plain", given.skip_plain) if given.skip_plain else _plain(line, Path(scratch))
        finally:
            line.remove()
    _write(plain, rounds)


class _Line:
    """A clean clone with its own cache and registry."""

    def __init__(self, scratch: Path) -> None:
        self.checkout = scratch / "checkout"
        self.cache = scratch / "cache"
        shell.run(["git", "clone", "--quiet", ROOT, self.checkout])
        self.registry, self.port = own_registry.give(self.checkout / "compose/environments/dev.yaml")
        self.env = {"CACHE": str(self.cache), "CHECKOUT": str(self.checkout), "PRODUCT": "", "ENVIRONMENT": ""}

    def invoke(self, *tasks: str) -> None:
        shell.follow([BIN / "invoke", *tasks], cwd=self.checkout, env=self.env, log=self.checkout / "run.log")

    def round(self) -> dict[str, dict[str, float]]:
        """One cold, one changed and one unchanged run, with the seconds of each stage."""
        self._empty()
        took = {}
        for name, prepare in (("cold", _nothing), ("one text changed", _change_text), ("unchanged", _nothing)):
            prepare(self.checkout)
            ledger = self.checkout / "out/lusochat/ledger.jsonl"
            before = len(ledger.read_text().splitlines()) if ledger.exists() else 0
            with measure(name) as measured:
                self.invoke("build", "publish")
            stages = [json.loads(entry) for entry in ledger.read_text().splitlines()[before:]]
            took[name] = asdict(measured) | {entry["stage"]: entry["seconds"] for entry in stages}
            console.note(f"{name}: {measured.seconds:.1f} s, {measured.memory:.0f} MB")
        return took

    def _empty(self) -> None:
        shutil.rmtree(self.cache, ignore_errors=True)
        shutil.rmtree(self.checkout / "out", ignore_errors=True)
        shell.run(["git", "checkout", "--quiet", "customizations"], cwd=self.checkout)
        self.remove()
        shell.run(["docker", "buildx", "prune", "--all", "--force"])

    def remove(self) -> None:
        """Take away the registry with its volume, and the images."""
        own_registry.remove(self.registry)
        tagged = shell.run(["docker", "image", "ls", "--format={{.Repository}}:{{.Tag}}"]).output.split()
        ours = [name for name in tagged if name.startswith(("graft/lusochat/", f"localhost:{self.port}/"))]
        if ours:
            shell.run(["docker", "image", "rm", "--force", *ours])


def _nothing(checkout: Path) -> None:
    """Leave the checkout as it is."""


def _change_text(checkout: Path) -> None:
    texts = checkout / "customizations/lusochat/brand/texts.yaml"
    before = texts.read_text()
    texts.write_text(before.replace("Aceder com dados Institucionais", "Aceder com as credenciais da Lusófona"))
    if texts.read_text() == before:
        raise SystemExit("the text to change is no longer in texts.yaml")


def _plain(line: _Line, scratch: Path) -> Measured:
    source = json.loads((line.checkout / "out/lusochat/source.json").read_text())
    tree = scratch / "plain"
    shell.run(["git", "clone", "--quiet", line.checkout / "out/lusochat/workspace", tree])
    shell.run(["git", "checkout", "--quiet", source["base"]], cwd=tree)
    shutil.rmtree(tree / ".git")
    plain_upstream.untouched(tree)
    options = plain_upstream.contexts(tree, scratch, BIN / "uv")
    with measure("plain") as measured:
        shell.follow(plain_upstream.command(tree, options, "graft-benchmark/plain:1"), log=scratch / "plain.log")
    shell.run(["docker", "image", "rm", "graft-benchmark/plain:1"])
    console.note(f"plain: {measured.seconds:.1f} s, {measured.memory:.0f} MB")
    return measured


def _write(plain: Measured, rounds: list[dict[str, dict[str, float]]]) -> None:
    result = {"plain": asdict(plain), "rounds": rounds}
    (ROOT / "benchmarks/line.json").write_text(json.dumps(result, indent=1) + "\n")
    console.result("| run | seconds (median) | memory, MB | share of the plain build | allowed |")
    console.result("|---|---|---|---|---|")
    console.result(f"| plain upstream build | {plain.seconds:.1f} | {plain.memory:.0f} | 1 | |")
    for name in rounds[0]:
        seconds = statistics.median(r[name]["seconds"] for r in rounds)
        memory = max(r[name]["memory"] for r in rounds)
        allowed = f"{TARGETS[name]}" if name in TARGETS else "5 s"
        console.result(f"| {name} | {seconds:.1f} | {memory:.0f} | {seconds / plain.seconds:.3f} | {allowed} |")


if __name__ == "__main__":
    main()
