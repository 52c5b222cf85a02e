"""What visits showed becomes checks: one a visit, one a proof over all its visits."""

from typing import Any

from scripts.lib.settings.proofs import BrowserProof
from smoke.branding.observers import Visit
from smoke.branding.results import SECOND_WELL, Seen, Visited, walked, with_second
from smoke.checks import Planned

PROOF = Planned("title on login", None, BrowserProof(layer="browser", page="login", title="Acme"))


def visited(*seen: Seen, locale: str = "pt-PT", **more: Any) -> Visited:
    visit = Visit("app", "login", locale, "light", "desktop")
    given = {"problems": (), "answers": 3, "shot": f"evidence/{locale}.png", "trace": None, "seconds": 1.0}
    return Visited(visit=visit, seen=seen, **{**given, **more})


def test_a_proof_seen_at_every_visit_is_told_once() -> None:
    visits = [visited(Seen(PROOF, True, "is 'Acme'")), visited(Seen(PROOF, True, "is 'Acme'"), locale="de-DE")]
    check = walked(visits, [PROOF]).checks[-1]
    assert (check.passed, check.layer, check.evidence) == (True, "browser", "is 'Acme' (2 visits)")
    assert check.files == ("evidence/pt-PT.png", "evidence/de-DE.png")


def test_a_proof_that_failed_names_the_visits_and_has_only_their_files() -> None:
    bad = visited(Seen(PROOF, False, "is 'Tiny'"), locale="de-DE", trace="evidence/de-DE.zip")
    check = walked([visited(Seen(PROOF, True, "is 'Acme'")), bad], [PROOF]).checks[-1]
    assert (check.passed, check.evidence) == (False, "de-DE, light, desktop: is 'Tiny'")
    assert check.files == ("evidence/de-DE.png", "evidence/de-DE.zip")


def test_many_failures_are_counted() -> None:
    bad = [visited(Seen(PROOF, False, "no"), locale=locale) for locale in ("de-DE", "en-US", "es-ES", "fr-FR", "it-IT")]
    assert walked(bad, [PROOF]).checks[-1].evidence.endswith("es-ES, light, desktop: no; and 2 more")


def test_a_proof_that_no_visit_looked_at_has_failed() -> None:
    check = walked([visited()], [PROOF]).checks[-1]
    assert (check.passed, check.evidence) == (False, "no visit of login looked at it")


def test_a_visit_that_lacks_something_has_failed() -> None:
    check = walked([visited(problems=("/a.js answered 404", "/b.woff2, a font, was answered by a page"))], []).checks[0]
    assert not check.passed
    assert check.name == "all of login comes in pt-PT, light, desktop"
    assert check.evidence == "/a.js answered 404; /b.woff2, a font, was answered by a page"


def test_every_screenshot_is_kept() -> None:
    (shot,) = walked([visited(), visited(shot=None, problems=("crashed",))], []).shots
    assert (shot.page, shot.locale, shot.path) == ("login", "pt-PT", "evidence/pt-PT.png")


def test_what_a_second_visit_showed_too_is_told_once() -> None:
    first, second = (visited(Seen(PROOF, False, "is 'Tiny'"), shot=shot) for shot in ("one.png", "two.png"))
    check = walked([with_second(first, second)], [PROOF]).checks[-1]
    assert (check.evidence, check.files) == ("pt-PT, light, desktop: is 'Tiny'", ("one.png", "two.png"))


def test_a_second_visit_that_is_well_takes_nothing_back() -> None:
    first = visited(Seen(PROOF, False, "is 'Tiny'"), problems=("/a.js answered 404",))
    page, proof = walked([with_second(first, visited(Seen(PROOF, True, "is 'Acme'")))], [PROOF]).checks
    assert (page.passed, page.evidence) == (False, f"/a.js answered 404{SECOND_WELL}")
    assert (proof.passed, proof.evidence) == (False, f"pt-PT, light, desktop: is 'Tiny'{SECOND_WELL}")
