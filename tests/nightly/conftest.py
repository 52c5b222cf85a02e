"""The tests of hours rather than minutes work in a clean clone, as the end-to-end tests do."""

from pathlib import Path

import pytest

from tests.e2e.conftest import line

__all__ = ["line"]
TIMEOUT = 3600
"""Seconds for a test, with the builds that the first one waits for."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the tests of this folder the time that two builds of the real upstream take."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.timeout(TIMEOUT))
