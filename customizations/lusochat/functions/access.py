"""What nobody gets without a login, and no person that only an administrator may have."""

import re
from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatchcase

import httpx

from smoke.functions.checks import check
from smoke.functions.ground import Ground
from smoke.site import NotSeen

from .accounts import person

SERVER = "backend/open_webui"
_ROUTER = re.compile(r"include_router\(\s*(\w+)\.router,\s*prefix=['\"]([^'\"]*)")
_ROUTE = re.compile(r"^@(?:router|app)\.(get|post|put|patch|delete)\(\s*['\"]([^'\"]*)", re.MULTILINE)
OPEN = (
    "GET /health*",
    "GET /ready",
    "GET /api/config",
    "GET /api/version",
    "GET /api/changelog",
    "GET /manifest.json",
    "GET /opensearch.xml",
    "* /oauth/*",
    "POST /api/v1/auths/sign*",
    "POST /api/v1/auths/ldap",
    "POST /api/v1/auths/mfa/*",
    "POST /api/v1/auths/oauth/*",
    "POST /api/v1/channels/webhooks/*",
    # tells that there is such a server, in a sentence
    "GET /ollama/",
)
"""What answers without a login, and is meant to: pages, what the login needs, calls with a secret of their own."""
LEAST = 200
"""Fewer routes are a sign that they are not found any more."""
OF_ADMINS = ("/api/v1/auths/admin/config", "/api/v1/configs/export", "/openai/config", "/api/v1/retrieval/config")


@check("institution", "nothing that is not public is had without a login")
def without_a_login(ground: Ground) -> str:
    nobody, page = ground.api(), ground.api().ask("GET", "/").text
    answers = {route: nobody.ask(*route.split(" "), expect=range(600)) for route in sorted(set(_routes(ground)))}
    served = {route: answer for route, answer in answers.items() if not _is_not_served(answer, page)}
    broken = [f"{route} answered {a.status_code}" for route, a in served.items() if a.status_code >= 500]
    had = [f"{r} answered {a.status_code}" for r, a in served.items() if a.status_code < 400 and not _is_open(r)]
    if len(served) < LEAST or broken or had:
        raise NotSeen(f"{len(served)} routes; broken: {', '.join(broken) or 'none'}; had: {', '.join(had) or 'none'}")
    counts = Counter(answer.status_code for route, answer in served.items() if not _is_open(route))
    return f"{len(served)} routes; " + ", ".join(f"{count} answered {status}" for status, count in counts.items())


def _routes(ground: Ground) -> Iterator[str]:
    """Every route of the customized source, with an x for each variable part of its path."""
    main = _text(ground, f"{SERVER}/main.py")
    texts = [("", main)]
    for name, prefix in _ROUTER.findall(main):
        path = f"{SERVER}/routers/{name}"
        texts.append((prefix, _text(ground, f"{path}.py") or _text(ground, f"{path}/__init__.py")))
    for prefix, text in texts:
        yield from (f"{m.upper()} {re.sub('{[^}]*}', 'x', prefix + path)}" for m, path in _ROUTE.findall(text))


def _text(ground: Ground, path: str) -> str:
    return (ground.tree.read(path) or b"").decode()


def _is_not_served(answer: httpx.Response, page: str) -> bool:
    """Tell whether the page came, or the refusal of another method than GET for it, as for any unknown path."""
    return answer.text == page or answer.status_code == httpx.codes.METHOD_NOT_ALLOWED


def _is_open(route: str) -> bool:
    return any(fnmatchcase(route, pattern) for pattern in OPEN)


@check("institution", "who is no administrator gets nothing of an administrator")
def who_is_no_admin(ground: Ground) -> str:
    seen = {path: person(ground).ask("GET", path, expect=(401, 403)).status_code for path in OF_ADMINS}
    return ", ".join(f"{path}: {status}" for path, status in seen.items())
