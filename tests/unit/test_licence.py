"""The stage licence: every environment is shown; the chosen one, and users that are too many, decide."""

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scripts.lib import console, records
from scripts.lib.errors import GateRefused, RecordMissing
from scripts.lib.licence import end_users
from scripts.lib.licence.end_users import EndUsers
from scripts.lib.records import FetchedSource, Source
from scripts.lib.settings.base import VersionRange
from scripts.lib.settings.selection import Selection, select
from scripts.lib.settings.sources import PathSource
from scripts.licence import licence
from tests.tiny import make_checkout

NOTHING_GIVEN = argparse.Namespace()
TEXT = "c047838693703293f6b5b546133d330563f67f4323abec8379660e2ada3dee12"
SOURCE = Source(
    inputs="s",
    version="1.0.0",
    sources={"upstream": FetchedSource(kind="path", version="1.0.0", resolved="r", address="a", fingerprint="f")},
    licence=TEXT,
    base="c",
    points={},
)
Choose = Callable[..., Selection]


@pytest.fixture
def choose(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Choose:
    """A checkout of an upstream that asks for a basis: `test` states a small deployment, `open` none."""
    root = make_checkout(tmp_path)
    monkeypatch.setenv("CHECKOUT", str(root))
    product = root / "customizations/tiny/product.yaml"
    product.write_text(product.read_text().replace("needs_basis: false", "needs_basis: true"))
    free = root / "compose/environments/test.yaml"
    (free.parent / "open.yaml").write_text(free.read_text().replace("environment: test", "environment: open"))
    free.write_text(free.read_text().replace("basis: none", "basis: small-deployment\n  end_users: 50"))

    def chosen(environment: str = "test", users: EndUsers | None = None, source: Source = SOURCE) -> Selection:
        made = select("tiny", environment)
        records.write(made.checkout, source)
        monkeypatch.setattr(
            end_users, "count", lambda t: users if t.selection.environment.environment == "test" else None
        )
        return made

    return chosen


def shown(selection: Selection) -> str:
    with console.out.capture() as captured:
        licence(selection, NOTHING_GIVEN)
    return " ".join(captured.get().split())


def refused(selection: Selection) -> tuple[str, ...]:
    with pytest.raises(GateRefused) as failure:
        licence(selection, NOTHING_GIVEN)
    assert failure.value.exit_code == 20
    return failure.value.problems


def test_every_environment_is_shown_with_its_basis_its_state_and_its_users(choose: Choose) -> None:
    said = shown(choose(users=EndUsers("1.0.0", 12)))
    assert "1.0.0: Tiny Licence, a text that came with 1.0.0 to any" in said
    assert "open none failed nothing runs here" in said
    assert "test small-deployment (50) passed 12, on 1.0.0" in said


def test_the_chosen_environment_decides(choose: Choose) -> None:
    assert licence(choose("test"), NOTHING_GIVEN).says == "test may be published: Tiny Licence, small-deployment"
    (problem,) = refused(choose("open"))
    assert problem.startswith("open is failed: Tiny Licence of 1.0.0 allows another brand only on a basis: none is")


def test_a_text_that_nobody_has_read_is_unknown(choose: Choose) -> None:
    (problem,) = refused(choose(source=SOURCE.model_copy(update={"licence": "0" * 64})))
    assert problem.startswith("test is unknown: nobody has read the LICENSE of 1.0.0 with sha256 000")


@pytest.mark.parametrize(("number", "fits"), [(0, True), (50, True), (51, False), (5000, False)])
def test_more_than_fifty_are_no_small_deployment(choose: Choose, number: int, fits: bool) -> None:
    selection = choose(users=EndUsers("1.0.0", number))
    if fits:
        assert "passed" in shown(selection)
    else:
        told = f"test: its basis is small-deployment, at most 50 end users in 30 days, and its database has {number}"
        assert refused(selection) == (told,)


def test_users_that_cannot_be_counted_are_not_few(choose: Choose) -> None:
    (problem,) = refused(choose(users=EndUsers("1.0.0", None, "no such table: user")))
    assert problem.endswith("and how many there are is not known: no such table: user")


def test_users_of_another_environment_are_told_too(choose: Choose) -> None:
    assert len(refused(choose("open", users=EndUsers("1.0.0", 51)))) == 2


def test_users_of_a_version_without_the_clause_may_be_many(choose: Choose) -> None:
    selection = choose(users=EndUsers("0.9.0", 5000))
    rule = selection.product.licence.rules[0]
    older = rule.model_copy(update={"needs_basis": False, "versions": _range(to="0.9.9")})
    newer = rule.model_copy(update={"versions": _range(**{"from": "1.0.0"})})
    terms = selection.product.licence.model_copy(update={"rules": (older, newer)})
    free = replace(selection, product=selection.product.model_copy(update={"licence": terms}))
    assert "5000, on 0.9.0" in shown(free)


def test_what_is_laid_into_the_tree_is_shown_and_its_users_are_counted_too(choose: Choose) -> None:
    fetched = SOURCE.sources["upstream"].model_copy(update={"version": "3.0.0", "licence": TEXT})
    source = SOURCE.model_copy(update={"sources": SOURCE.sources | {"other": fetched}})
    selection = choose(users=EndUsers("1.0.0", 51), source=source)
    product = selection.product
    free = product.licence.model_copy(
        update={"rules": (product.licence.rules[0].model_copy(update={"needs_basis": False}),)}
    )
    other = PathSource(kind="path", path="../other", into="other", licence=product.licence)
    laid = product.model_copy(update={"licence": free, "sources": product.sources | {"other": other}})
    (problem,) = refused(replace(selection, product=laid))
    assert problem.endswith("at most 50 end users in 30 days, and its database has 51")
    freed = laid.model_copy(update={"sources": laid.sources | {"other": other.model_copy(update={"licence": free})}})
    said = shown(replace(selection, product=freed))
    assert "other 3.0.0: Tiny Licence, a text that came with 1.0.0 to any" in said


def _range(**ends: Any) -> VersionRange:
    return VersionRange.model_validate(ends)


def test_without_a_source_it_says_what_to_run(choose: Choose) -> None:
    selection = choose()
    records.path_of(selection.checkout, Source).unlink()
    with pytest.raises(RecordMissing) as failure:
        licence(selection, NOTHING_GIVEN)
    assert failure.value.hint == "run: invoke fetch"
