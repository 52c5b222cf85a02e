"""What was kept of a file."""

import json
from types import SimpleNamespace

from database.connection import read, vectors


def get_file_content(file_id):
    (row,) = read("SELECT * FROM file_registry WHERE id = ?", (file_id,))
    file_registry = SimpleNamespace(**row, to_dict=lambda: row)
    connection = vectors()
    found = connection.execute(
        "SELECT document, metadata FROM embeddings WHERE collection_id = ?", (file_registry.collection_id,)
    ).fetchall()
    connection.close()
    results = {"documents": [text for text, told in found if json.loads(told)["source"] == file_registry.file_path]}
    print(file_registry.to_dict())
    print(file_registry.original_filename, results["documents"])
    return {"file_id": file_id, "content": "".join(results["documents"])}
