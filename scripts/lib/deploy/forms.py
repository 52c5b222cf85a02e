"""Whether a setting's value has the form that it must have: pure."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from scripts.lib.settings.deploy import Form, Variable

_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_NAME = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
MUST: dict[Form, str] = {
    "host": "a host such as app.example.org, without https:// and path",
    "url": "an address such as https://app.example.org",
    "number": "a whole number",
    "email": "an e-mail address",
}


def problem(known: Variable, value: str) -> str | None:
    """Word what a value must be, None where it is that; an address or a name may be empty on purpose."""
    empty = not value and known.form in ("host", "url", "email")
    if empty or value in known.one_of or not (known.form or known.one_of):
        return None
    if known.form and _FITS[known.form](value):
        return None
    return "it must be " + " or ".join([*([MUST[known.form]] if known.form else ()), *known.one_of])


def translated(known: Variable, value: str) -> str:
    """Return what a value of older files is here; the value itself where it means the same."""
    for pattern, now in known.translate.items():
        value = re.sub(pattern, now, value)
    return value


def is_host(text: str) -> bool:
    """Tell whether a text is a host's name or number; one whose last part is a number is no name."""
    try:
        ip_address(text.removeprefix("[").removesuffix("]"))
    except ValueError:
        return bool(_NAME.fullmatch(text)) and len(text) <= 253 and not text.rpartition(".")[2].isdigit()
    return True


def is_url(text: str) -> bool:
    """Tell whether a text is an http(s) address without login, query and fragment."""
    try:
        parts = urlsplit(text)
        whole = parts.port != 0 and parts.username is None and not (parts.query or parts.fragment)
    except ValueError:
        return False
    return whole and parts.scheme in ("http", "https") and is_host(parts.hostname or "") and not re.search(r"\s", text)


def _is_number(text: str) -> bool:
    return bool(re.fullmatch("[0-9]+", text))


def _is_email(text: str) -> bool:
    return bool(_EMAIL.fullmatch(text)) and is_host(text.rpartition("@")[2])


_FITS = {"host": is_host, "url": is_url, "number": _is_number, "email": _is_email}
