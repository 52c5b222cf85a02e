"""The words that lock Python requirements."""

from datetime import date
from pathlib import Path

from scripts.lib.commands import uv


def test_requirements_are_locked_by_hash_for_every_platform_and_name_no_machine() -> None:
    argv = uv.lock_requirements(Path("uv"), Path("in.txt"), Path("out.lock"), "3.11")
    words = " ".join(map(str, argv))
    assert words == (
        "uv pip compile --quiet --no-config --universal --python-version=3.11 --generate-hashes --only-binary=:all: "
        "--no-header --no-annotate --no-emit-index-url --output-file=out.lock in.txt"
    )


def test_a_day_and_packages_without_wheels_are_named() -> None:
    day, sdists = date(2026, 6, 12), ("docx2txt", "peewee")
    argv = uv.lock_requirements(Path("uv"), Path("in.txt"), Path("out.lock"), "3.11.2", day, sdists)
    words = " ".join(map(str, argv))
    assert "--only-binary=:all: --no-binary=docx2txt --no-binary=peewee --exclude-newer=2026-06-12T00:00:00Z" in words
