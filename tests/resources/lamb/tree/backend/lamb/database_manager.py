"""LAMB's own database. Whoever opens it creates what is missing, at import: two that start at once race."""

import json
import logging
import os
import sqlite3
import time

import config

from .auth import hash_password
from .owi_bridge.owi_users import OwiUserManager

USER = ("id", "organization_id", "email", "name", "password_hash", "role")


class LambDatabaseManager:
    _system_org_initialized = False

    def __init__(self):
        self.table_prefix = config.LAMB_DB_PREFIX
        self.db_path = os.path.join(config.LAMB_DB_PATH, 'lamb_v4.db')
        if not os.path.exists(self.db_path):
            os.makedirs(config.LAMB_DB_PATH, exist_ok=True)
            self.create_database_and_tables()
        self.run_migrations()
        if not LambDatabaseManager._system_org_initialized:
            self.initialize_system_organization()
            LambDatabaseManager._system_org_initialized = True

    def get_connection(self):
        connection = sqlite3.connect(self.db_path, timeout=10.0)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        return connection

    def run(self, text, values=()):
        """Run a statement, in which {p} stands for the prefix; returns its rows, or the id of what it inserted."""
        connection = self.get_connection()
        try:
            with connection:
                done = connection.execute(text.replace("{p}", self.table_prefix), values)
                return done.lastrowid if text.startswith("INSERT") else done.fetchall()
        finally:
            connection.close()

    def create_database_and_tables(self):
        for table in (
            "organizations (id INTEGER PRIMARY KEY AUTOINCREMENT, slug TEXT UNIQUE NOT NULL, name TEXT NOT NULL,"
            " is_system BOOLEAN DEFAULT FALSE, config JSON NOT NULL, created_at INTEGER NOT NULL,"
            " updated_at INTEGER NOT NULL)",
            "Creator_users (id INTEGER PRIMARY KEY AUTOINCREMENT, organization_id INTEGER, user_email TEXT NOT NULL,"
            " user_name TEXT NOT NULL, password_hash TEXT, role TEXT NOT NULL DEFAULT 'user', user_config JSON,"
            " created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, UNIQUE(user_email))",
            "assistants (id INTEGER PRIMARY KEY AUTOINCREMENT, organization_id INTEGER NOT NULL, name TEXT NOT NULL,"
            " description TEXT, owner TEXT NOT NULL, system_prompt TEXT, RAG_collections TEXT, group_id TEXT,"
            " created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, UNIQUE(organization_id, name, owner))",
            "kb_registry (id INTEGER PRIMARY KEY AUTOINCREMENT, kb_id TEXT NOT NULL UNIQUE, kb_name TEXT NOT NULL,"
            " owner_user_id INTEGER NOT NULL, organization_id INTEGER NOT NULL, created_at INTEGER NOT NULL)",
        ):
            self.run(f"CREATE TABLE {{p}}{table}")

    def run_migrations(self):
        """Add what tables of an older version lack; two that start at once may both add it."""
        has = {row[1] for row in self.run("PRAGMA table_info({p}assistants)")}
        if "RAG_Top_k" not in has:
            self.run("ALTER TABLE {p}assistants ADD COLUMN RAG_Top_k INTEGER DEFAULT 3")
        if "oauth_consumer_name" not in has:
            self.run("ALTER TABLE {p}assistants ADD COLUMN oauth_consumer_name TEXT")

    def initialize_system_organization(self):
        """Make the system organization and its admin, here and in Open WebUI, where they are not there yet."""
        now = int(time.time())
        if not self.run("SELECT id FROM {p}organizations WHERE slug = 'lamb'"):
            told = json.dumps({"kb_server": {"url": config.LAMB_KB_SERVER}})
            self.run("INSERT INTO {p}organizations (slug, name, is_system, config, created_at, updated_at)"
                     " VALUES ('lamb', 'LAMB System Organization', TRUE, ?, ?, ?)", (told, now, now))
        ((system_org_id,),) = self.run("SELECT id FROM {p}organizations WHERE slug = 'lamb'")
        self.ensure_system_admin(system_org_id)

    def ensure_system_admin(self, system_org_id: int):
        """Make the admin, who is told from others by nothing: so does the release, which a step corrects."""
        if OwiUserManager().get_user_by_email(config.OWI_ADMIN_EMAIL) is None:
            logging.error("Admin user is missing in Open WebUI")
        if self.get_creator_user_by_email(config.OWI_ADMIN_EMAIL) is None:
            self.create_creator_user(config.OWI_ADMIN_EMAIL, config.OWI_ADMIN_NAME, config.OWI_ADMIN_PASSWORD)

    def update_creator_user_role(self, user_email: str, role: str):
        self.run("UPDATE {p}Creator_users SET role = ?, updated_at = ? WHERE user_email = ?",
                 (role, int(time.time()), user_email))

    def create_creator_user(self, email, name, password, role="user"):
        now = int(time.time())
        ((organization,),) = self.run("SELECT id FROM {p}organizations WHERE slug = 'lamb'")
        return self.run("INSERT INTO {p}Creator_users (organization_id, user_email, user_name, password_hash, role,"
                        " user_config, created_at, updated_at) VALUES (?, ?, ?, ?, ?, '{}', ?, ?)",
                        (organization, email, name, hash_password(password), role, now, now))

    def get_creator_user_by_email(self, email):
        found = self.run("SELECT id, organization_id, user_email, user_name, password_hash, role"
                         " FROM {p}Creator_users WHERE user_email = ?", (email,))
        return dict(zip(USER, found[0])) if found else None

    def get_creator_users(self):
        found = self.run("SELECT id, organization_id, user_email, user_name, password_hash, role FROM {p}Creator_users")
        return [{k: v for k, v in zip(USER, row) if k != "password_hash"} for row in found]

    def add_assistant(self, name, description, owner, system_prompt, collections):
        now = int(time.time())
        return self.run("INSERT INTO {p}assistants (organization_id, name, description, owner, system_prompt,"
                        " RAG_collections, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                        (owner["organization_id"], name, description, owner["email"], system_prompt, collections, now, now))

    def get_assistants(self, owner=None):
        keys = ("id", "name", "description", "owner", "system_prompt", "RAG_collections", "group_id", "oauth_consumer_name")
        found = self.run(f"SELECT {', '.join(keys)} FROM {{p}}assistants WHERE ? IS NULL OR owner = ?", (owner, owner))
        return [dict(zip(keys, row)) for row in found]
