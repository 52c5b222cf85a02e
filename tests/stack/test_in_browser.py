"""What a person does in a browser, and finds again after everything was made anew. (Done means)"""

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from smoke.browser import launch
from tests.stack.conftest import Standing
from tests.stack.lamb_api import FACT, KEPT
from tests.stack.site import Site

PATIENT = 60_000
"""Milliseconds."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@dataclass(frozen=True)
class Person:
    """Somebody at the front end."""

    page: Page
    top: str
    """Where LAMB is published."""

    def log_in(self, email: str, password: str) -> None:
        self.page.goto(self.top)
        self.page.locator("input[type=email]").fill(email)
        self.page.locator("input[type=password]").fill(password)
        self.page.get_by_role("button", name=re.compile("^log ?in$", re.IGNORECASE)).click()

    def create_assistant(self, name: str) -> None:
        self.page.goto(f"{self.top}/assistants?view=create")
        self.page.get_by_role("button", name="Create Assistant").first.click()
        self.page.locator("#assistant-name").fill(name)
        self.page.locator("#assistant-description").fill("made by a test")
        self.page.locator("#system-prompt").fill("You help.")
        save = self.page.locator('button[type="submit"][form="assistant-form-main"]')
        expect(save).to_be_enabled(timeout=PATIENT)
        with self.page.expect_response(re.compile("/assistant/create_assistant$"), timeout=PATIENT) as made:
            self.page.locator("#assistant-form-main").evaluate("form => form.requestSubmit()")
        assert made.value.ok, made.value.text()

    def sees_assistant(self, name: str) -> None:
        self.page.goto(f"{self.top}/assistants")
        expect(self.page.get_by_text(name).first).to_be_visible(timeout=PATIENT)

    def create_knowledge_base(self, name: str) -> None:
        self.page.goto(f"{self.top}/knowledgebases")
        self.page.get_by_role("button", name=re.compile("create knowledge base", re.IGNORECASE)).first.click()
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_label(re.compile(r"name\s*\*", re.IGNORECASE)).fill(name)
        dialog.get_by_role("button", name=re.compile("create knowledge base", re.IGNORECASE)).click()
        expect(dialog).not_to_be_visible(timeout=PATIENT)

    def open_knowledge_base(self, name: str) -> None:
        self.page.goto(f"{self.top}/knowledgebases")
        self.page.get_by_text(name).first.click(timeout=PATIENT)

    def ingest(self, name: str, file: Path) -> None:
        self.open_knowledge_base(name)
        self.page.get_by_role("button", name=re.compile("ingest content", re.IGNORECASE)).click(timeout=PATIENT)
        self.page.locator("#file-upload-input-inline").set_input_files(file)
        self.page.get_by_role("button", name=re.compile("upload file", re.IGNORECASE)).click()
        said = self.page.get_by_text(re.compile("ingestion started successfully", re.IGNORECASE))
        expect(said).to_be_visible(timeout=PATIENT)

    def finds(self, name: str, question: str, answer: str) -> None:
        self.open_knowledge_base(name)
        self.page.get_by_role("button", name="Query", exact=True).click(timeout=PATIENT)
        self.page.locator("#query-text").fill(question)
        self.page.get_by_role("button", name="Submit Query", exact=True).click()
        expect(self.page.get_by_text(re.compile("Query Results:", re.IGNORECASE))).to_be_visible(timeout=PATIENT)
        expect(self.page.get_by_text(answer).first).to_be_visible(timeout=PATIENT)


def at(context: BrowserContext, site: Site) -> Person:
    """Return a person at the address where the stack publishes LAMB."""
    return Person(context.new_page(), f"http://localhost:{site.stack.published('lamb')}")


def test_the_front_end_logs_in_with_the_settings_that_it_is_told(site: Site, browser: Browser) -> None:
    """It asks the back end that config.js names; Open WebUI opens as the same person."""
    context = browser.new_context(locale="en-US")
    try:
        person = at(context, site)
        person.log_in(site.admin.email, site.admin.password)
        person.page.wait_for_function("localStorage.getItem('userToken') !== null", timeout=PATIENT)
        token = person.page.evaluate("localStorage.getItem('userToken')")
        assert site.lamb_as(token).emails()
        person.page.goto(site.as_admin().session["launch_url"])
        person.page.wait_for_function("localStorage.getItem('token') !== null", timeout=PATIENT)
        person.page.wait_for_url(re.compile(rf":{site.stack.published('openwebui')}/(?!api/)"), timeout=PATIENT)
    finally:
        context.close()


@pytest.mark.real
def test_what_an_administrator_made_is_there_after_all_was_made_anew(
    standing: Standing, browser: Browser, tmp_path: Path
) -> None:
    assistant, kb = f"tutor_{secrets.token_hex(3)}", f"facts_{secrets.token_hex(3)}"
    file = tmp_path / "fact.txt"
    file.write_bytes(FACT)
    with standing() as site:
        site.stack.start()
        context = browser.new_context(locale="en-US")
        person = at(context, site)
        person.log_in(site.admin.email, site.admin.password)
        person.page.wait_for_function("localStorage.getItem('userToken') !== null", timeout=PATIENT)
        person.create_assistant(assistant)
        person.create_knowledge_base(kb)
        person.ingest(kb, file)
        upload = site.as_admin().upload("kept.txt", KEPT)
        for again in (False, True):
            if again:
                site.stack.recreate()
            person.sees_assistant(assistant)
            person.finds(kb, "capital of Freedonia", "Fredville")
            assert site.ask_service("lamb", upload).content == KEPT
        context.close()
