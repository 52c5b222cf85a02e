"""How much two contents differ."""

import pytest

from scripts.lib.difference import changed_file, lines


@pytest.mark.parametrize(
    ("before", "after", "counted"),
    [
        (b"a\nb\nc\n", b"a\nB\nc\n", (1, 1)),
        (b"a\nc\n", b"a\nb\nc\n", (1, 0)),
        (b"a\na\n", b"a\na\na\n", (1, 0)),
        (b"a\nb\nc\n", b"a\nc\n", (0, 1)),
        (b"", b"a\nb", (2, 0)),
        (b"a\nb", b"", (0, 2)),
        (b"ab\nx\n", b"b\nx\n", (1, 1)),
        (b"x\nab", b"x\nabc", (1, 1)),
        (b"same", b"same", (0, 0)),
        (b"a\0", b"b\n\0", (0, 0)),
    ],
)
def test_lines_are_counted_as_a_diff_counts_them(before: bytes, after: bytes, counted: tuple[int, int]) -> None:
    assert lines(before, after) == counted


def test_a_removed_file_has_no_hash_afterwards() -> None:
    gone = changed_file("a", b"x\n", None, "hash")
    assert (gone.before, gone.after, gone.added, gone.removed) == ("hash", None, 0, 1)
