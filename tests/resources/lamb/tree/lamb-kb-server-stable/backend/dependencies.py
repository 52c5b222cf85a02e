"""The token by which LAMB calls this server."""

import os

from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

API_KEY = os.getenv("LAMB_API_KEY")
if not API_KEY:
    API_KEY = "0p3n-w3bu!"


def verify_token(credentials: HTTPAuthorizationCredentials = Depends(HTTPBearer())):
    if credentials.credentials != API_KEY:
        raise HTTPException(401, "Invalid authentication token", headers={"WWW-Authenticate": "Bearer"})
    return credentials.credentials
