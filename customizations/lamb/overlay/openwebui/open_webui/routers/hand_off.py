"""The page to which LAMB sends a browser: it keeps the session's token where Open WebUI's page looks for it.

The token comes in the address, so it is looked at before anything is done with it: its form, its signature, its user.
"""

import json
import re
import secrets

from fastapi import APIRouter, HTTPException, status
from fastapi.responses import HTMLResponse
from open_webui.constants import ERROR_MESSAGES
from open_webui.models.users import Users
from open_webui.utils.auth import decode_token

TOKEN = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){2}")
LONGEST = 4096
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Open WebUI</title>
<script nonce="{nonce}">
localStorage.setItem("token", {token});
location.replace("/");
</script>
</head>
<body></body>
</html>
"""

router = APIRouter()


@router.get("/complete", response_class=HTMLResponse)
def complete(token: str = "") -> HTMLResponse:
    """Answer the page that logs the browser in with `token`, or 401 for one that Open WebUI did not give a user."""
    if not _is_ours(token):
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, detail=ERROR_MESSAGES.INVALID_TOKEN)
    nonce = secrets.token_urlsafe(16)
    headers = {
        "Content-Security-Policy": f"default-src 'none'; script-src 'nonce-{nonce}'",
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return HTMLResponse(PAGE.format(nonce=nonce, token=_in_script(token)), headers=headers)


def _is_ours(token: str) -> bool:
    if len(token) > LONGEST or not TOKEN.fullmatch(token):
        return False
    said = decode_token(token) or {}
    user = said.get("id")
    return isinstance(user, str) and Users.get_user_by_id(user) is not None


def _in_script(text: str) -> str:
    """Return `text` as a string of JavaScript that cannot end the script it stands in."""
    return json.dumps(text).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
