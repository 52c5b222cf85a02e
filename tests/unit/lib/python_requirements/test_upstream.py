"""What an upstream's own list says of versions, in the three forms in which it may come."""

import pytest

from scripts.lib.errors import CommandFailed
from scripts.lib.python_requirements.upstream import versions

LINES = """
# web
FastAPI==0.111.0      # the server
uvicorn[standard]>=0.30,<1
pydantic<2.11
pydantic>=2
Pillow == 10.3.0 --hash=sha256:00
colorama==0.4 ; sys_platform == 'win32'
tomli==2.0 ; python_version < '3.11'
exceptiongroup==1.2 ; python_full_version < '3.11.3'
nothing
"""
PROJECT = """
[project]
dependencies = ["fastapi==0.111.0"]
optional-dependencies = { pdf = ["pymupdf<2"], all = ["pymupdf>=1"] }
"""
METADATA = """Metadata-Version: 2.3
Name: app
Requires-Dist: fastapi==0.111.0
Requires-Dist: psycopg2-binary==2.9; extra == 'postgres'
Requires-Dist: pywin32==306; (sys_platform == 'win32') and extra == 'all'

Requires-Dist: in-the-text==1
"""


def said(path: str, text: str, python: str = "3.11.2") -> dict[str, str]:
    return {name: str(specifier) for name, specifier in versions(path, text, python).items()}


def test_a_requirements_file_says_every_version_that_holds_on_this_python() -> None:
    assert said("backend/requirements.txt", LINES) == {
        "fastapi": "==0.111.0",
        "uvicorn": "<1,>=0.30",
        "pydantic": "<2.11,>=2",
        "pillow": "==10.3.0",
        "exceptiongroup": "==1.2",
        "nothing": "",
    }
    assert "exceptiongroup" not in said("requirements.txt", LINES, "3.11.4")
    assert said("requirements.txt", LINES, "3.10")["tomli"] == "==2.0"


def test_a_project_says_those_of_its_extras_too() -> None:
    assert said("app/pyproject.toml", PROJECT) == {"fastapi": "==0.111.0", "pymupdf": "<2,>=1"}


def test_a_wheels_metadata_say_those_of_its_extras_too() -> None:
    assert said("app/app-1.0.dist-info/METADATA", METADATA) == {"fastapi": "==0.111.0", "psycopg2-binary": "==2.9"}


def test_every_line_that_is_no_requirement_is_told_with_its_place() -> None:
    with pytest.raises(CommandFailed) as failure:
        versions("requirements.txt", "a==1\n-r more.txt\nb = 2\n", "3.11")
    assert failure.value.problems == (
        "requirements.txt:2: '-r more.txt' is no requirement",
        "requirements.txt:3: 'b = 2' is no requirement",
    )


def test_a_project_that_is_no_toml_is_told() -> None:
    with pytest.raises(CommandFailed, match=r"pyproject.toml: is no TOML: "):
        versions("pyproject.toml", "[project", "3.11")
