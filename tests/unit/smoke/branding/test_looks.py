"""In which order pages are visited, by whom and how."""

from typing import Any

from scripts.lib.settings.pages import PagesFile
from smoke.branding.looks import Look, accounts_are_there, by_account, looks, sittings

DESKTOP = Look("pt-PT", "light", "desktop")


def pages(*given: dict[str, Any]) -> PagesFile:
    return PagesFile.model_validate(
        {
            "locale": "pt-PT",
            "timezone": "UTC",
            "variants": {"plain": {}, "ldap": {}},
            "pages": [{"actions": [{"goto": "/"}], "ready": [{"css": "h1"}], **one} for one in given],
        }
    )


def test_the_first_locale_is_seen_in_every_scheme_on_every_device_and_others_once() -> None:
    (page,) = pages({"name": "login", "locales": ["de-DE", "it-IT"]}).pages
    assert list(looks(page, "pt-PT")) == [
        DESKTOP,
        Look("pt-PT", "light", "phone"),
        Look("pt-PT", "dark", "desktop"),
        Look("pt-PT", "dark", "phone"),
        Look("de-DE", "light", "desktop"),
        Look("it-IT", "light", "desktop"),
    ]


def test_what_signs_in_is_seen_once() -> None:
    (page,) = pages({"name": "first", "keeps": "admin"}).pages
    assert looks(page, "pt-PT") == [DESKTOP]


def test_one_window_visits_all_pages_of_a_look() -> None:
    found = list(sittings(pages({"name": "a", "devices": ["desktop"]}, {"name": "b", "schemes": ["light"]}), "plain"))
    assert [(one.look.scheme, one.look.device, [page.name for page in one.pages]) for one in found] == [
        ("light", "desktop", ["a", "b"]),
        ("dark", "desktop", ["a"]),
        ("light", "phone", ["b"]),
    ]


def test_every_look_at_what_comes_before_the_account_comes_before_it() -> None:
    found = sittings(
        pages({"name": "empty"}, {"name": "sign-up", "keeps": "admin"}, {"name": "chat", "account": "admin"}), "plain"
    )
    assert [one.pages[0].name for one in found] == [*["empty"] * 4, "sign-up", *["chat"] * 4]


def test_a_variant_has_its_own_pages() -> None:
    found = sittings(pages({"name": "a"}, {"name": "b", "variant": "ldap"}), "ldap")
    assert {page.name for one in found for page in one.pages} == {"b"}


def test_what_follows_the_last_account_needs_no_order() -> None:
    given = pages({"name": "empty"}, {"name": "sign-up", "keeps": "admin"}, {"name": "chat", "account": "admin"})
    found = list(sittings(given, "plain"))
    first = accounts_are_there(found)
    assert [one.pages[0].name for one in found[:first]] == [*["empty"] * 4, "sign-up"]
    assert accounts_are_there(found[first:]) == 0


def test_each_accounts_sittings_stay_together() -> None:
    given = pages({"name": "sign-up", "keeps": "admin"}, {"name": "login"}, {"name": "chat", "account": "admin"})
    shares = by_account(list(sittings(given, "plain"))[1:])
    assert [[page.name for one in share for page in one.pages] for share in shares] == [["login"] * 4, ["chat"] * 4]
