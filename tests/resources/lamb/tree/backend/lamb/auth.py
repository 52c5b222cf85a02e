"""Passwords and tokens of LAMB's own."""

import hashlib
import hmac
import os
from datetime import datetime, timedelta, timezone

import jwt
from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

import config


def hash_password(password):
    salt = os.urandom(8).hex()
    return f"{salt}${hashlib.scrypt(password.encode(), salt=salt.encode(), n=1024, r=8, p=1).hex()}"


def verify_password(password, hashed):
    salt, _, kept = hashed.partition("$")
    return hmac.compare_digest(hashlib.scrypt(password.encode(), salt=salt.encode(), n=1024, r=8, p=1).hex(), kept)


def create_token(data):
    until = datetime.now(timezone.utc) + timedelta(days=7)
    return jwt.encode({**data, "exp": until}, config.LAMB_JWT_SECRET, algorithm="HS256")


def decode_token(token):
    try:
        return jwt.decode(token, config.LAMB_JWT_SECRET, algorithms=["HS256"])
    except jwt.InvalidTokenError:
        return None


def current_user(given: HTTPAuthorizationCredentials = Depends(HTTPBearer())):
    from lamb.database_manager import LambDatabaseManager

    claims = decode_token(given.credentials)
    user = claims and LambDatabaseManager().get_creator_user_by_email(claims.get("email", ""))
    if not user:
        raise HTTPException(401, "Invalid authentication")
    return {**user, "role": claims.get("role", user["role"])}


def admin(user=Depends(current_user)):
    if user["role"] != "admin":
        raise HTTPException(403, "Access denied. Admin privileges required.")
    return user
