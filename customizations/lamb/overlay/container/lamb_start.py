"""Starts LAMB: looks at its settings, tells the front end its own, waits for Open WebUI, migrates once, then serves.

Only then are there workers, of which none migrates (LAMB_MIGRATED): so they cannot race each other.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import lamb_config
import lamb_open_webui
from lamb_settings import completed, problems
from own_settings import port, refuse, serve

HERE = Path(__file__).resolve().parent
BACKEND = HERE.parent / "backend"


def main() -> None:
    """Become the server of LAMB."""
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    refuse("lamb", problems(os.environ))
    environment = completed(os.environ)
    lamb_config.write(environment, Path(environment["LAMB_RUNTIME_PATH"]))
    lamb_open_webui.wait(environment)
    _migrate(environment)
    workers = environment.get("LAMB_WORKERS", "").strip() or "1"
    serve(environment | {"LAMB_MIGRATED": "1"}, "main:app", port(environment, 9099), ["--workers", workers])


def _migrate(environment: dict[str, str]) -> None:
    argv = [sys.executable, str(HERE / "lamb_migrate.py")]
    done = subprocess.run(argv, cwd=BACKEND, env=environment | {"PYTHONPATH": str(BACKEND)}, check=False)
    if done.returncode:
        sys.exit(done.returncode)


if __name__ == "__main__":
    main()
