"""The tests of hours rather than minutes work in a clean clone, as the end-to-end tests do."""

from tests.e2e.conftest import line

__all__ = ["line"]
