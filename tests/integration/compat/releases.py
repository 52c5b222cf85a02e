"""Six releases of Tiny, and what is read of a look at them."""

import json
from collections.abc import Callable
from typing import Any

from scripts.lib.checkout import Checkout
from tests import tiny
from tests.integration.web import Web

Files = dict[str, bytes]
Run = Callable[..., int]
BELOW = "the page came with 1.0"
LINE = 1 + tiny.source_files()["src/app.html"].partition(b"<title>")[0].count(b"\n")
"""Where the title stands."""


def in_file(path: str, old: str, new: str) -> Callable[[Files], None]:
    """Change a file of a release."""

    def edit(files: Files) -> None:
        assert old.encode() in files[path]
        files[path] = files[path].replace(old.encode(), new.encode())

    return edit


def nothing(_: Files) -> None:
    """Leave a release as it is."""


RELEASES: dict[str, Callable[[Files], None]] = {
    "0.9.0": nothing,
    "1.0.0": nothing,
    "1.1.0.dev1": in_file("src/app.html", "<title>", "<h1>"),
    "1.1.0": in_file("backend/tiny/env.py", "'", '"'),
    "1.2.0": in_file("src/app.html", "<title>Tiny", "<title >Tiny"),
    "1.3.0": in_file("src/app.html", "<title>Tiny", "<title >Tiny"),
}


def rows(checkout: Checkout) -> dict[str, Any]:
    found = json.loads((checkout.out / "compat.json").read_text())
    return {row["version"]: row for row in found["rows"]}


def cell(row: Any, step: str) -> Any:
    return next(one for one in row["cells"] if one["step"] == step)


def downloads(index: Web) -> list[str]:
    return sorted(path for path in index.asked if path.startswith("/files/"))
