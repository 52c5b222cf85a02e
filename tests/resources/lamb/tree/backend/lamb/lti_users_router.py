"""Launches from a learning platform: a signed form, answered with a redirect to Open WebUI."""

import base64
import hashlib
import hmac
import os
import secrets
import urllib.parse

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse

from .database_manager import LambDatabaseManager
from .owi_bridge import owi_group
from .owi_bridge.owi_users import OwiUserManager

router = APIRouter()


def generate_signature(params, method, base_url, secret):
    """Sign as OAuth 1.0 does; `params` without the signature."""
    encoded = urllib.parse.urlencode(sorted(params.items()), quote_via=urllib.parse.quote)
    text = "&".join([method, urllib.parse.quote(base_url, safe=''), urllib.parse.quote(encoded, safe='')])
    return base64.b64encode(hmac.new(f"{secret}&".encode(), text.encode(), hashlib.sha1).digest()).decode()


@router.post("/lti")
async def process_lti_connection(request: Request):
    try:
        params = dict(await request.form())
        proto = request.headers.get("X-Forwarded-Proto", request.url.scheme)
        base_url = f"{proto}://{request.headers.get('Host')}{request.url.path}"
        given = params.pop("oauth_signature", "")
        if not hmac.compare_digest(generate_signature(params, "POST", base_url, os.environ["LTI_SECRET"]), given):
            raise HTTPException(401, "Invalid OAuth signature")
        username = params.get("ext_user_username") or params.get("user_id", "")
        oauth_consumer_name = params.get("oauth_consumer_key", "")
        email = f"{username}-{oauth_consumer_name}@lamb-project.org"
        every = LambDatabaseManager().get_assistants()
        published = [one for one in every if one["oauth_consumer_name"] == oauth_consumer_name]
        if not published:
            raise HTTPException(404, "No published assistant found for this oauth_consumer_name")
        owi = OwiUserManager()
        if owi.get_user_by_email(email) is None:
            owi_group.join(published[0]["group_id"], owi.create_user(username, email, secrets.token_urlsafe(32)))
        return RedirectResponse(owi.get_login_url(email, username), status_code=303)
    except Exception as error:
        raise HTTPException(500, detail=str(error))
