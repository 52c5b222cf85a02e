"""One old stack: its folder with all that its services wrote, and its files of settings."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.old_lamb import making, tables
from tests.old_lamb.vectors import chroma

NOW = {"created_at": 1, "updated_at": 1}
KB = "lamb-kb-server-stable/backend"
PUBLISHED = "0p3n-w3bu!"
PICTURE = b"\x89PNG not really"


@dataclass(frozen=True)
class Release:
    """What an old stack of one release looks like."""

    version: str
    prefix: str
    root: str
    """Path under which its containers saw the folder."""
    home: str
    """HOME_URL of its knowledge base."""
    web: str
    env: dict[str, str]

    @property
    def is_06(self) -> bool:
        return self.version == "0.6"


USUAL = {"LAMB_BACKEND_HOST": "http://backend:9099", "LAMB_KB_SERVER": "http://kb:9090"}
RELEASES = {
    "0.3": Release("0.3", "", "/opt/lamb", "https://yourdomain.com/kb/", "http://localhost:9099", USUAL),
    "0.5": Release("0.5", "LAMB_", "/srv/ação/lamb", "http://localhost:9090", "https://old.example.org",
                   USUAL | {"LAMB_DB_PREFIX": "LAMB_", "WEBUI_SECRET_KEY": "kept-" + "k" * 32}),
    "0.6": Release("0.6", "LAMB_", "/opt/lamb", "https://old.example.org/kb", "https://old.example.org",
                   USUAL | {"LAMB_DB_PREFIX": "LAMB_", "LAMB_LIBRARY_SERVER": "http://library-manager:9091"}),
}  # fmt: skip


@dataclass(frozen=True)
class OldStack:
    """An old stack in a folder."""

    folder: Path
    release: Release

    @property
    def database(self) -> Path:
        return self.folder / "lamb_v4.db"

    @property
    def kb(self) -> Path:
        return self.folder / KB / "data/lamb-kb-server.db"

    @property
    def webui(self) -> Path:
        return self.folder / "open-webui/backend/data/webui.db"


def make(folder: Path, version: str) -> OldStack:
    """Make the stack of a release in `folder`."""
    stack = OldStack(folder, RELEASES[version])
    _settings(stack)
    _lamb(stack)
    _webui(stack)
    _kb(stack)
    if stack.release.is_06:
        _library(stack)
    return stack


def _write(folder: Path, files: dict[str, bytes | str]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def _settings(stack: OldStack) -> None:
    release, root = stack.release, stack.release.root
    env = {"LAMB_WEB_HOST": release.web, "LAMB_BEARER_TOKEN": PUBLISHED, "LAMB_KB_SERVER_TOKEN": PUBLISHED,
           "LAMB_DB_PATH": root, "OWI_PATH": f"{root}/open-webui/backend/data", **release.env}  # fmt: skip
    lines = "".join(f"{name}={value}\n" for name, value in env.items())
    version = f"const info = {{\n  version: '{release.version}',\n}};\n"
    _write(stack.folder, {
        ".env": f"LAMB_PROJECT_PATH={root}\n",
        "backend/.env": f"# the back end\n{lines}",
        f"{KB}/.env": f"\ufeff# the knowledge base\nLAMB_API_KEY={PUBLISHED}\nHOME_URL={release.home}\n",
        "frontend/svelte-app/scripts/generate-version.js": version,
        "backend/main.py": "# code is not moved\n",
    })  # fmt: skip


def _lamb(stack: OldStack) -> None:
    release, p = stack.release, stack.release.prefix
    made = tables.LAMB | (tables.LAMB_FROM_05 if p else {}) | (tables.LAMB_FROM_06 if release.is_06 else {})
    made = {name.format(p=p): columns.format(p=p) for name, columns in made.items()}
    if release.is_06:
        made[f"{p}Creator_users"] = made[f"{p}Creator_users"].replace(
            ", UNIQUE (user_email)", f", {', '.join(tables.NATIVE_ACCOUNTS)}, UNIQUE (user_email)"
        )
    kb = {"server_url": "http://localhost:9090", "api_token": PUBLISHED}
    config = {"version": "1.0", "setups": {"default": {"providers": {"ollama": {
        "base_url": "http://host.docker.internal:11434", "models": ["llama3.1"]}}, "knowledge_base": kb}}}  # fmt: skip
    image = f"{release.web}/static/public/1/img/cat.png"
    rows: dict[str, list[dict[str, Any]]] = {
        f"{p}organizations": [
            {"slug": "lamb", "name": "LAMB System Organization", "is_system": 1, "config": json.dumps(config), **NOW},
            {"slug": "letters", "name": "Letters", "config": json.dumps(config | {"kb_server": {
                "url": "http://kb:9090", "api_key": PUBLISHED}}), **NOW},
        ],
        f"{p}Creator_users": [
            {"organization_id": 1, "user_email": "admin@owi.com", "user_name": "Admin User", **NOW},
            {"organization_id": 2, "user_email": "ines@example.org", "user_name": "Inês", **NOW},
        ],
        f"{p}assistants": [{"organization_id": 2, "name": "2_poet", "owner": "ines@example.org", "system_prompt": "Be",
                            "api_callback": json.dumps({"file_path": "1/thesis.txt"}), **NOW}],
        f"{p}config": [{"id": 1, "config": "{}"}],
        f"{p}kb_registry": [{"kb_id": "1", "kb_name": "poems", "owner_user_id": 2, "organization_id": 2, **NOW}],
        f"{p}lamb_chats": [{"id": "c1", "user_id": 2, "assistant_id": 1, "chat": json.dumps({"m": f"![]({image})"}),
                            **NOW}],
    }  # fmt: skip
    late = {f"{p}assistants": [{"organization_id": 2, "name": "2_late", "owner": "ines@example.org", **NOW}]}
    if release.is_06:
        making.with_log(stack.database, made, rows, late)
        _write(stack.folder, {"aac_logs/2/s1_2026_ines.jsonl": '{"event": "begin"}\n'})
    else:
        making.whole(
            stack.database, made, rows | {f"{p}assistants": [*rows[f"{p}assistants"], *late[f"{p}assistants"]]}
        )
    _write(
        stack.folder,
        {"backend/static/public/1/thesis.txt": "De Inês.\n", "backend/static/public/1/img/cat.png": PICTURE},
    )


def _webui(stack: OldStack) -> None:
    release, data = stack.release, "open-webui/backend/data"
    path = f"{release.root}/{data}/uploads/f1_notes.txt"
    places = {
        "openai": {
            "enable": True,
            "api_base_urls": ["http://backend:9099", "https://api.openai.com/v1"],
            "api_keys": [PUBLISHED, "sk-own"],
            "api_configs": {"http://backend:9099": {"enable": True}},
        },
        "ui": {"enable_signup": True, "default_locale": "pt-PT"},
    }
    picture = f"{release.web}/static/img/lamb_icon.png"
    chat = {"messages": [{"content": f"![cat]({release.web}/static/public/1/img/cat.png)"}]}
    making.whole(stack.webui, tables.WEBUI, {
        "user": [{"id": "u1", "name": "Admin User", "email": "admin@owi.com", "role": "admin",
                  "profile_image_url": picture},
                 {"id": "u2", "name": "Inês", "email": "ines@example.org", "role": "user",
                  "profile_image_url": "/user.png"}],
        "auth": [{"id": "u1", "email": "admin@owi.com", "password": "$2b$12$no", "active": 1},
                 {"id": "u2", "email": "ines@example.org", "password": "$2b$12$no", "active": 1}],
        "chat": [{"id": "h1", "user_id": "u2", "title": "Cat", "chat": json.dumps(chat)}],
        "file": [{"id": "f1", "user_id": "u2", "filename": "notes.txt", "path": path,
                  "meta": json.dumps({"name": "n"})}],
        "config": [{"id": 1, "data": json.dumps(places), "version": 0}],
        "model": [{"id": "lamb_assistant.1", "user_id": "u1", "name": "LAMB:poet", "meta": "{}", "params": "{}"}],
        "group": [{"id": "g1", "user_id": "u1", "name": "assistant_1", "user_ids": '["u2"]'}],
    })  # fmt: skip
    chroma(stack.folder / data / "vector_db", release, path, f"{release.web}/x", "notes")
    _write(stack.folder, {f"{data}/uploads/f1_notes.txt": "notes\n", f"{data}/cache/blobs/abc": "model"})
    (stack.folder / data / "cache/snapshots").mkdir()
    (stack.folder / data / "cache/snapshots/model.bin").symlink_to("../blobs/abc")


def _kb(stack: OldStack) -> None:
    release = stack.release
    path, url = f"{release.root}/{KB}/static/2/poems/a1.txt", f"{release.home}/static/2/poems/a1.txt"
    model = {"vendor": "ollama", "model": "nomic-embed-text", "api_endpoint": "http://localhost:11434/api/embeddings",
             "apikey": ""}  # fmt: skip
    times = {"created_at": "2026-01-01 00:00:00", "updated_at": "2026-01-01 00:00:00"}
    file = {"collection_id": 1, "original_filename": "poem.txt", "file_path": path, "file_url": url, "file_size": 9,
            "plugin_name": "simple_ingest", "plugin_params": json.dumps({"file_url": url, "chunk_size": 100}),
            "status": "COMPLETED", "document_count": 1, "owner": "2", **times,
            "processing_stats": json.dumps({"output_files": {"original_file_url": url}})}  # fmt: skip
    late = {"file_registry": [{**file, "original_filename": "late.txt",
                               "file_path": path.replace("a1.txt", "a2.txt"),
                               "file_url": url.replace("a1.txt", "a2.txt")}]}  # fmt: skip
    rows: dict[str, list[dict[str, Any]]] = {
        "collections": [
            {
                "name": "poems",
                "owner": "2",
                "visibility": "PRIVATE",
                "embeddings_model": json.dumps(json.dumps(model)),
                "chromadb_uuid": "e66bb9b7",
            }
        ],
        "file_registry": [file],
    }
    if release.is_06:
        making.with_log(stack.kb, tables.KB, rows, late)
        _write(stack.folder, {f"{KB}/data/config.json": json.dumps({"embeddings": model}, indent=2)})
    else:
        making.whole(stack.kb, tables.KB, rows | {"file_registry": [file, *late["file_registry"]]})
    chroma(stack.folder / KB / "data/chromadb", release, path, url, "Mar português")
    _write(
        stack.folder,
        {
            f"{KB}/static/2/poems/a1.txt": "Mar\n",
            f"{KB}/static/2/poems/a2.txt": "Sal\n",
            f"{KB}/static/2/poems/a1.md": f"![]({release.home}/static/2/poems/a1/image_001.png)\n",
        },
    )
    (stack.folder / KB / "static/2/empty").mkdir()


def _library(stack: OldStack) -> None:
    data = f"{stack.release.root}/library-manager/data"
    base = f"{data}/content/2/l1/i1"
    item = {
        "id": "i1",
        "library_id": "l1",
        "organization_id": "2",
        "title": "Book",
        "source_type": "file",
        "status": "ready",
        "base_path": base,
        "full_markdown_path": f"{base}/content/full.md",
        "permalink_base": "/docs/2/l1/i1",
    }
    making.with_log(
        stack.folder / "library-manager/data/library-manager.db", tables.LIBRARY,
        {"organizations": [{"id": "2", "name": "Letters", "created_at": "2026-01-01"}]},
        {"content_items": [item], "import_jobs": [{"id": "j1", "content_item_id": "i1", "title": "Book", "status":
                                                   "completed", "source_path": f"{data}/tmp-uploads/x.pdf"}]},
    )  # fmt: skip
    _write(
        stack.folder,
        {"library-manager/data/content/2/l1/i1/content/full.md": "# Book\n", "library-manager/data/.lock": ""},
    )
