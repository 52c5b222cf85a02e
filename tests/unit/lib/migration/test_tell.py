"""What people read of a migration."""

from scripts.lib.migration import tell
from scripts.lib.migration.answer import MovedDatabase
from tests.unit.lib.migration.test_plan import an_answer


def test_everything_that_is_moved_and_rewritten_is_told() -> None:
    database = MovedDatabase(
        old="app.db", volume="data", new="app.db", tables={"a": (2, 2), "b": (0, 0)}, rewritten={"a.path": 2}
    )
    rules = {f"/old/{n}/": f"/new/{n}/" for n in range(tell.RULES + 2)}
    found = an_answer(databases=(database,), rules=rules, settings={"PREFIX": ""}, notes=("look out",))
    lines = list(tell.lines(found, {"data": "tiny-data"}))
    assert lines[:4] == [
        "the old stack is of version 0.5",
        "uploads -> tiny-data: 2 files, 10 B",
        "app.db: 2 tables, 2 rows (a 2)",
        "app.db: 2 x a.path rewritten",
    ]
    assert lines[4] == "/old/0/ becomes /new/0/"
    assert lines[-3:] == ["and 2 more", "PREFIX=''", "look out"]
