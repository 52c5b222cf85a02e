"""Old stacks of three releases are moved whole, and rewritten where they name places that are no more."""

import hashlib
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from tests.old_lamb import RELEASES, making
from tests.unit.lamb.conftest import Place, rows

AStack = Callable[[str], Place]
every_release = pytest.mark.parametrize("version", RELEASES)
KB = "kb-data/lamb-kb-server.db"
CHROMA = "kb-data/chromadb/chroma.sqlite3"
WEBUI = "openwebui/webui.db"
SOURCE = "SELECT string_value FROM embedding_metadata WHERE key = 'source'"


@every_release
def test_every_file_arrives_byte_for_byte_and_the_manifest_says_so(version: str, place: AStack) -> None:
    given = place(version)
    files = {file["old"]: file for file in given.moved()["files"]}
    for name in ("backend/static/public/1/img/cat.png", "lamb-kb-server-stable/backend/static/2/poems/a1.txt",
                 "lamb-kb-server-stable/backend/data/chromadb/s1/data_level0.bin",
                 "open-webui/backend/data/uploads/f1_notes.txt"):  # fmt: skip
        was = hashlib.sha256((given.old.folder / name).read_bytes()).hexdigest()
        now = (given.volume(files[name]["volume"]) / files[name]["new"]).read_bytes()
        assert files[name]["was"] == files[name]["sha256"] == was == hashlib.sha256(now).hexdigest()
    assert (given.volume("openwebui") / "cache/snapshots/model.bin").read_text() == "model"
    assert (given.volume("kb-static") / "2/empty").is_dir()
    assert not any((given.volume(name) / ".env").exists() for name in ("data", "kb-data"))
    for file in files.values():
        assert (given.volume(file["volume"]) / file["new"]).stat().st_size == file["bytes"]


@every_release
def test_every_table_has_its_rows_also_those_that_only_the_log_held(version: str, place: AStack) -> None:
    given = place(version)
    answer = given.moved()
    prefix = RELEASES[version].prefix
    assert {d["old"] for d in answer["databases"]} >= {"lamb_v4.db", "open-webui/backend/data/webui.db"}
    assert [(d["old"], t, n) for d in answer["databases"] for t, n in d["tables"].items() if n[0] != n[1]] == []
    assert given.of_lamb(f"{prefix}assistants", "name") == ["2_poet", "2_late"]
    assert given.rows(KB, "SELECT count(*) FROM file_registry") == [2]
    own = next(d for d in answer["databases"] if d["old"] == "lamb_v4.db")
    assert own["tables"][f"{prefix}assistants"] == [2, 2]
    for volume in ("data", "kb-data", "openwebui", "library-data"):
        assert [p.name for p in given.volume(volume).rglob("*") if p.name.endswith(("-wal", "-shm", "-journal"))] == []


@every_release
def test_the_old_folder_is_not_touched(version: str, place: AStack) -> None:
    given = place(version)
    before = given.seen()
    given.run("look")
    given.moved()
    assert given.seen() == before


@every_release
def test_paths_and_public_addresses_are_those_of_the_new_stack(version: str, place: AStack) -> None:
    given = place(version)
    given.moved()
    below = "/static/2/poems/a1.txt"
    assert given.rows(KB, "SELECT file_path FROM file_registry WHERE id = 1") == [f"/app/backend{below}"]
    assert given.rows(KB, "SELECT file_url FROM file_registry WHERE id = 1") == [f"https://new.example.org/kb{below}"]
    (stats,) = given.rows(KB, "SELECT processing_stats FROM file_registry WHERE id = 1")
    assert json.loads(stats)["output_files"]["original_file_url"] == f"https://new.example.org/kb{below}"
    assert given.rows(CHROMA, SOURCE) == [f"/app/backend{below}"]
    (queued,) = given.rows(CHROMA, "SELECT metadata FROM embeddings_queue")
    assert json.loads(queued)["source"] == f"/app/backend{below}"
    assert given.rows(WEBUI, "SELECT path FROM file") == ["/app/backend/data/uploads/f1_notes.txt"]
    assert given.rows("openwebui/vector_db/chroma.sqlite3", SOURCE) == ["/app/backend/data/uploads/f1_notes.txt"]
    icon = "https://new.example.org/static/img/lamb_icon.png"
    assert given.rows(WEBUI, "SELECT profile_image_url FROM user ORDER BY id") == [icon, "/user.png"]
    (chat,) = given.rows(WEBUI, "SELECT chat FROM chat")
    assert "https://new.example.org/static/public/1/img/cat.png" in chat


@every_release
def test_a_text_that_was_rewritten_is_found_by_its_words(version: str, place: AStack) -> None:
    given = place(version)
    given.moved()
    search = "SELECT string_value FROM embedding_fulltext_search WHERE embedding_fulltext_search MATCH '\"{}\"'"
    (found,) = given.rows(CHROMA, search.format("https://new.example.org/kb/static"))
    assert found == "Mar português ![p](https://new.example.org/kb/static/2/poems/p.png)"
    assert given.rows(CHROMA, search.format(RELEASES[version].home)) == []
    assert given.rows(CHROMA, "SELECT string_value FROM embedding_metadata WHERE key = 'chroma:document'") == [found]


@every_release
def test_services_are_asked_where_they_are_now_with_the_tokens_of_now(version: str, place: AStack) -> None:
    given = place(version)
    given.moved()
    prefix = RELEASES[version].prefix
    own, letters = map(json.loads, given.of_lamb(f"{prefix}organizations", "config"))
    default = own["setups"]["default"]
    assert default["knowledge_base"] == {"server_url": "http://kb:9090", "api_token": "new-kb-token"}
    assert default["providers"]["ollama"]["base_url"] == "http://ollama:11434"
    assert letters["kb_server"] == {"url": "http://kb:9090", "api_key": "new-kb-token"}
    (web,) = map(json.loads, given.rows(WEBUI, "SELECT data FROM config"))
    assert web["openai"]["api_base_urls"] == ["http://lamb:9099", "https://api.openai.com/v1"]
    assert web["openai"]["api_keys"] == ["new-bearer", "sk-own"]
    assert list(web["openai"]["api_configs"]) == ["http://lamb:9099"]
    (model,) = given.rows(KB, "SELECT embeddings_model FROM collections")
    assert json.loads(json.loads(model))["api_endpoint"] == "http://ollama:11434/api/embeddings"


def test_the_prefix_is_seen_from_the_tables(place: AStack) -> None:
    assert place("0.3").moved()["settings"] == {"LAMB_DB_PREFIX": ""}


def test_a_root_that_is_no_ascii_is_found_within_json_too(place: AStack) -> None:
    given = place("0.5")
    answer = given.moved()
    assert answer["settings"] == {"LAMB_DB_PREFIX": "LAMB_"}
    assert "/srv/ação/lamb/lamb-kb-server-stable/backend/static/" in answer["rules"]
    (queued,) = given.rows(CHROMA, "SELECT metadata FROM embeddings_queue")
    assert "/srv" not in queued


def test_an_address_of_which_only_chunks_know_is_found(place: AStack) -> None:
    given = place("0.3")
    older = "http://192.168.1.5:9090/static/2/poems/a1.txt"
    with closing(sqlite3.connect(given.old.kb.parent / "chromadb/chroma.sqlite3")) as chunks, chunks:
        chunks.execute("UPDATE embedding_metadata SET string_value = ? WHERE key = 'file_url'", (older,))
    given.moved()
    address = "SELECT string_value FROM embedding_metadata WHERE key = 'file_url'"
    assert given.rows(CHROMA, address) == ["https://new.example.org/kb/static/2/poems/a1.txt"]


def test_open_webui_lets_nobody_sign_up_any_more_whatever_it_kept(place: AStack) -> None:
    given = place("0.5")
    given.moved()
    (kept,) = given.rows(WEBUI, "SELECT data FROM config")
    assert json.loads(kept)["ui"] == {"enable_signup": False, "default_locale": "pt-PT"}


def test_what_came_with_06_is_moved(place: AStack) -> None:
    given = place("0.6")
    given.moved()
    library = "library-data/library-manager.db"
    assert given.rows(library, "SELECT base_path FROM content_items") == ["/app/data/content/2/l1/i1"]
    assert given.rows(library, "SELECT source_path FROM import_jobs") == ["/app/data/tmp-uploads/x.pdf"]
    assert (given.volume("library-data") / "content/2/l1/i1/content/full.md").read_text() == "# Book\n"
    assert not (given.volume("library-data") / ".lock").exists()
    assert (given.volume("data") / "aac_logs/2/s1_2026_ines.jsonl").is_file()
    (known,) = given.rows(CHROMA, "SELECT schema_str FROM collections")
    assert "http://ollama:11434/api/embeddings" in known
    settings = json.loads((given.volume("kb-data") / "config.json").read_text())
    assert settings["embeddings"]["api_endpoint"] == "http://ollama:11434/api/embeddings"


def test_a_change_that_was_broken_off_is_rolled_back_as_the_old_stack_would_have(place: AStack) -> None:
    given = place("0.3")
    making.broken_off(given.old.database, "assistants")
    assert given.old.database.with_name("lamb_v4.db-journal").stat().st_size
    given.moved()
    assert given.rows("data/lamb_v4.db", "SELECT name FROM assistants ORDER BY id") == ["2_poet", "2_late"]


def test_addresses_that_stay_are_not_rewritten(place: AStack) -> None:
    given = place("0.6")
    given.settings |= {"LAMB_WEB_HOST": "https://old.example.org", "KB_HOME_URL": "https://old.example.org/kb"}
    given.settings |= {"EMBEDDINGS_ENDPOINT": "http://localhost:11434/x", "OLLAMA_BASE_URL": ""}
    databases = {d["old"]: d["rewritten"] for d in given.moved()["databases"]}
    assert databases["open-webui/backend/data/webui.db"] == {"config.data": 1, "file.path": 1}
    (chat,) = given.rows(WEBUI, "SELECT chat FROM chat")
    assert "https://old.example.org/static/public/1/img/cat.png" in chat


def test_a_dry_run_tells_what_a_move_does_and_does_nothing(place: AStack) -> None:
    given = place("0.6")
    told = given.run("look")
    assert [list(given.volume(name).iterdir()) for name in ("data", "static", "kb-data")] == [[], [], []]
    done = given.moved()
    for what in ("databases", "rules", "settings", "amounts", "fingerprint", "version"):
        assert told[what] == done[what], what
    assert told["version"] == "0.6"
    assert told["amounts"]["backend/static/public"] == {"volume": "static", "files": 2, "bytes": 25}


def test_texts_that_stay_byte_for_byte_are_told(place: AStack) -> None:
    (note,) = [n for n in place("0.6").run("look")["notes"] if "texts of knowledge bases" in n]
    assert note.startswith("1 texts of knowledge bases name old places, such as lamb-kb-server-stable/backend/static/2")


def test_the_rows_of_a_moved_database_are_those_of_the_old_one(place: AStack) -> None:
    given = place("0.3")
    given.moved()
    query = "SELECT user_email || user_name FROM Creator_users ORDER BY id"
    assert given.rows("data/lamb_v4.db", query) == rows(given.old.database, query)
