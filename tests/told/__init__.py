"""A checkout in which the whole line has run, with records and pictures as a real run leaves them, for the report."""

from tests.told.line import tell
from tests.told.run import ID, NOW, Told

__all__ = ["ID", "NOW", "Told", "tell"]
