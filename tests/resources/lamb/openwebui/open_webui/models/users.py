"""Users."""

import time
import uuid

from open_webui.models.store import run


class Users:
    @staticmethod
    def get_user_by_email(email):
        found = run("SELECT * FROM user WHERE email = ?", (email,))
        return found[0] if found else None

    @staticmethod
    def get_user_by_id(id):
        found = run("SELECT * FROM user WHERE id = ?", (id,))
        return found[0] if found else None

    @staticmethod
    def get_num_users():
        return run("SELECT COUNT(*) AS n FROM user")[0]["n"]

    @staticmethod
    def insert(name, email, role):
        made, now = str(uuid.uuid4()), int(time.time())
        run("INSERT INTO user (id, name, email, role, profile_image_url, created_at, updated_at, last_active_at)"
            " VALUES (?, ?, ?, ?, '/user.png', ?, ?, ?)", (made, name, email, role, now, now, now))
        run("INSERT INTO auth (id, email, password, active) VALUES (?, ?, '', 1)", (made, email))
        return Users.get_user_by_id(made)
