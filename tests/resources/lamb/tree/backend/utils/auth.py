"""The token by which other servers call this one."""

from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

import config


def bearer(given: HTTPAuthorizationCredentials = Depends(HTTPBearer())):
    if given.credentials != config.API_KEY:
        raise HTTPException(401, "Invalid or missing authentication token")
    return given.credentials
