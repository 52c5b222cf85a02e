"""What a look brings: no more than it needs, once, and nothing that is not what was promised."""

import pytest

from scripts.lib.checkout import Checkout
from tests.integration.compat.releases import Run, downloads
from tests.integration.web import Web


def test_a_second_look_downloads_nothing_and_the_first_no_more_than_it_needs(
    run: Run, checkout: Checkout, index: Web
) -> None:
    run("--last", "2")
    assert downloads(index) == ["/files/tiny-1.2.0.tar.gz", "/files/tiny-1.3.0.tar.gz"]
    run("--last", "3")
    assert downloads(index)[0] == "/files/tiny-1.1.0.tar.gz"
    assert len(downloads(index)) == 3
    run("--since", "1.1.0")
    assert len(downloads(index)) == 3
    contents = [path for path in (checkout.cache / "kept/objects").rglob("*") if path.is_file()]
    assert len(contents) < 20
    assert not [path for path in checkout.cache.rglob("*") if path.suffix == ".gz"]
    assert not list((checkout.cache / "sha256").rglob("*"))


def test_a_step_that_looks_at_more_brings_the_releases_again(run: Run, checkout: Checkout, index: Web) -> None:
    assert run("--last", "4") == 20
    steps = checkout.customizations / "steps.yaml"
    steps.write_text(steps.read_text().replace("path: static/advert.txt", "path: tools/*", 1))
    run("--last", "4")
    assert len(downloads(index)) == 8


def test_a_download_that_breaks_off_once_is_tried_again_and_one_that_differs_is_refused(
    run: Run, checkout: Checkout, index: Web, capfd: pytest.CaptureFixture[str]
) -> None:
    index.broken["/files/tiny-1.1.0.tar.gz"] = 1
    assert run("--since", "1.1.0") == 20
    good = index.pages["/files/tiny-1.0.0.tar.gz"]
    try:
        index.pages["/files/tiny-1.0.0.tar.gz"] = good + b"\0"
        assert run("--all") == 20
    finally:
        index.pages["/files/tiny-1.0.0.tar.gz"] = good
    said = capfd.readouterr().err
    assert "tiny-1.0.0.tar.gz has sha256" in said
    assert "as the index says" in said
    assert not list((checkout.cache / "scratch").iterdir())
