"""The published image, started with no settings at all, as a newcomer would: what a browser shows."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from tenacity import retry, stop_after_delay, wait_fixed

from scripts.lib import shell
from smoke.browser import launch
from tests.e2e.conftest import Line
from tests.own_registry import free_port

LOCALES = 64
ADMIN = {"name": "Ana", "email": "ana@example.org", "password": "correct horse battery"}


@pytest.fixture(scope="session")
def published(line: Line) -> str:
    """The reference by digest that `publish` prints."""
    line.invoke("build", "publish")
    images = json.loads(json.dumps(line.record("release.dev")["images"]))
    image = images["lusochat-openwebui"]
    return f"{image['registry']}/{image['repository']}@{image['digest']}"


@pytest.fixture(scope="session")
def address(published: str) -> Iterator[str]:
    """A container of the published digest, run without any setting, with its first account made."""
    port = free_port()
    run = ["docker", "run", "--detach", "--label", "graft.test=1", "--publish", f"127.0.0.1:{port}:8080", published]
    container = shell.run(run).output.strip()
    try:
        base = f"http://127.0.0.1:{port}"
        _wait_until_it_answers(base)
        httpx.post(f"{base}/api/v1/auths/signup", json=ADMIN, timeout=30).raise_for_status()
        yield base
    finally:
        shell.run(["docker", "rm", "--force", "--volumes", container])


@retry(stop=stop_after_delay(120), wait=wait_fixed(0.5), reraise=True)
def _wait_until_it_answers(base: str) -> None:
    httpx.get(f"{base}/health", timeout=5).raise_for_status()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


def test_a_second_run_finds_everything_up_to_date(line: Line, published: str) -> None:
    said = line.invoke("build", "publish")
    assert said.count("up to date") == 7, said
    assert published in said


def test_the_name_has_no_suffix_where_machines_read_it(address: str) -> None:
    assert httpx.get(f"{address}/api/config").json()["name"] == "Lusochat"
    manifest = httpx.get(f"{address}/manifest.json").json()
    assert (manifest["name"], manifest["short_name"]) == ("Lusochat", "Lusochat")
    assert "<ShortName>Lusochat</ShortName>" in httpx.get(f"{address}/opensearch.xml").text


def test_the_installed_app_gets_our_icon(line: Line, address: str) -> None:
    workspace = line.checkout / "out/lusochat/workspace"
    for icon in httpx.get(f"{address}/manifest.json").json()["icons"]:
        served = httpx.get(f"{address}{icon['src']}").content
        assert served == (workspace / "static" / icon["src"].lstrip("/")).read_bytes(), icon["src"]


def test_the_login_page_says_lusochat_in_every_language(line: Line, address: str, browser: Browser) -> None:
    workspace = line.checkout / "out/lusochat/workspace"
    languages = json.loads((workspace / "src/lib/i18n/locales/languages.json").read_text())
    assert len(languages) == LOCALES
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/auth")
    for language in languages:
        page.evaluate("code => localStorage.setItem('locale', code)", language["code"])
        page.goto(f"{address}/auth")
        expect(page).to_have_title("Lusochat", timeout=30_000)
        expect(page.locator("form").get_by_text("Lusochat").first, language["code"]).to_be_visible(timeout=30_000)
        expect(page.get_by_text("Open WebUI")).to_have_count(0)
    context.close()


def test_every_icon_of_the_page_is_ours(line: Line, address: str, browser: Browser) -> None:
    workspace: Path = line.checkout / "out/lusochat/workspace"
    page = browser.new_page()
    page.goto(f"{address}/auth")
    links = page.eval_on_selector_all("link[rel*=icon]", "all => all.map(link => link.href)")
    assert len(links) >= 5
    for link in links:
        assert link.startswith(f"{address}/"), "an icon is loaded from elsewhere"
        served = page.request.get(link).body()
        assert served == (workspace / "static" / link.removeprefix(f"{address}/")).read_bytes(), link
    page.close()
