"""Users of Open WebUI: their rows are written into its database, their tokens asked of its API."""

import json
import logging
import time
import uuid

import httpx

import config
from lamb.auth import hash_password

from .owi_database import OwiDatabaseManager


class OwiUserManager:
    def __init__(self):
        self.db = OwiDatabaseManager()
        if self.get_user_by_email(config.OWI_ADMIN_EMAIL) is None:
            self.create_user(config.OWI_ADMIN_NAME, config.OWI_ADMIN_EMAIL, config.OWI_ADMIN_PASSWORD, "admin")

    def get_user_by_email(self, email):
        found = self.db.execute([("SELECT id, name, email, role FROM user WHERE email = ?", (email,))])
        return dict(zip(("id", "name", "email", "role"), found[0])) if found else None

    def create_user(self, name, email, password, role="user"):
        made, now = str(uuid.uuid4()), int(time.time())
        picture, settings = f"{config.LAMB_WEB_HOST}/static/img/lamb_icon.png", json.dumps({"ui": {}})
        self.db.execute([
            ("INSERT INTO user (id, name, email, role, profile_image_url, settings, created_at, updated_at,"
             " last_active_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
             (made, name, email, role, picture, settings, now, now, now)),
            ("INSERT INTO auth (id, email, password, active) VALUES (?, ?, ?, 1)", (made, email, hash_password(password))),
        ])
        return self.get_user_by_email(email)

    def get_auth_token(self, email, name):
        try:
            response = httpx.post(
                f"{config.OWI_BASE_URL}/api/v1/auths/signin",
                headers={'X-User-Email': email, 'X-User-Name': name},
                json={'email': '', 'password': ''},
            )
        except httpx.HTTPError as error:
            logging.error(f"Request failed: {error}")
            return None
        return response.json()['token'] if response.status_code == 200 else None

    def get_login_url(self, email, name):
        return f"{config.OWI_PUBLIC_BASE_URL}/api/v1/auths/complete?token={self.get_auth_token(email, name)}"
