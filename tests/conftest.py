"""What every test stands on: Ctrl-C reaches what tests start, and the files that it forgets go at the end."""

import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

# A shell starts what it runs in the background, as some CI runners do, with SIGINT ignored, and that is inherited.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def temporary_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give these tests a folder for temporary files of their own: Docker's and the browser's programs forget some."""
    tmp_path_factory.getbasetemp()  # pytest's own folders stay where people look for them
    # A browser that has just been told to end may still write into it.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, pytest.MonkeyPatch.context() as patch:
        Path(folder).chmod(0o1777)  # as /tmp: programs of other users work there too
        patch.setenv("TMPDIR", folder)
        patch.setattr(tempfile, "tempdir", folder)
        yield
