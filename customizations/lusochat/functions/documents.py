"""Documents that people bring, and pages that a search finds: kept as vectors, found again, told to the model."""

from typing import Any

from smoke.functions.api import Api
from smoke.functions.checks import check
from smoke.functions.ground import Ground
from smoke.site import NotSeen

from .accounts import person
from .chats import answer, shared

FILES = "/api/v1/files/"
QUERY = "/api/v1/retrieval/query/collection"
NOTE = "The harbour master of Atlantis is called Wilhelmina. Her parrot sings at noon."
QUESTION = "How is the harbour master of Atlantis called?"


def note(ground: Ground) -> str:
    """Return the id of Inês's note, brought once."""
    return str(ground.once("note", lambda: _bring(person(ground)))["id"])


def _bring(who: Api) -> Any:
    return who.post(
        FILES, params={"process_in_background": "false"}, files={"file": ("note.txt", NOTE.encode(), "text/plain")}
    )


def kept(ground: Ground) -> str:
    """Return that the note is there; raises NotSeen where it is not what was brought."""
    content = person(ground).ask("GET", f"{FILES}{note(ground)}/content").text
    if content != NOTE:
        raise NotSeen(f"the note holds {content!r}")
    return f"note.txt holds its {len(NOTE)} characters"


def found(who: Api, collections: list[str], question: str) -> str:
    """Return what is nearest to a question in collections of vectors."""
    answer = who.post(QUERY, json={"collection_names": collections, "query": question, "k": 1})
    return " ".join(text for texts in answer["documents"] for text in texts)


@check("institution", "a file is uploaded and read")
def a_file_is_uploaded(ground: Ground) -> str:
    ground.api().ask("GET", f"{FILES}{note(ground)}/content", expect=(401, 403))
    return f"{kept(ground)}; without a login it is refused"


@check("institution", "a document is asked through the embedding endpoint")
def a_document_is_asked(ground: Ground) -> str:
    status = person(ground).get(f"{FILES}{note(ground)}/process/status")["status"]
    if status != "completed":
        raise NotSeen(f"the note's text was not taken: {status}")
    shared(ground)
    nearest = found(person(ground), [f"file-{note(ground)}"], QUESTION)
    told = answer(person(ground), QUESTION, files=[{"type": "file", "id": note(ground)}])
    if NOTE not in nearest or NOTE not in told:
        raise NotSeen(f"found {nearest!r}; the model was told {told!r}")
    asked = [one for one in ground.beside("models").get("/asked") if one["path"] == "/v1/embeddings"]
    if {one["authorization"] for one in asked} != {f"Bearer {ground.given['RAG_OPENAI_API_KEY']}"}:
        raise NotSeen(f"the embeddings were asked with {[one['authorization'] for one in asked]}")
    return f"{len(asked)} embeddings; the model was told {NOTE!r}"


@check("institution", "the web is searched")
def the_web_is_searched(ground: Ground) -> str:
    who = person(ground)
    result = who.post("/api/v1/retrieval/process/web/search", json={"queries": ["tide of Atlantis"]})
    nearest = found(who, result["collection_names"], "tide of Atlantis")
    item = result["items"][0]
    if "Wombat tide" not in nearest or item["snippet"] != "Found for: tide of Atlantis":
        raise NotSeen(f"{item}; of the page came {nearest!r}")
    return f"{result['loaded_count']} page of {item['link']} found and read: {nearest[:60]!r}"
