"""What the untouched upstream showed is kept whole or not at all, and decides what an image of ours may complain of."""

from pathlib import Path

from scripts.lib import cache
from scripts.lib.brand.words import Found
from scripts.lib.records import Check, Shot
from smoke.branding import untouched
from smoke.branding.untouched import Untouched

UPSTREAMS = Untouched(complaints=frozenset({"console: 404 (/a.png)"}), shots={})

BRAND = Found("title", "login", "login: title", "Tiny", "Chat / Tiny", 7)


def shot(path: str = "evidence/app/login.png", page: str = "login") -> Shot:
    return Shot(image="app", page=page, locale="pt-PT", scheme="light", device="desktop", path=path)


def kept(folder: Path) -> Untouched | None:
    """Keep a walk of one page, and return what is found of it then."""
    (folder / "out/evidence/app").mkdir(parents=True)
    (folder / "out/evidence/app/login.png").write_bytes(b"a picture")
    heard = {"login": frozenset({"a"}), "chat": frozenset({"a", "b"})}
    untouched.keep(folder / "cache", "key", heard, [shot()], folder / "out", [BRAND])
    return untouched.find(folder / "cache", "key")


def only(heard: set[str], known: Untouched | str, races: frozenset[str] = frozenset()) -> Check:
    (check,) = untouched.compare({"login": frozenset(heard)}, known, lambda page: races)
    return check


def test_a_walk_that_was_kept_is_found(tmp_path: Path) -> None:
    found = kept(tmp_path)
    assert found is not None
    assert found.complaints == {"a", "b"}
    assert found.brand == (BRAND,)
    assert untouched.find(tmp_path / "cache", "another") is None


def test_a_walk_without_one_of_its_pictures_is_no_walk(tmp_path: Path) -> None:
    found = kept(tmp_path)
    assert found is not None
    (picture,) = found.shots.values()
    cache.place(tmp_path / "cache", picture).write_bytes(b"another one")
    assert untouched.find(tmp_path / "cache", "key") is None


def test_a_walk_of_another_form_is_no_walk(tmp_path: Path) -> None:
    def write(part: Path) -> None:
        part.write_text('{"noise": []}')

    cache.name(tmp_path, f"walks/{untouched.FORM}-key", cache.add(tmp_path, write))
    assert untouched.find(tmp_path, "key") is None


def test_the_upstreams_picture_is_laid_beside_ours(tmp_path: Path) -> None:
    found = kept(tmp_path)
    assert found is not None
    ours, other = untouched.beside([shot(), shot(page="chat")], found, tmp_path / "cache", tmp_path / "out")
    assert ours.vanilla == "evidence/vanilla/app/login.png"
    assert (tmp_path / "out" / ours.vanilla).read_bytes() == b"a picture"
    assert other.vanilla is None


def test_what_the_upstream_complains_of_too_passes() -> None:
    check = only({"console: 404 (/a.png)"}, UPSTREAMS)
    assert (check.passed, check.layer, check.step) == (True, "browser", None)


def test_a_complaint_of_our_own_fails_and_is_named() -> None:
    check = only({"console: 404 (/a.png)", "uncaught TypeError: b is null"}, UPSTREAMS)
    assert not check.passed
    assert check.evidence == "uncaught TypeError: b is null, which the untouched upstream does not show"


def test_a_race_of_the_upstream_passes_where_its_walk_did_not_hear_it_and_is_known() -> None:
    race = frozenset({"uncaught TypeError: b is null"})
    assert only({"uncaught TypeError: b is null"}, UPSTREAMS, race).passed
    assert not only({"uncaught TypeError: c is null"}, UPSTREAMS, race).passed
    assert not only({"uncaught TypeError: b is null"}, "no release is described for app", race).passed


def test_what_is_not_known_of_the_upstream_never_passes() -> None:
    check = only({"console: 404 (/a.png)"}, "no release is described for app")
    assert not check.passed
    assert "console: 404 (/a.png) (no release is described for app)" in check.evidence


def test_silence_needs_no_comparison() -> None:
    assert only(set(), "no release is described for app").passed


def test_of_many_complaints_the_first_are_named() -> None:
    assert "; and 3 more" in only({f"console: {n}" for n in range(8)}, UPSTREAMS).evidence
