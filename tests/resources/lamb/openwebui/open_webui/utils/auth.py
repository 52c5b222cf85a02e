"""Tokens."""

import jwt
from fastapi import Depends, HTTPException, status
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from open_webui.constants import ERROR_MESSAGES
from open_webui.env import WEBUI_SECRET_KEY
from open_webui.models.users import Users

SESSION_SECRET = WEBUI_SECRET_KEY
ALGORITHM = "HS256"
bearer_security = HTTPBearer(auto_error=False)


def create_token(data, expires_delta=None):
    return jwt.encode(data.copy(), SESSION_SECRET, algorithm=ALGORITHM)


def decode_token(token):
    try:
        return jwt.decode(token, SESSION_SECRET, algorithms=[ALGORITHM])
    except Exception:
        return None


def get_current_user(auth_token: HTTPAuthorizationCredentials = Depends(bearer_security)):
    data = decode_token(auth_token.credentials) if auth_token else None
    user = Users.get_user_by_id(data["id"]) if data and "id" in data else None
    if user is None:
        raise HTTPException(status_code=status.HTTP_401_UNAUTHORIZED, detail=ERROR_MESSAGES.INVALID_TOKEN)
    return user


def get_verified_user(user=Depends(get_current_user)):
    if user["role"] not in {"user", "admin"}:
        raise HTTPException(status_code=status.HTTP_401_UNAUTHORIZED, detail=ERROR_MESSAGES.ACCESS_PROHIBITED)
    return user
