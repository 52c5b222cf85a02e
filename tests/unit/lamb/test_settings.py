"""What LAMB's program reads is given to it, and what it fills is what the compose files mount."""

import ast
import re
import sys
from functools import cache
from pathlib import Path

from customizations.lamb.migration import addresses, checks, old, parts
from scripts.lib.settings.deploy import DeploySettings
from scripts.lib.settings.loading import load, read_yaml
from scripts.lib.settings.migration import MigrationSettings, ServiceVariable
from scripts.lib.settings.product import Product
from scripts.lib.settings.selection import ROOT

FOLDER = ROOT / "customizations/lamb"
PROGRAM = sorted((FOLDER / "migration").glob("*.py"))
SERVICES = read_yaml(ROOT / "compose/lamb/docker-compose.next.yaml")["services"]
LIBRARY = read_yaml(ROOT / "compose/lamb/docker-compose.next.library.yaml")["services"]


@cache
def settings() -> tuple[MigrationSettings, DeploySettings]:
    product = load(FOLDER / "product.yaml", Product)
    assert product.migration
    assert product.deploy
    return product.migration, product.deploy


def test_it_fits_to_how_the_product_runs() -> None:
    migration, deploy = settings()
    assert migration.misfits(deploy) == []


def test_every_setting_of_the_new_stack_that_is_read_is_given() -> None:
    migration, _ = settings()
    read = {name for service in addresses.SERVICES for name in (service.port_variable, service.token) if name}
    read |= {*addresses.PUBLIC, "KB_HOME_URL", "EMBEDDINGS_ENDPOINT", "OLLAMA_BASE_URL"}
    assert set(migration.settings) == read


def test_services_get_what_is_told_of_them() -> None:
    for name, told in settings()[0].settings.items():
        if isinstance(told, ServiceVariable):
            assert (told.variable or name) in SERVICES[told.service]["environment"], name


def test_every_part_goes_to_a_volume_and_is_seen_where_its_paths_say() -> None:
    migration, _ = settings()
    every = parts.parts(old.Old(Path("/old"), "/old", {}, ()))
    assert {part.volume for part in every} == set(migration.volumes)
    mounts = {m for service in (*SERVICES.values(), *LIBRARY.values()) for m in service.get("volumes", ())}
    assert {f"{part.volume}:{part.at}" for part in every} <= {str(mount).removesuffix(":ro") for mount in mounts}


def test_passwords_that_everybody_knows_are_those_that_no_file_may_have() -> None:
    assert set(checks.PASSWORDS) <= set(settings()[1].published)


def test_the_program_needs_nothing_but_python() -> None:
    own = {"__future__", *(path.stem for path in PROGRAM)}
    for path in PROGRAM:
        imported = {
            name.name.partition(".")[0]
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Import)
            for name in node.names
        }
        imported |= {
            (node.module or "").partition(".")[0]
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.ImportFrom) and not node.level
        }
        assert imported - own <= {*sys.stdlib_module_names}, path


def test_the_guide_names_every_place() -> None:
    guide = (ROOT / "docs/lamb-migrate.md").read_text()
    assert set(re.findall(r"`STACK-([a-z-]+)`", guide)) - {"deployments"} == set(settings()[0].volumes)
