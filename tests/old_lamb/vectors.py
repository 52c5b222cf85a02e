"""A vector store as chromadb leaves it: one collection, one chunk, still in its queue."""

import json
from pathlib import Path
from typing import Any, Protocol

from tests.old_lamb import making, tables

ENDPOINT = "http://localhost:11434/api/embeddings"


class Named(Protocol):
    """What is needed to know of a release."""

    @property
    def is_06(self) -> bool: ...

    @property
    def home(self) -> str: ...


def chroma(folder: Path, release: Named, source: str, url: str, words: str) -> None:
    """Make a store in `folder` with one chunk of the file `source`, in the layout of the release's chromadb."""
    text = f"{words} ![p]({release.home}/static/2/poems/p.png)"
    about: dict[str, Any] = {"source": source, "file_url": url, "chunk_index": 0}
    known = {"vector_index": {"config": {"embedding_function": {"name": "ollama", "config": {"url": ENDPOINT}}}}}
    position: Any = 1 if release.is_06 else (1).to_bytes(8, "big")
    rows: dict[str, list[dict[str, Any]]] = {
        "collections": [{"id": "e66bb9b7", "name": "poems", "dimension": 3, "database_id": "0", "config_json_str": "{}",
                         "schema_str": json.dumps(known, separators=(",", ":")) if release.is_06 else None}],
        "segments": [{"id": "s1", "type": "urn:chroma:segment/vector/hnsw-local-persisted", "scope": "VECTOR",
                      "collection": "e66bb9b7"}],
        "embeddings": [{"id": 1, "segment_id": "s2", "embedding_id": "a", "seq_id": position}],
        "embedding_metadata": [
            *({"id": 1, "key": key, "string_value": value} for key, value in about.items() if isinstance(value, str)),
            {"id": 1, "key": "chunk_index", "int_value": 0},
            {"id": 1, "key": "chroma:document", "string_value": text},
        ],
        "embeddings_queue": [{"seq_id": 1, "operation": 0, "topic": "persistent://default/default/e66bb9b7", "id": "a",
                              "vector": b"\x00\x00\x80?" * 3, "encoding": "FLOAT32",
                              "metadata": json.dumps(about | {"chroma:document": text})}],
        "max_seq_id": [{"segment_id": "s2", "seq_id": position}],
        "embedding_fulltext_search": [{"rowid": 1, "string_value": text}],
    }  # fmt: skip
    making.whole(folder / "chroma.sqlite3", tables.CHROMA, rows, tables.SEARCH)
    (folder / "s1").mkdir()
    for name in ("data_level0.bin", "header.bin", "length.bin", "link_lists.bin"):
        (folder / "s1" / name).write_bytes(bytes(range(64)))
