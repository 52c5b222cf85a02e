"""Every import has its package, every package its import; all that is wrong is told with file and line."""

from typing import Any

import pytest

from scripts.lib.files import FileMap
from scripts.lib.python_requirements.check import problems
from scripts.lib.python_requirements.imports import imports
from scripts.lib.settings.locks import PythonLock
from scripts.lib.settings.requirements import RequirementsList

MAIN = b"""\
import os, asyncio.events
import fastapi.responses
from PIL import Image
from google import genai
from google.genai import types
from . import beside
from app import routes
import plugins.one
"""
PACKAGES = {"fastapi": {}, "pillow": {"imports": ["PIL"]}, "google-genai": {"imports": ["google.genai"]}}


def found(
    main: bytes, packages: dict[str, Any] = PACKAGES, version: str = "1.0", optional: Any = None, **more: Any
) -> list[str]:
    """Return what is wrong with a tree of one program beside its own modules."""
    ours = RequirementsList.model_validate({"packages": packages, "optional": optional or {}})
    given = {"lock": "a.lock", "list": "a.yaml", "code": ["back/**/*.py"], "leave_out_code": ["back/tests/**"]}
    tree = {
        "back/main.py": main,
        "back/app/routes.py": b"",
        "back/plugins/deep/one.py": b"",
        "back/tests/test_it.py": b"import pytest\n",
        "other.py": b"import elsewhere\n",
    }
    settings = PythonLock.model_validate(given | more)
    return problems("images.a.source.python", settings, ours, FileMap(tree), version)


def test_code_and_list_that_agree_are_fine() -> None:
    assert found(MAIN) == []


def test_an_import_without_a_package_is_told_once_with_its_first_place() -> None:
    code = MAIN + b"import yaml\nfrom yaml import safe_load\nimport bs4\n"
    assert found(code) == [
        "back/main.py:9: `import yaml`: no package of a.yaml brings yaml (and 1 more)",
        "back/main.py:11: `import bs4`: no package of a.yaml brings bs4",
    ]


def test_a_name_that_several_packages_share_is_told_apart() -> None:
    assert found(MAIN + b"from google.cloud import storage\n") == [
        "back/main.py:9: `from google.cloud import storage`: no package of a.yaml brings google"
    ]
    assert found(MAIN + b"import google\n") == []


def test_a_package_that_nothing_imports_needs_a_reason() -> None:
    idle = PACKAGES | {"torch": {}, "python-multipart": {"reason": "forms are read with it"}}
    assert found(MAIN, idle) == ["a.yaml: packages.torch: nothing of the code imports torch, and no reason is given"]


def test_a_package_of_other_versions_brings_nothing_and_needs_nothing() -> None:
    later = PACKAGES | {"langsmith": {"versions": {"from": "2.0"}}}
    code = MAIN + b"import langsmith\n"
    assert found(MAIN, later, "1.0") == []
    assert found(code, later, "2.0") == []
    assert found(code, later, "1.0") == ["back/main.py:9: `import langsmith`: no package of a.yaml brings langsmith"]


def test_what_the_code_does_without_may_be_imported_only_where_that_may_fail() -> None:
    without = {"torch": "it is looked for alone", "models.local": "nobody has local models"}
    code = (
        MAIN
        + b"try:\n    import torch\nexcept ImportError:\n    torch = None\ndef f():\n    from models import local\n"
    )
    assert found(code, optional=without) == []
    (told,) = found(MAIN + b"import torch.nn\n", optional=without)
    assert told == (
        "back/main.py:9: `import torch.nn`: is imported as the file loads, so it is not "
        "optional, as a.yaml says of torch"
    )
    assert found(MAIN + b"def f():\n    from models import remote\n", optional=without) == [
        "back/main.py:10: `from models import remote`: no package of a.yaml brings models"
    ]


def test_the_roots_say_what_is_the_trees_own() -> None:
    code = MAIN.replace(b"from app", b"from back.app").replace(b"import plugins", b"import back.plugins")
    assert [one.rpartition(": ")[2] for one in found(code)] == ["no package of a.yaml brings back (and 1 more)"]
    assert found(code, roots=[""]) == []


def test_a_file_that_is_no_python_is_told_and_no_code_at_all_too() -> None:
    assert found(MAIN + b"def (:\n") == [
        "back/main.py:9: is not Python: invalid syntax",
        *(
            f"a.yaml: packages.{name}: nothing of the code imports {module}, and no reason is given"
            for name, module in (("fastapi", "fastapi"), ("pillow", "PIL"), ("google-genai", "google.genai"))
        ),
    ]
    assert found(MAIN, code=["none/**/*.py"]) == ["images.a.source.python.code: no file of the tree is none/**/*.py"]


def test_what_an_older_library_still_has_is_no_package() -> None:
    assert found(MAIN + b"import distutils.core, imp, telnetlib\n") == []


@pytest.mark.parametrize(
    ("code", "modules", "optional"),
    [
        ("import a.b as c, d", ("a.b", "d"), False),
        ("from a.b import c, d", ("a.b.c", "a.b.d"), False),
        ("from a import *", ("a",), False),
        ("importlib.import_module('a.b')", ("a.b",), False),
        ("__import__('a')", ("a",), False),
        ("try:\n  import a\nexcept (ValueError, ModuleNotFoundError):\n  pass", ("a",), True),
        ("try:\n  if x:\n    import a\nexcept:\n  pass", ("a",), True),
        ("try:\n  import a\nexcept ValueError:\n  pass", ("a",), False),
        ("try:\n  pass\nexcept ImportError:\n  import a", ("a",), False),
        ("async def f():\n  import a", ("a",), True),
        ("class C:\n  import a", ("a",), False),
        ("if TYPE_CHECKING:\n  pass\nelse:\n  import a", ("a",), False),
    ],
)
def test_imports_are_found_wherever_they_stand(code: str, modules: tuple[str, ...], optional: bool) -> None:
    (one,) = imports(code.encode())
    assert (one.modules, one.optional) == (modules, optional)


@pytest.mark.parametrize(
    "code",
    [
        "from . import a",
        "from ..a import b",
        "if typing.TYPE_CHECKING:\n  import a",
        "importlib.import_module(name)",
        "import_module('.a', package=b)",
    ],
)
def test_what_is_relative_or_for_types_alone_is_no_import(code: str) -> None:
    assert imports(code.encode()) == []
