"""Programs run in the containers of one compose project, whoever started it: databases asked, files hashed."""

import json
from typing import Any

from scripts.lib import engine, shell

LAMB_DB = "/data/lamb/lamb_v4.db"
OPEN_WEBUI_DB = "/app/backend/data/webui.db"
KB_DB = "/app/backend/data/lamb-kb-server.db"
UPLOADS = "/app/backend/static/public"
DOCUMENTS = "/app/backend/static"
ASK = """
import json, sqlite3, sys
database = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
print(json.dumps(database.execute(sys.argv[2], sys.argv[3:]).fetchall(), default=str))
"""
HASHES = """
import hashlib, json, pathlib, sys
top = pathlib.Path(sys.argv[1])
files = sorted(p for p in top.rglob("*") if p.is_file())
print(json.dumps({str(p.relative_to(top)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}))
"""
PROJECT, SERVICE = "com.docker.compose.project", "com.docker.compose.service"


class Containers:
    """The containers of one project."""

    def __init__(self, project: str) -> None:
        self.project = project

    def inspected(self) -> dict[str, dict[str, Any]]:
        """Return what the engine says of each service's container."""
        found = [
            engine.client().api.inspect_container(one) for one in engine.labelled("container", {PROJECT: self.project})
        ]
        return {one["Config"]["Labels"][SERVICE]: one for one in found}

    def python(self, service: str, program: str, *words: str) -> str:
        """Run a program in a service's container, as the user of that container."""
        container = self.inspected()[service]["Id"]
        return shell.run(["docker", "exec", container, "python", "-c", program, *words], timeout=120).output

    def rows(self, service: str, database: str, query: str, *values: str) -> list[list[Any]]:
        """Ask a database in its service's container."""
        found: list[list[Any]] = json.loads(self.python(service, ASK, database, query, *values))
        return found

    def environment(self, service: str) -> dict[str, str]:
        """Return the environment of a container's first process."""
        said = self.python(service, "print(open('/proc/1/environ').read())").rstrip("\n")
        return dict(pair.split("=", 1) for pair in said.split("\0") if "=" in pair)

    def prefix(self) -> str:
        """Return what stands before the names of LAMB's tables: by itself, some releases have something there."""
        tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '%Creator_users'"
        ((name,),) = self.rows("lamb", LAMB_DB, tables)
        return str(name).removesuffix("Creator_users")

    def files(self) -> dict[str, dict[str, str]]:
        """Return the sha256 of every file that people left, by where it lies."""
        places = (("lamb", UPLOADS), ("kb", DOCUMENTS), ("openwebui", "/app/backend/data/uploads"))
        return {f"{service}:{path}": json.loads(self.python(service, HASHES, path)) for service, path in places}

    def kept(self) -> dict[str, list[list[Any]]]:
        """Return all rows of the tables that nothing but people changes."""
        prefix = self.prefix()
        questions = [("lamb", LAMB_DB, f"{prefix}{table}") for table in ("assistants", "kb_registry")]
        questions += [("openwebui", OPEN_WEBUI_DB, table) for table in ("auth", "chat", "model", "group")]
        questions += [("kb", KB_DB, table) for table in ("collections", "file_registry")]
        found = {f"{s}:{table}": self.rows(s, db, f'SELECT * FROM "{table}" ORDER BY 1') for s, db, table in questions}
        users = f"SELECT id, user_email, user_name FROM {prefix}Creator_users ORDER BY 1"
        return found | {"lamb:users": self.rows("lamb", LAMB_DB, users)}
