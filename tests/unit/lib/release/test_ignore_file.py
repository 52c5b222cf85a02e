"""What an ignore file keeps out, as BuildKit reads it."""

import pytest

from scripts.lib.release.ignore_file import left_out


@pytest.mark.parametrize(
    ("ignore", "path"),
    [
        ("**/*.db", "backend/x/a.db"),
        ("**/*.db", "a.db"),
        ("backend/data/*", "backend/data/a"),
        ("backend/data/*", "backend/data/deep/a"),
        ("/backend/data/", "backend/data/a"),
        ("a/../docs", "docs/a"),
        ("docs", "docs/a"),
        ("!docs\ndocs", "docs/a"),
        ("\ufeff.env.*", ".env.local"),
        ("a?[0-9].txt", "ab1.txt"),
        ("**", "anything/at/all"),
    ],
)
def test_what_matches_is_left_out(ignore: str, path: str) -> None:
    assert left_out(ignore, path)


@pytest.mark.parametrize(
    ("ignore", "path"),
    [
        ("", "a"),
        ("# a\n\n", "# a"),
        ("*.db", "backend/a.db"),
        ("data", "backend/data/a"),
        ("data/*\n!data/keep", "data/keep"),
        ("a.b", "axb"),
        ("docs", "docs2/a"),
    ],
)
def test_what_does_not_match_or_is_taken_back_stays(ignore: str, path: str) -> None:
    assert not left_out(ignore, path)
