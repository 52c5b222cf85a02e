"""Which certificates are believed at a target's address: those of everybody's authorities, and of the stack's own."""

import ssl
from functools import cache

from scripts.lib import engine
from scripts.lib.deploy import stack
from scripts.lib.deploy.stack import Trust
from scripts.lib.deploy.target import Target


def of(target: Target) -> Trust:
    """Return what says which certificates are believed; it looks again until the stack's own authority is there.

    A proxy makes itself one as it first starts.
    """
    everybodys, with_own = cache(_context), cache(_context)

    def now() -> ssl.SSLContext:
        own = _certificate(target)
        try:
            return with_own(own) if own else everybodys(None)
        except ssl.SSLError:  # half of it is written
            return everybodys(None)

    return now


def _certificate(target: Target) -> str | None:
    """Return the certificate of the stack's own authority, None where there is none (yet)."""
    own = target.settings.authority
    if own is None:
        return None
    found = next((one for one in stack.services(target.stack) if one.service == own.service), None)
    data = engine.get_file(found.container, own.path) if found else None
    return data.decode() if data else None


def _context(own: str | None) -> ssl.SSLContext:
    import httpx

    context = httpx.create_ssl_context(trust_env=False)
    if own:
        context.load_verify_locations(cadata=own)
    return context
