"""The small vector store: pieces with what an embeddings server says of them, found again by their likeness."""

import json
import urllib.request

from database.connection import vectors


def embed(model, texts):
    request = urllib.request.Request(
        model["api_endpoint"].removesuffix("/embeddings").rstrip("/") + "/embeddings",
        data=json.dumps({"model": model["model"], "input": texts}).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {model['apikey']}"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return [one["embedding"] for one in json.load(answer)["data"]]


def remember(collection, pieces, metadata):
    connection = vectors()
    try:
        with connection:
            connection.executemany(
                "INSERT INTO embeddings (collection_id, document, metadata, vector) VALUES (?, ?, ?, ?)",
                [
                    (collection["id"], piece, json.dumps(metadata), json.dumps(vector))
                    for piece, vector in zip(pieces, embed(collection["embeddings_model"], pieces))
                ],
            )
    finally:
        connection.close()


def nearest(collection, text, count):
    (asked,) = embed(collection["embeddings_model"], [text])
    connection = vectors()
    try:
        rows = connection.execute(
            "SELECT document, metadata, vector FROM embeddings WHERE collection_id = ?", (collection["id"],)
        ).fetchall()
    finally:
        connection.close()
    found = [
        {"similarity": sum(a * b for a, b in zip(asked, json.loads(vector))), "data": piece, "metadata": json.loads(told)}
        for piece, told, vector in rows
    ]
    return sorted(found, key=lambda one: -one["similarity"])[:count]
