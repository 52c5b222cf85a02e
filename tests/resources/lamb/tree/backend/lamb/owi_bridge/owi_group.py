"""What Open WebUI has to know of an assistant: a group of its users and a model."""

import json
import time
import uuid

from .owi_database import OwiDatabaseManager


def publish(assistant_id, name, owner):
    """Write group and model of an assistant of this user of Open WebUI's; returns the group's id."""
    group, now = str(uuid.uuid4()), int(time.time())
    access = json.dumps({"read": {"group_ids": [group], "user_ids": []}})
    OwiDatabaseManager().execute([
        ('INSERT INTO "group" (id, user_id, name, description, user_ids, created_at, updated_at)'
         " VALUES (?, ?, ?, ?, ?, ?, ?)",
         (group, owner["id"], f"assistant_{assistant_id}", name, json.dumps([owner["id"]]), now, now)),
        ("INSERT INTO model (id, user_id, base_model_id, name, meta, params, access_control, is_active, created_at,"
         " updated_at) VALUES (?, ?, NULL, ?, '{}', '{}', ?, 1, ?, ?)",
         (f"lamb_assistant.{assistant_id}", owner["id"], f"LAMB:{name}", access, now, now)),
    ])
    return group


def join(group, user):
    """Let a user of Open WebUI's see what the group sees."""
    db = OwiDatabaseManager()
    ((ids,),) = db.execute([('SELECT user_ids FROM "group" WHERE id = ?', (group,))])
    db.execute([('UPDATE "group" SET user_ids = ? WHERE id = ?', (json.dumps([*json.loads(ids), user["id"]]), group))])
