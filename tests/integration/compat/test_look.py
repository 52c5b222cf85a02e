"""A look meets every release that is asked for, and says what broke with its place and an edit."""

import shutil
from functools import partial

import pytest

from scripts import update
from scripts.lib import cache, cli
from scripts.lib.checkout import Checkout
from tests.integration.compat.releases import BELOW, LINE, Run, cell, rows
from tests.integration.test_fetch_and_update import INTO, STEP_ON_THE_WHEEL
from tests.integration.web import Web


def test_every_final_release_is_met_and_the_one_that_broke_is_told_with_an_edit(
    run: Run, checkout: Checkout, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run("--all", "--json", str(checkout.root / "there.json")) == 20
    found = rows(checkout)
    assert list(found) == ["1.0.0", "1.1.0", "1.2.0", "1.3.0"]
    assert {one["status"] for version in ("1.0.0", "1.1.0") for one in found[version]["cells"]} == {"ok"}
    moved = cell(found["1.3.0"], "title")
    assert (moved["status"], moved["file"], moved["line"]) == ("moved", "src/app.html", LINE)
    assert moved["similarity"] > 0.9
    said = capfd.readouterr()
    assert f"compat: title is moved in 1.2.0 to 1.3.0 (2): src/app.html:{LINE}:" in said.err
    assert "- find: <title >Tiny</title>\n    replace: <title >Acme</title>" in said.out
    assert (checkout.root / "there.json").read_bytes() == (checkout.out / "compat.json").read_bytes()


def test_the_edit_that_is_proposed_mends_the_step(run: Run, checkout: Checkout) -> None:
    assert run("--last", "1") == 20
    proposed = cell(rows(checkout)["1.3.0"], "title")["proposal"]
    steps = checkout.customizations / "steps.yaml"
    found = "      - { find: <title>Tiny</title>, replace: <title>Acme</title> }\n"
    pasted = "".join(f"      {line}\n" for line in proposed.splitlines())
    steps.write_text(steps.read_text().replace(found, found + pasted))
    assert run("--all") == 0
    assert [cell(row, "title")["alternative"] for row in rows(checkout).values()] == [1, 1, 2, 2]


def test_below_the_range_the_look_refuses_with_the_reason(run: Run, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("--since", "0.9.0") == 2
    said = capfd.readouterr().err
    assert f"compat: --since 0.9.0: the customizations are for >=1.0,<2: {BELOW}" in said
    assert "hint: the oldest that can be asked for: invoke compat --since 1.0" in said


@pytest.mark.parametrize("last", ["0", "-1", "many"])
def test_what_is_no_number_of_releases_is_refused(last: str, run: Run, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(f"--last={last}") == 2
    assert f"--last {last}: is no number of releases" in capfd.readouterr().err


def test_a_built_release_that_is_at_hand_is_looked_at_too(run: Run, checkout: Checkout, index: Web) -> None:
    wheel = checkout.root / "upstream/tiny-1.0.0-py3-none-any.whl"
    wheel.write_bytes(index.pages[f"/files/{wheel.name}"])
    put = partial(shutil.copyfile, wheel)
    cache.add(checkout.cache, put)
    run("--all")
    looked = {version: row["projection"]["status"] for version, row in rows(checkout).items()}
    assert looked == {"1.0.0": "ok", "1.1.0": "not-looked-at", "1.2.0": "not-looked-at", "1.3.0": "not-looked-at"}
    steps = checkout.customizations / "steps.yaml"
    steps.write_text(steps.read_text().replace("find: '=\"Tiny\",'", "find: '=\"Teeny\",'"))
    run("--all")
    refused = rows(checkout)["1.0.0"]["projection"]
    assert refused["status"] == "refused"
    assert "step app-name: '=\"Teeny\",' stands 0 times" in refused["reason"]


def test_what_is_laid_into_the_tree_is_looked_at_with_every_release(
    run: Run, checkout: Checkout, index: Web, capfd: pytest.CaptureFixture[str]
) -> None:
    settings, steps = checkout.customizations / "product.yaml", checkout.customizations / "steps.yaml"
    settings.write_text(settings.read_text().replace("sources:\n", f"sources:\n{INTO}", 1))
    steps.write_text(steps.read_text() + STEP_ON_THE_WHEEL)
    assert run("--all") == 3
    assert "compat: the lock customizations/tiny/upstream.lock.yaml is missing" in capfd.readouterr().err
    words = ["--product", "tiny", "--environment", "test", "--version", "1.0.0"]
    assert cli.run("update", update.update, update.__doc__, update.OPTIONS, words) == 0
    assert run("--all") == 20
    assert {cell(row, "wheel-name")["status"] for row in rows(checkout).values()} == {"ok"}
    steps.write_text(
        steps.read_text().replace("path: third/tiny/tiny/env.py", "path: third/tiny/tiny/frontend/index.html")
    )
    assert run("--since", "1.1.0") == 20
    assert {cell(row, "wheel-name")["status"] for row in rows(checkout).values()} == {"gone"}, "it is left out"
