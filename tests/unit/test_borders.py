"""The borders of the design, read from the source itself: what may act, what may import what, what names what."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted(ROOT.glob("scripts/**/*.py"))
STAGES = sorted(p for p in ROOT.glob("scripts/*.py") if p.name != "__init__.py")
COMMANDS = sorted(ROOT.glob("scripts/lib/commands/*.py"))
SMOKE = sorted(ROOT.glob("smoke/**/*.py"))
OURS = [*SCRIPTS, *SMOKE, ROOT / "tasks.py", ROOT / "noxfile.py"]
TEXTS = [p for p in ROOT.glob("scripts/**/*") if p.is_file() and "__pycache__" not in p.parts]
PRODUCTS = re.compile(r"lusochat|lus[oó]fona|open[-_ ]?webui|\blamb\b", re.IGNORECASE)
ACTING = {"subprocess", "os", "shutil", "docker", "httpx", "socket", "scripts.lib.shell", "scripts.lib.engine"}
TASK_LINES = 3


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, also within functions: `import a.b`, `from a import b` as a and a.b."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def importers(of: str, paths: list[Path]) -> set[str]:
    return {named(p) for p in paths if any(m == of or m.startswith(f"{of}.") for m in imports(p))}


def users(of: str, *attributes: str) -> set[str]:
    """Files in which `of.attribute` stands, or that import it by name."""
    wanted = {f"{of}.{attribute}" for attribute in attributes}
    found = set()
    for path in OURS:
        used = {ast.unparse(node) for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
        if wanted & (used | set(imports(path))):
            found.add(named(path))
    return found


def docstrings(path: Path) -> dict[str, str]:
    """Name -> docstring of the decorated functions of a file: its tasks or sessions."""
    functions = [n for n in tree(path).body if isinstance(n, ast.FunctionDef) and n.decorator_list]
    return {f.name: ast.get_docstring(f) or "" for f in functions}


def test_only_the_shell_starts_processes() -> None:
    assert importers("subprocess", OURS) == {"scripts/lib/shell.py"}
    starters = ("system", "popen", "fork", "execv", "execvp", "posix_spawn", "spawnv")
    assert users("os", *starters) == set()
    assert importers("pty", OURS) | importers("multiprocessing", OURS) == set()


def test_only_the_workers_spread_work_over_processes() -> None:
    assert importers("concurrent.futures.ProcessPoolExecutor", OURS) == {"scripts/lib/workers.py"}


def test_only_the_engine_talks_to_docker() -> None:
    talking = importers("docker", OURS)
    assert talking
    assert {path for path in talking if not path.startswith("scripts/lib/engine/")} == set()


def test_the_engine_is_used_as_a_whole() -> None:
    parts = {f"scripts.lib.engine.{path.stem}" for path in ROOT.glob("scripts/lib/engine/[!_]*.py")}
    users_of_parts = {path for part in parts for path in importers(part, OURS)}
    assert parts
    assert {path for path in users_of_parts if not path.startswith("scripts/lib/engine/")} == set()


def test_only_the_selection_reads_the_process_environment() -> None:
    assert users("os", "environ", "getenv") == {"scripts/lib/settings/selection.py", "scripts/lib/shell.py"}


def test_only_the_frame_ends_the_process() -> None:
    assert users("sys", "exit") == {"scripts/lib/cli.py"}
    assert users("os", "_exit") == set()


@pytest.mark.parametrize("stage", STAGES, ids=named)
def test_a_stage_imports_no_stage(stage: Path) -> None:
    stages = {f"scripts.{other.stem}" for other in STAGES}
    assert not stages & set(imports(stage))


@pytest.mark.parametrize("path", [p for p in SCRIPTS if p not in STAGES], ids=named)
def test_what_stages_share_imports_no_stage_and_no_task(path: Path) -> None:
    assert not ({f"scripts.{stage.stem}" for stage in STAGES} | {"tasks", "noxfile"}) & set(imports(path))


@pytest.mark.parametrize("path", COMMANDS, ids=named)
def test_commands_only_word(path: Path) -> None:
    assert not ACTING & set(imports(path))


@pytest.mark.parametrize("path", SMOKE, ids=named)
def test_smoke_knows_no_docker(path: Path) -> None:
    assert not {
        "docker",
        "subprocess",
        "scripts.lib.engine",
        "scripts.lib.shell",
        "scripts.lib.stand",
        "scripts.lib.stack_stand",
    } & set(imports(path))


@pytest.mark.parametrize("path", TEXTS, ids=named)
def test_scripts_name_no_product(path: Path) -> None:
    found = [line for line in path.read_text().splitlines() if PRODUCTS.search(line)]
    assert [line for line in found if not line.startswith("DEFAULT_PRODUCT = ")] == []


@pytest.mark.parametrize("stage", STAGES, ids=named)
def test_a_stage_is_a_docstring_a_function_and_its_call(stage: Path) -> None:
    module = tree(stage)
    first, _, rest = (ast.get_docstring(module) or "").partition("\n")
    assert first.endswith("."), "the first docstring line is the user interface"
    assert rest.strip(), "the rest of the docstring is its --help"
    assert any(isinstance(n, ast.FunctionDef) and n.name == stage.stem for n in module.body)
    assert ast.unparse(module.body[-1]).startswith(
        f"if __name__ == '__main__':\n    cli.main('{stage.stem}', {stage.stem}, __doc__"
    )


def test_every_task_is_a_stage_and_every_stage_a_task() -> None:
    assert set(docstrings(ROOT / "tasks.py")) == {stage.stem for stage in STAGES}


@pytest.mark.parametrize("file", ["tasks.py", "noxfile.py"])
def test_the_lists_read_like_a_table_of_contents(file: str) -> None:
    lines = docstrings(ROOT / file)
    assert lines
    assert {name: line for name, line in lines.items() if "\n" in line or not line.endswith(".")} == {}


def test_a_task_decides_nothing() -> None:
    for function in tree(ROOT / "tasks.py").body:
        if isinstance(function, ast.FunctionDef):
            signature, rest = 1, (function.end_lineno or 0) - function.body[0].lineno + 1
            assert signature + rest <= TASK_LINES, function.name
            assert len(function.body) == 2, f"{function.name}: a docstring and the stage"
            assert f"c.run(stage('{function.name}', " in ast.unparse(function.body[1])


def test_sessions_decide_nothing() -> None:
    deciding = (ast.If, ast.For, ast.While, ast.Try, ast.IfExp)
    assert [n for n in ast.walk(tree(ROOT / "noxfile.py")) if isinstance(n, deciding)] == []


@pytest.mark.parametrize("path", OURS, ids=named)
def test_no_exception_is_swallowed(path: Path) -> None:
    for handler in (n for n in ast.walk(tree(path)) if isinstance(n, ast.ExceptHandler)):
        place = f"{named(path)}:{handler.lineno}"
        caught = ast.unparse(handler.type) if handler.type else "everything"
        broad = caught in ("everything", "Exception", "BaseException")
        raises = any(isinstance(n, ast.Raise) for n in ast.walk(handler))
        keeps = named(path) == "scripts/lib/cli.py" and "_keep_traceback" in ast.unparse(handler)
        keeps = keeps or (named(path) == "scripts/lib/aside.py" and "set_exception(error)" in ast.unparse(handler))
        assert not broad or raises or keeps, f"{place} catches {caught} and does not raise"


def test_every_shell_script_is_linted() -> None:
    files = [p for folder in ("scripts", ".ci", "customizations", "compose") for p in ROOT.glob(f"{folder}/**/*")]
    shells = {named(p) for p in files if p.is_file() and re.match(rb"#!.*\b(ba|da)?sh\b", p.read_bytes()[:40])}
    linted = (ROOT / "noxfile.py").read_text()
    assert {s for s in shells if f'"{s}"' not in linted} == set()


def test_the_commands_of_the_readme_exist() -> None:
    readme = (ROOT / "README.md").read_text()
    tasks = set(docstrings(ROOT / "tasks.py"))
    sessions = set(docstrings(ROOT / "noxfile.py"))
    chains = re.findall(r"\binvoke ((?:[a-z-]+ ?)+)", readme.replace("deploy dev", "deploy").replace(" --", " :"))
    assert {name.replace("-", "_") for chain in chains for name in chain.split()} <= tasks
    assert set(re.findall(r"\bnox -s ([a-z]+)", readme)) <= sessions
    assert {
        path
        for path in re.findall(r"\b(?:scripts|customizations|compose|docs)/[\w./-]+\w", readme)
        if not (ROOT / path).exists()
    } == set()


def test_continuous_integration_runs_the_second_command_of_the_readme() -> None:
    commands = re.findall(r"^scripts/bootstrap .*$", (ROOT / "README.md").read_text(), re.MULTILINE)
    run = (ROOT / ".ci/run").read_text()
    assert run.splitlines()[-1] == f"exec {commands[1].partition('#')[0].strip()}"
