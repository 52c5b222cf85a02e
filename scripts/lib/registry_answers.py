"""What a registry's answers mean: which faults pass, how long to wait, and how a refusal is worded."""

import email.utils
import time

import httpx
from tenacity import RetryCallState

from scripts.lib.errors import CommandFailed, Failure

TRANSIENT = (429, 500, 502, 503, 504)
LONGEST_WAIT = 30.0
"""Seconds; a registry that asks to wait longer is not waited for."""


def refusal(answer: httpx.Response, host: str, login_hint: str) -> Failure:
    """Word what a registry would not do."""
    code, what = answer.status_code, f"{answer.request.method} {answer.request.url.path}"
    said = f"{host} answered {code} to {what}{_own_words(answer)}"
    if code == 401:
        return CommandFailed(f"the registry does not know us: {said}", hint=login_hint)
    if code == 403:
        return CommandFailed(
            f"the registry does not allow it: {said}", hint="let this login push to the repository, or use another"
        )
    if code == 429:
        return CommandFailed(f"the registry asks to wait: {said}", hint="run `invoke publish` again later")
    return CommandFailed(
        f"the registry failed: {said}", hint="see the registry's log (is its disk full?), then run: invoke publish"
    )


def _own_words(answer: httpx.Response) -> str:
    try:
        errors = answer.json()["errors"]
        return ": " + "; ".join(f"{e.get('code', '')} {e.get('message', '')}".strip() for e in errors)
    except (ValueError, KeyError, TypeError, httpx.ResponseNotRead):
        return ""


def is_transient(answer: httpx.Response) -> bool:
    """Tell whether it is worth asking again soon."""
    asked = asked_wait(answer)
    return answer.status_code in TRANSIENT and (asked is None or asked <= LONGEST_WAIT)


def wait(state: RetryCallState) -> float:
    """Seconds before the next attempt: what the registry asks for, else 0.2, 0.4, 0.8."""
    outcome = state.outcome
    asked = None if outcome is None or outcome.failed else asked_wait(outcome.result())
    return asked if asked is not None else 0.1 * 2.0**state.attempt_number


def asked_wait(answer: httpx.Response) -> float | None:
    """Return the Retry-After of an answer in seconds; a date is compared with the answer's own, not with our clock."""
    text = answer.headers.get("Retry-After")
    if not text:
        return None
    if text.isdigit():
        return float(text)
    try:
        return max(0.0, _moment(text) - (_moment(answer.headers["Date"]) if "Date" in answer.headers else time.time()))
    except ValueError:
        return None


def _moment(text: str) -> float:
    return email.utils.parsedate_to_datetime(text).timestamp()
