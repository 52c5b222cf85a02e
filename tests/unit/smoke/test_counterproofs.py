"""A proof that also holds on the untouched upstream proves nothing, unless it says why."""

from scripts.lib.records import Check
from scripts.lib.settings.pages import PagesFile
from scripts.lib.settings.proofs import BrowserProof, HttpProof, TreeProof
from smoke.checks import Planned
from smoke.counterproofs import glanced, judged, says_something
from tests.trees import step

STEP = step("prune", path="x")


def planned(also_upstream: str | None = None) -> Planned:
    return Planned("GET /", STEP, HttpProof(layer="http", get="/", contains="Acme", also_upstream=also_upstream))


def seen(*, held: bool) -> Check:
    return Check(name="GET /", step="it", layer="http", passed=held, evidence="200, 12 bytes")


def test_a_proof_that_fails_on_the_upstream_is_one() -> None:
    assert judged(planned(), seen(held=False)).passed


def test_a_proof_that_holds_without_its_step_is_none() -> None:
    check = judged(planned(), seen(held=True))
    assert not check.passed
    assert check.evidence == "holds without the step, so it proves nothing: 200, 12 bytes"


def test_a_proof_may_say_why_it_holds_on_the_upstream() -> None:
    check = judged(planned("both have this page"), seen(held=True))
    assert check.passed
    assert "both have this page" in check.evidence


def test_a_reason_that_is_none_any_more_is_an_error() -> None:
    assert "take also_upstream away" in judged(planned("both have this page"), seen(held=False)).evidence
    assert not judged(planned("both have this page"), seen(held=False)).passed


def test_what_is_of_no_step_or_of_the_tree_alone_says_nothing_of_the_upstream() -> None:
    tree = TreeProof(layer="tree", reason="nobody sees it at run time")
    assert says_something(planned())
    assert not says_something(Planned("health", None, planned().proof))
    assert not says_something(Planned("end state", STEP, tree))
    assert not says_something(Planned("a proof for version 2", STEP, None))


def test_one_look_at_a_page_is_enough_unless_a_proof_names_another() -> None:
    login = {"name": "login", "locales": ["de-DE", "fr-FR"], "actions": [{"goto": "/"}], "ready": [{"css": "#it"}]}
    pages = PagesFile.model_validate({"locale": "pt-PT", "timezone": "UTC", "pages": [login, login | {"name": "chat"}]})
    dark = BrowserProof(layer="browser", page="login", schemes=("dark",), title="Acme")
    german = BrowserProof(layer="browser", page="login", locales=("de-DE",), title="Acme")
    one, other = glanced(pages, [dark, german, None]).pages
    assert (one.locales, one.schemes, one.devices) == (("de-DE",), ("light", "dark"), ("desktop",))
    assert (other.locales, other.schemes, other.devices) == ((), ("light",), ("desktop",))
