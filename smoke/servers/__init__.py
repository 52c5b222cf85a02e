"""Servers that an application calls: small real ones, each in a container of its own beside the stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts.lib.settings.images import DebianBase

FOLDER = Path(__file__).parent
DEBIAN = DebianBase(suite="trixie", packages=("postgresql-17-pgvector", "slapd"))
"""What the servers that are not ours need; one image for all of them."""


@dataclass(frozen=True)
class Server:
    """How one of the programs in this folder is run."""

    program: str
    port: int
    debian: DebianBase | None = None
    """Where it runs; None for the image under test, whose Python is enough."""
    ready: str | None = None
    """Path that it answers when it is ready; None where it is as soon as its port takes connections."""

    def argv(self, folder: str) -> list[str]:
        """Word its start, where it lies in `folder` of its container."""
        return ["python3" if self.program.endswith(".py") else "sh", f"{folder}/{self.program}"]

    def read(self) -> bytes:
        """Return the program."""
        return (FOLDER / self.program).read_bytes()


SERVERS: Mapping[str, Server] = {
    "models": Server("models.py", 8000, ready="/v1/models"),
    "search": Server("search.py", 8080, ready="/page"),
    "directory": Server("directory.sh", 1389, DEBIAN),
    "vectors": Server("vectors.sh", 5432, DEBIAN),
}
