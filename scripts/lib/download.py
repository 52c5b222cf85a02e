"""Downloads a file over http(s): network faults are tried again, a wrong answer is not."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import httpx
import tenacity

from scripts.lib import console
from scripts.lib.errors import CommandFailed, ResourceMissing

T = TypeVar("T")
Progress = Callable[[int, int | None], None]
"""Told how many bytes there are, and of how many where the server says that."""

ATTEMPTS = 4
FIRST_WAIT = 0.5
"""Seconds; doubled after each attempt."""
TIMEOUT = 60.0
"""Seconds without a byte."""


def download(url: str, into: Path, what: str) -> None:
    """Write the content behind `url` to `into`, whole.

    Raises ResourceMissing where the server cannot be reached or breaks off every time, CommandFailed where it says no.
    """
    with console.part(f"download {what}") as part:
        stream(url, into, what, lambda done, total: _show(part, done, total))


def stream(url: str, into: Path, what: str, progress: Progress) -> None:
    """Write the content behind `url` to `into`, whole, and tell `progress` of it; raises as `download` does."""
    try:
        patiently(lambda: _once(url, into, progress), _is_fault)
    except httpx.HTTPStatusError as error:
        status = error.response.status_code
        raise CommandFailed(f"{what}: {url} answers {status}", hint="see whether it was withdrawn") from None
    except (httpx.TransportError, httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise ResourceMissing(
            f"{what} cannot be downloaded from {url}: {str(error) or type(error).__name__}",
            hint=unreached(error, "see whether the network and HTTPS_PROXY are as they should be, then run it again"),
        ) from None


def unreached(error: Exception, hint: str) -> str:
    """Return `hint`, or what to look at first where a server was reached and its certificate does not hold."""
    if "CERTIFICATE_VERIFY_FAILED" not in str(error):
        return hint
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    return f"see whether this machine's clock is right ({now}) and SSL_CERT_FILE names what this network trusts"


def patiently(work: Callable[[], T], is_fault: Callable[[BaseException], bool]) -> T:
    """Do `work`; after a network fault do it again, a few times, waiting longer each time. Raises the last error."""
    for attempt in tenacity.Retrying(
        retry=tenacity.retry_if_exception(is_fault),
        stop=tenacity.stop_after_attempt(ATTEMPTS),
        wait=tenacity.wait_exponential(multiplier=FIRST_WAIT),
        reraise=True,
    ):
        with attempt:
            return work()
    raise AssertionError("tenacity either returns or raises")


def _show(part: console.Part, done: int, total: int | None) -> None:
    part.update(done=done, total=total, says=f"{console.size(done)} of {console.size(total)}" if total else "")


def _once(url: str, into: Path, progress: Progress) -> None:
    plain = {"Accept-Encoding": "identity"}  # the hash is of the file itself, so the server must not wrap it
    with (
        httpx.stream("GET", url, headers=plain, follow_redirects=True, timeout=TIMEOUT) as answer,
        into.open("wb") as file,
    ):
        answer.raise_for_status()
        total = int(answer.headers.get("content-length", 0)) or None
        for data in answer.iter_raw(1 << 20):
            file.write(data)
            progress(answer.num_bytes_downloaded, total)


def _is_fault(error: BaseException) -> bool:
    """Tell what may pass by itself (no connection, a cut one, an overloaded server) from an answer."""
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code in (429, 500, 502, 503, 504)
    return isinstance(error, httpx.TransportError) and not isinstance(error, httpx.UnsupportedProtocol)
