"""The look at many releases as a user runs it, on an index and a repository of Tiny on this machine; and its page."""

import json
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from scripts import compat, update
from scripts.lib import cache, cli, shell
from scripts.lib.checkout import Checkout
from smoke.browser import launch
from tests import tiny
from tests.integration.test_fetch_and_update import INTO, STEP_ON_THE_WHEEL
from tests.integration.test_report_page import DIM
from tests.integration.web import Web, web

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


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """An index of six releases, one of them no final one, with a wheel of the first that is allowed."""
    folder = tmp_path_factory.mktemp("releases")
    for version, edit in RELEASES.items():
        tiny.pack_source(folder / f"tiny-{version}.tar.gz", version=version, edit=edit)
    tiny.pack_release(folder / "tiny-1.0.0-py3-none-any.whl")
    with web() as there:
        there.index("tiny", {path.name: path.read_bytes() for path in sorted(folder.iterdir())})
        yield there


@pytest.fixture
def checkout(tmp_path: Path, index: Web, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    root = tiny.make_checkout(tmp_path / "checkout")
    settings = root / "customizations/tiny/product.yaml"
    source = f"kind: pypi, project: tiny, index: '{index.address}/simple'"
    text = settings.read_text()
    head, _, rest = text.partition("sources:\n")
    rest = rest[rest.index("tree: upstream") :]
    settings.write_text(
        f"{head}sources:\n"
        f"  upstream: {{ {source}, version: '>=1.0,<2' }}\n"
        f"  release: {{ {source}, artifact: wheel, version_of: upstream }}\n"
        f"compat: {{ below: '{BELOW}', repository: {{ kind: git, url: upstream.git, ref: main }} }}\n{rest}"
    )
    for name, value in {"CHECKOUT": str(root), "CACHE": str(tmp_path / "cache")}.items():
        monkeypatch.setenv(name, value)
    index.asked.clear()
    return Checkout(root=root, product="tiny", cache=tmp_path / "cache")


@pytest.fixture
def run(checkout: Checkout) -> Run:
    def one(*words: str) -> int:
        argv = ["--product", "tiny", "--environment", "test", *words]
        return cli.run("compat", compat.compat, compat.__doc__, compat.OPTIONS, argv, locks=False)

    return one


def rows(checkout: Checkout) -> dict[str, Any]:
    found = json.loads((checkout.out / "compat.json").read_text())
    return {row["version"]: row for row in found["rows"]}


def cell(row: Any, step: str) -> Any:
    return next(one for one in row["cells"] if one["step"] == step)


def downloads(index: Web) -> list[str]:
    return sorted(path for path in index.asked if path.startswith("/files/"))


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


def test_below_the_range_the_look_refuses_with_the_reason(run: Run, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("--since", "0.9.0") == 2
    said = capfd.readouterr().err
    assert f"compat: --since 0.9.0: the customizations are for >=1.0,<2: {BELOW}" in said
    assert "hint: the oldest that can be asked for: invoke compat --since 1.0" in said


@pytest.mark.parametrize("last", ["0", "-1", "many"])
def test_what_is_no_number_of_releases_is_refused(last: str, run: Run, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(f"--last={last}") == 2
    assert f"--last {last}: is no number of releases" in capfd.readouterr().err


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


@pytest.fixture
def repository(checkout: Checkout) -> Path:
    """The upstream's repository, whose branch `next` has another title."""
    folder = checkout.root / "upstream.git"
    for branch, edit in (("main", nothing), ("next", RELEASES["1.3.0"])):
        files = tiny.source_files()
        edit(files)
        for path, data in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        git = ["git", "-C", str(folder), "-c", "user.name=t", "-c", "user.email=t@localhost"]
        shell.run([*git, "init", "--quiet", "--initial-branch=main"])
        shell.run([*git, "checkout", "--quiet", "-B", branch])
        shell.run([*git, "add", "--all"])
        shell.run([*git, "commit", "--quiet", "-m", branch])
    return folder


def test_a_branch_of_the_repository_is_looked_at_and_not_kept_whole(
    run: Run, checkout: Checkout, repository: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run("--ref", "main") == 0
    assert "steps hold on 1.0.0 (main, " in capfd.readouterr().out
    assert run("--ref", "next") == 20
    assert "compat: title is moved in 1.0.0 (next, " in capfd.readouterr().err
    assert [path for path in (checkout.cache / "sha256").rglob("*") if path.is_file()] == []
    (row,) = rows(checkout).values()
    shutil.rmtree(repository / "src")  # what is at hand is not fetched again
    assert run("--ref", "next") == 20
    assert rows(checkout) == {row["version"]: row}


def test_a_ref_that_is_not_there_is_said(run: Run, repository: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert repository.is_dir()
    assert run("--ref", "absent") == 2
    assert "has no branch or tag 'absent'" in capfd.readouterr().err


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = launch(playwright)
        yield started
        started.close()


@pytest.fixture
def page(run: Run, checkout: Checkout, browser: Browser) -> Iterator[Page]:
    """The matrix of all releases, of which two broke, on a desktop."""
    run("--all")
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened, said = context.new_page(), list[str]()
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on(
        "request", lambda request: said.append(request.url) if not request.url.startswith(("file:", "data:")) else None
    )
    opened.goto((checkout.out / "compat.html").as_uri())
    yield opened
    context.close()
    assert said == []


def shown(page: Page) -> list[str]:
    return page.locator("tbody tr:visible th").all_inner_texts()


def at(page: Page, release: str, step: str) -> Any:
    column = page.locator("thead th").evaluate_all("(all, step) => all.findIndex((h) => h.dataset.step === step)", step)
    return page.locator(f'tr[data-release="{release}"] > *').nth(column)


def test_the_matrix_says_why_when_one_points_taps_or_moves(page: Page) -> None:
    detail = page.locator("#detail")
    assert not detail.is_visible()
    at(page, "1.3.0", "title").hover()
    assert "moved" in detail.inner_text()
    assert f"src/app.html:{LINE}" in detail.inner_text()
    assert "<title >Acme</title>" in detail.locator("pre").inner_text()
    at(page, "1.0.0", "name").click()
    assert "name on 1.0.0" in detail.inner_text()
    page.keyboard.press("ArrowUp")
    assert "name on 1.1.0" in detail.inner_text()
    page.keyboard.press("ArrowRight")
    assert "name-suffix on 1.1.0" in detail.inner_text()
    page.keyboard.press("Escape")
    assert not detail.is_visible()


def test_the_matrix_is_reached_by_keyboard_alone(page: Page) -> None:
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "TD":
            break
    assert page.evaluate("document.activeElement.getAttribute('role')") == "gridcell"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert "on 1.3.0" in page.locator("#detail").inner_text()


def test_the_matrix_is_filtered_by_release_step_and_what_broke(page: Page) -> None:
    assert shown(page) == ["1.3.0", "1.2.0", "1.1.0", "1.0.0"]
    page.get_by_label("Show").select_option("broken")
    assert shown(page) == ["1.3.0", "1.2.0"]
    assert page.locator("thead th:visible").all_inner_texts() == ["release", "title"]
    page.get_by_label("Release begins with").fill("1.2")
    assert shown(page) == ["1.2.0"]
    assert page.locator("output").inner_text() == "1 of 4 releases"
    page.get_by_label("Show").select_option("all")
    page.get_by_label("Step holds the word").fill("name")
    assert page.locator("thead th:visible").all_inner_texts() == ["release", "name", "name-suffix", "app-name"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_matrix_can_be_read_by_everybody(page: Page, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    at(page, "1.3.0", "title").hover()
    seen, dim = page.evaluate(DIM)
    assert seen > 50
    assert dim == []
    signs = {page.locator(f"td.{kind}").first.inner_text().split("\n")[0] for kind in ("ok", "moved")}
    assert len(signs) == 2, "a sign says it as well as the colour"


def test_the_matrix_fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 780})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    at(page, "1.3.0", "title").click()
    box = page.locator("#detail").bounding_box()
    assert box
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 780
