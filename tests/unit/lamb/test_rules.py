"""What the old stack was called, seen in its databases."""

import sqlite3
from contextlib import closing

import pytest

from customizations.lamb.migration import rules

FILE = "/opt/lamb/lamb-kb-server-stable/backend/static/1/a.md"


@pytest.mark.parametrize(
    ("address", "home"),
    [("http://kb:9090/static/1/a.md", "http://kb:9090"), ("/static/1/a.md", None), ("//static/1/a.md", None)],
)
def test_an_address_without_a_host_is_no_name_for_every_static_folder(address: str, home: str | None) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE file_registry (file_path TEXT, file_url TEXT)")
        connection.execute("INSERT INTO file_registry VALUES (?, ?)", (FILE, address))
        assert rules.found_in(connection).homes == ({home} if home else frozenset())
