"""Every variable that a deployment passes on takes effect: its value is read where the application goes by it.

What is there without the variable too says nothing, so the stand without it must show something else.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Any

from smoke.functions.checks import check
from smoke.functions.ground import Ground
from smoke.site import NotSeen

from .accounts import admin, untouched

USUAL = {
    "ENABLE_OPENAI_API": "chats need it",
    "LDAP_ATTRIBUTE_FOR_MAIL": "the address of who signs in through the directory comes from it",
    "OFFLINE_MODE": "every stand has it",
}
"""Variables that stand as the application has them anyway, and why they do."""
ELSEWHERE = {
    "ENABLE_PERSISTENT_CONFIG": "settings written in the application are there after a restart",
    "OPENAI_API_BASE_URL": "the stand `fresh` has it, for it yields to OPENAI_API_BASE_URLS",
    "OPENAI_API_KEY": "likewise",
    "PGVECTOR_DB_URL": "a document is found again in that database",
}
"""Variables that other checks see."""


def shown(value: Any) -> str:
    """Word a value as its variable does."""
    if isinstance(value, bool):
        return str(value).lower()
    return ";".join(value) if isinstance(value, list) else str(value)


def stored(ground: Ground) -> Mapping[str, str]:
    """Return the settings with a key of their own, as the application's interface tells that it goes by them."""
    told = admin(ground).get("/api/v1/configs/export")
    variables = ground.product.deploy.variables if ground.product.deploy else {}
    return {name: shown(told[v.stored]) for name, v in variables.items() if v.stored}


def signed_with(ground: Ground) -> str:
    """Return the secret of the settings where a session is signed with it."""
    head, body, signature = (admin(ground).token or "").split(".")
    secret = ground.given["WEBUI_SECRET_KEY"]
    made = hmac.new(secret.encode(), f"{head}.{body}".encode(), hashlib.sha256).digest()
    return secret if base64.urlsafe_b64encode(made).decode().rstrip("=") == signature else "another one"


def allowed_origin(ground: Ground) -> str:
    """Return the site that may call from a browser."""
    answers = [
        ground.api().ask("GET", "/api/config", headers={"Origin": origin}).headers.get("access-control-allow-origin")
        for origin in (ground.given.get("CORS_ALLOW_ORIGIN", "http://one.example.org"), "http://other.example.org")
    ]
    return shown([one for one in answers if one])


def feature(name: str, *, opposite: bool = False) -> Callable[[Ground], str]:
    """Read what the pages are told that an administrator has."""
    return lambda ground: shown(admin(ground).get("/api/config")["features"][name] != opposite)


READ: Mapping[str, Callable[[Ground], str]] = {
    "WEBUI_SECRET_KEY": signed_with,
    "WEBUI_ADMIN_EMAIL": lambda ground: shown(admin(ground).get("/api/v1/auths/")["email"]),
    "WEBUI_ADMIN_PASSWORD": lambda ground: ground.given.get("WEBUI_ADMIN_PASSWORD", "") if admin(ground) else "",
    "WEBUI_ADMIN_NAME": lambda ground: shown(admin(ground).get("/api/v1/auths/")["name"]),
    "CORS_ALLOW_ORIGIN": allowed_origin,
    "ENABLE_ADMIN_EXPORT": feature("enable_admin_export"),
    "ENABLE_ADMIN_CHAT_ACCESS": feature("enable_admin_chat_access"),
    "OFFLINE_MODE": feature("enable_version_update_check", opposite=True),
}
"""How those are read that have no key of their own."""


def before_anybody(ground: Ground) -> dict[str, str]:
    """Return what was read of the stand without settings before its first account changed it."""
    return {"ENABLE_SIGNUP": shown(untouched(ground)["features"]["enable_signup"])}


@check("institution", "every variable of a deployment takes effect")
def every_variable(ground: Ground) -> str:
    fresh = ground.others["fresh"]
    here, there = stored(ground), {**stored(fresh), **before_anybody(fresh)}
    here = {**here, **{name: read(ground) for name, read in READ.items()}}
    there = {**there, **{name: read(fresh) for name, read in READ.items()}}
    names = [*dict.fromkeys([*(ground.product.deploy.variables if ground.product.deploy else ()), *READ])]
    looked_at = [name for name in names if name not in ELSEWHERE]
    wrong = [problem for name in looked_at for problem in _problems(name, ground.given.get(name), here, there)]
    if wrong:
        raise NotSeen("; ".join(wrong))
    return f"{len(looked_at)} variables read, {len(looked_at) - len(USUAL)} of them other than without settings"


def _problems(name: str, given: str | None, here: Mapping[str, str], there: Mapping[str, str]) -> list[str]:
    if given is None:
        return [f"{name} has no value in stands.yaml"]
    if name not in here:
        return [f"nobody reads {name}: say how in variables.py"]
    if here[name] != given:
        return [f"{name} is {here[name]!r} instead of {given!r}"]
    return [f"{name} is {given!r} without settings too"] if there.get(name) == given and name not in USUAL else []


@check("fresh", "one model server of the settings is known")
def one_model_server(ground: Ground) -> str:
    found = stored(ground)
    names = ("OPENAI_API_BASE_URL", "OPENAI_API_KEY")
    wrong = [f"{name} is {found[name]!r}" for name in names if found[name] != ground.given[name]]
    if wrong:
        raise NotSeen("; ".join(wrong))
    return ", ".join(f"{name} is {found[name]!r}" for name in names)
