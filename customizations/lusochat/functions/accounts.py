"""Who there is: the first account, the administrator of the settings, and the people of the directory."""

from typing import Any

from smoke.functions.api import Api
from smoke.functions.checks import check
from smoke.functions.ground import Ground
from smoke.site import NotSeen

SIGN_IN = "/api/v1/auths/signin"
SIGN_UP = "/api/v1/auths/signup"
DIRECTORY = "/api/v1/auths/ldap"
REFUSED = (400, 401, 403)
ANA = {"name": "Ana", "email": "ana@example.org", "password": "first of all comes Ana"}
INES = {"user": "a21900001", "password": "maré-alta"}
"""In people.ldif."""


def admin(ground: Ground) -> Api:
    """Give the interface as the administrator that the stand has: of its settings, else Ana."""
    email, password = ground.given.get("WEBUI_ADMIN_EMAIL"), ground.given.get("WEBUI_ADMIN_PASSWORD")
    if email:
        return _signed_in(ground, "admin", SIGN_IN, {"email": email, "password": password})
    return ground.api(str(first(ground)["token"]))


def person(ground: Ground) -> Api:
    """Give the interface as Inês of the directory, who is no administrator."""
    return _signed_in(ground, "Inês", DIRECTORY, INES)


def untouched(ground: Ground) -> dict[str, Any]:
    """Return what a page was told before the first account was made."""
    return ground.once("untouched", lambda: dict(ground.api().get("/api/config")))


def first(ground: Ground) -> dict[str, Any]:
    """Return the first account, Ana's, made once."""
    untouched(ground)
    return ground.once("Ana", lambda: dict(ground.api().post(SIGN_UP, json=ANA)))


def _signed_in(ground: Ground, who: str, path: str, credentials: dict[str, Any]) -> Api:
    return ground.api(str(ground.once(who, lambda: ground.api().post(path, json=credentials))["token"]))


@check("fresh", "the first account is an administrator's")
def the_first_is_admin(ground: Ground) -> str:
    before, made = untouched(ground), first(ground)
    after = ground.api().get("/api/config")
    if (before.get("onboarding"), made["role"], after.get("onboarding")) != (True, "admin", None):
        raise NotSeen(f"onboarding {before.get('onboarding')}, role {made['role']!r}, then {after.get('onboarding')}")
    return f"{made['name']} is {made['role']}; before it came the onboarding, after it no more"


@check("fresh", "who has an account signs in")
def an_account_signs_in(ground: Ground) -> str:
    admin(ground)
    who = ground.api().post(SIGN_IN, json={"email": ANA["email"], "password": ANA["password"]})
    if (who["name"], who["email"]) != (ANA["name"], ANA["email"]):
        raise NotSeen(f"signed in as {who['name']!r}, {who['email']!r}")
    return f"as {who['name']}, with a token of {len(who['token'])} characters"


@check("fresh", "after the first account nobody makes one alone")
def the_second_is_refused(ground: Ground) -> str:
    admin(ground)
    answer = ground.api().ask("POST", SIGN_UP, expect=(403,), json=ANA | {"email": "bruno@example.org"})
    return f"answered {answer.status_code}: {answer.json()['detail']}"


@check("institution", "the administrator of the settings signs in")
def the_admin_signs_in(ground: Ground) -> str:
    who = admin(ground).get("/api/v1/auths/")
    wanted = (ground.given["WEBUI_ADMIN_NAME"], ground.given["WEBUI_ADMIN_EMAIL"], "admin")
    if (who["name"], who["email"], who["role"]) != wanted:
        raise NotSeen(f"is {who['name']!r}, {who['email']!r}, {who['role']!r} instead of {wanted}")
    return f"{who['name']}, {who['email']}, {who['role']}"


@check("institution", "wrong credentials are refused")
def wrong_credentials(ground: Ground) -> str:
    email = ground.given["WEBUI_ADMIN_EMAIL"]
    wrong = {"a wrong password": (email, "wrong"), "nobody's address": ("nobody@example.org", "wrong")}
    seen = [
        f"{what}: {ground.api().ask('POST', SIGN_IN, expect=REFUSED, json={'email': e, 'password': p}).status_code}"
        for what, (e, p) in wrong.items()
    ]
    token = ground.api("no.real.token").ask("GET", "/api/v1/auths/", expect=(401, 403))
    return "; ".join([*seen, f"a made-up token: {token.status_code}"])


@check("institution", "somebody of the directory signs in")
def the_directory_lets_in(ground: Ground) -> str:
    who = person(ground).get("/api/v1/auths/")
    wanted = ("Inês Faria", "ines.faria@example.org", ground.given["DEFAULT_USER_ROLE"])
    if (who["name"], who["email"], who["role"]) != wanted:
        raise NotSeen(f"is {who['name']!r}, {who['email']!r}, {who['role']!r} instead of {wanted}")
    return f"{who['name']}, {who['email']}, role {who['role']}, by the name {INES['user']}"


@check("institution", "the directory lets in nobody with a wrong password")
def the_directory_refuses(ground: Ground) -> str:
    wrong = {
        "wrong": INES | {"password": "maré-baixa"},
        "empty": INES | {"password": ""},
        "nobody's": INES | {"user": "a1"},
    }
    seen = {what: ground.api().ask("POST", DIRECTORY, expect=REFUSED, json=given) for what, given in wrong.items()}
    if any("token" in answer.json() for answer in seen.values()):
        raise NotSeen("a token came with the refusal")
    return "; ".join(f"{what}: {answer.status_code} {answer.json()['detail']}" for what, answer in seen.items())
