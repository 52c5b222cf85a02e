"""An old stack made of a new one that ran: its folder, with the paths and addresses that old containers knew."""

import sqlite3
from collections.abc import Mapping
from pathlib import Path

from scripts.lib import shell
from tests.stack.containers import DOCUMENTS, UPLOADS
from tests.stack.site import Site

ROOT = "/opt/lamb"
"""Where the old containers saw the folder."""
KB = "lamb-kb-server-stable/backend"
PLACES = {
    ("lamb", "/data/lamb"): ".",
    ("lamb", UPLOADS): "backend/static/public",
    ("openwebui", "/app/backend/data"): "open-webui/backend/data",
    ("kb", "/app/backend/data"): f"{KB}/data",
    ("kb", DOCUMENTS): f"{KB}/static",
    ("library-manager", "/app/data"): "library-manager/data",
}
"""Service and folder in it -> folder of the old stack."""
OLD_PATHS = {
    f"{KB}/data": {DOCUMENTS: f"{ROOT}/{KB}/static"},
    "open-webui/backend/data": {"/app/backend/data": f"{ROOT}/open-webui/backend/data"},
}
CHANGE = """UPDATE "{table}" SET "{column}" = replace("{column}", ?1, ?2)
    WHERE typeof("{column}") = 'text' AND instr("{column}", ?1)"""
CARRIED = (
    "LAMB_BEARER_TOKEN",
    "LAMB_JWT_SECRET",
    "WEBUI_SECRET_KEY",
    "LTI_SECRET",
    "OWI_ADMIN_EMAIL",
    "OWI_ADMIN_PASSWORD",
    "OWI_ADMIN_NAME",
    "OPENAI_BASE_URL",
    "OPENAI_API_KEY",
    "OPENAI_MODEL",
    "OPENAI_MODELS",
    "EMBEDDINGS_VENDOR",
    "EMBEDDINGS_ENDPOINT",
    "EMBEDDINGS_MODEL",
    "EMBEDDINGS_APIKEY",
)
"""What an old stack's settings say as the new one's do."""


def lay_out(site: Site, folder: Path) -> None:
    """Stop a stack and write what it holds as an old one has it, with the files of settings."""
    home, token = site.inside.environment("kb")["HOME_URL"], site.stack.value("LAMB_KB_SERVER_TOKEN")
    containers = {service: found["Id"] for service, found in site.inside.inspected().items()}
    settings = {name: site.stack.value(name) for name in CARRIED}
    site.stack.stop()
    for (service, inside), outside in PLACES.items():
        if service in containers:
            (folder / outside).mkdir(parents=True, exist_ok=True)
            shell.run(["docker", "cp", "--quiet", f"{containers[service]}:{inside}/.", str(folder / outside)])
    for place, moved in OLD_PATHS.items():
        found = (*(folder / place).rglob("*.db"), *(folder / place).rglob("*.sqlite3"))
        assert sum(_say(database, moved) for database in found), f"nothing in {place} names the old folder"
    places = {"LAMB_DB_PATH": ROOT, "OWI_PATH": f"{ROOT}/open-webui/backend/data"}
    usual = {"LAMB_BACKEND_HOST": "http://backend:9099", "LAMB_KB_SERVER": "http://kb:9090"}
    _write(folder / "backend/.env", settings | places | usual | {"LAMB_KB_SERVER_TOKEN": token})
    _write(folder / KB / ".env", {"LAMB_API_KEY": token, "HOME_URL": home})
    version = folder / "frontend/svelte-app/scripts/generate-version.js"
    version.parent.mkdir(parents=True)
    version.write_text("const info = {\n  version: '0.6',\n};\n")


def _write(file: Path, settings: Mapping[str, str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))


def _say(database: Path, moved: Mapping[str, str]) -> int:
    """Let every text of a database name other places; returns how many cells do."""
    changed = 0
    with sqlite3.connect(database) as opened:
        tables = opened.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'")
        for (table,) in tables.fetchall():
            for _, column, *_ in opened.execute(f'PRAGMA table_info("{table}")').fetchall():
                for now, before in moved.items():
                    change = CHANGE.format(table=table, column=column)
                    changed += opened.execute(change, (now, before)).rowcount
    opened.close()
    return changed
