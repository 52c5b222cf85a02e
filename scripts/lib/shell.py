"""The only module that starts processes. Echoes a line that one can paste, keeps the full log, redacts secrets."""

import contextlib
import os
import shlex
import shutil
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.lib.errors import CommandFailed, Failure, ResourceMissing, disk_full
from scripts.lib.secret import Secret, redact

Argv = Sequence[str | Path]
TAIL = 25
"""Lines of a failed tool's output that are shown."""
END_SECONDS = 10.0
"""From asking an interrupted process to end to killing it."""
WATCH_SECONDS = 0.5
"""Between two looks of a watch."""
BOUND = ("setpriv", "--pdeathsig", "TERM")
"""Linux's way to have a program asked to end when the one that started it was killed."""
DISK_FULL = ("no space left on device", "out of diskspace")
"""As the system says it, and as git does."""


@dataclass(frozen=True)
class Completed:
    """A process that has ended."""

    code: int
    output: str
    """stdout; where `follow` ran it, the last lines of stdout and stderr."""
    errors: str = ""


def run(
    argv: Argv,
    *,
    cwd: Path | None = None,
    env: Mapping[str, str | Secret] | None = None,
    stdin: bytes | Secret | None = None,
    accept: tuple[int, ...] = (0,),
    hint: str = "see the lines above",
    timeout: float | None = None,
    watch: Callable[[], None] | None = None,
) -> Completed:
    """Run a short command to its end.

    `env` is added to this process's own; secrets travel there or on stdin, never in `argv`. `watch` is called again and
    again meanwhile; what it raises ends the command. Raises CommandFailed on an exit code that is not accepted or after
    `timeout` seconds, ResourceMissing where the program is not installed.
    """
    given = stdin.reveal().encode() if isinstance(stdin, Secret) else stdin
    secrets = _secrets(env, stdin)
    try:
        done = _done(argv, cwd, env, given, timeout, watch)
    except FileNotFoundError as error:
        raise _not_installed(argv, error) from None
    except subprocess.TimeoutExpired:
        raise CommandFailed(f"{echo(argv)} did not end within {timeout:.0f} s", hint=hint) from None
    output, errors = (redact(t.decode(errors="replace"), secrets) for t in (done.stdout, done.stderr))
    if done.returncode not in accept:
        raise failed(argv, done.returncode, errors or output, hint)
    return Completed(done.returncode, output, errors)


def _done(
    argv: Argv,
    cwd: Path | None,
    env: Mapping[str, str | Secret] | None,
    given: bytes | None,
    timeout: float | None,
    watch: Callable[[], None] | None,
) -> "subprocess.CompletedProcess[bytes]":
    """Run a command to its end; it is ended, and waited for, where that takes too long or `watch` raises."""
    out = subprocess.PIPE
    process = subprocess.Popen(
        _bound(argv),
        cwd=cwd,
        env=_environment(env),
        stdin=subprocess.DEVNULL if given is None else out,
        stdout=out,
        stderr=out,
    )
    with process, _watched(process, watch):
        try:
            output, errors = process.communicate(given, timeout=timeout)
        finally:
            _end(process)
    return subprocess.CompletedProcess(argv, process.returncode, output, errors)


@contextlib.contextmanager
def _watched(process: "subprocess.Popen[bytes]", watch: Callable[[], None] | None) -> Iterator[None]:
    """Call `watch` again and again meanwhile, beside whoever talks to the process; raises what it raised."""
    if watch is None:
        yield
        return
    over = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        looking = pool.submit(_look, watch, over, process)
        try:
            yield
        finally:
            over.set()
        looking.result()


def _look(watch: Callable[[], None], over: threading.Event, process: "subprocess.Popen[bytes]") -> None:
    try:
        while not over.wait(WATCH_SECONDS):
            watch()
    except BaseException:
        _end(process)
        raise


def follow(
    argv: Argv,
    *,
    log: Path,
    on_line: Callable[[str], None] | None = None,
    cwd: Path | None = None,
    env: Mapping[str, str | Secret] | None = None,
    hint: str = "",
) -> Completed:
    """Run a long command: every line goes to `log` and to `on_line` as it comes; the last ones go into the error.

    What it returns holds the last lines alone. The process is ended, and waited for, where this one is interrupted.
    """
    secrets = _secrets(env, None)
    lines: deque[str] = deque(maxlen=4 * TAIL)
    with log.open("w") as file:
        file.write(f"$ {echo(argv)}\n")
        try:
            process = subprocess.Popen(
                _bound(argv),
                cwd=cwd,
                env=_environment(env),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
            )
        except FileNotFoundError as error:
            raise _not_installed(argv, error) from None
        try:
            for raw in process.stdout or ():
                line = redact(raw.rstrip("\n"), secrets)
                lines.append(line)
                file.write(line + "\n")
                file.flush()
                if on_line:
                    on_line(line)
            code = process.wait()
        finally:
            _end(process)
    if code:
        raise failed(argv, code, "\n".join(lines), hint or f"the full log is {log}")
    return Completed(code, "\n".join(lines))


def has(program: str) -> bool:
    """Tell whether a program is installed."""
    return shutil.which(program) is not None


def echo(argv: Argv) -> str:
    """Word a command as one line that can be pasted into a shell."""
    return shlex.join(str(a) for a in argv)


def failed(argv: Argv, code: int, output: str, hint: str) -> Failure:
    """Word a failed command with the last lines that it said."""
    tail = [line for line in output.splitlines() if line.strip()][-TAIL:]
    problems = [f"{echo(argv)} ended with exit code {code}", *(f"  {line}" for line in tail)]
    if any(words in line.lower() for words in DISK_FULL for line in tail):
        return disk_full(problems)
    return CommandFailed(problems, hint=hint)


def _bound(argv: Argv) -> list[str]:
    """Bind a program's life to this process's, so that a killed stage leaves none that goes on writing."""
    words = [str(a) for a in argv]
    return [*BOUND, *words] if has(BOUND[0]) and has(words[0]) else words


def _end(process: "subprocess.Popen[Any]") -> None:
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(timeout=END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _environment(env: Mapping[str, str | Secret] | None) -> dict[str, str] | None:
    if env is None:
        return None
    return os.environ | {k: v.reveal() if isinstance(v, Secret) else v for k, v in env.items()}


def _secrets(env: Mapping[str, str | Secret] | None, stdin: bytes | Secret | None) -> tuple[Secret, ...]:
    return tuple(v for v in [*(env or {}).values(), stdin] if isinstance(v, Secret))


def _not_installed(argv: Argv, error: FileNotFoundError) -> ResourceMissing:
    if error.filename and str(error.filename) != str(argv[0]):
        return ResourceMissing(f"the folder {error.filename} does not exist", hint="run the task again from the start")
    return ResourceMissing(f"the program {argv[0]} is not installed", hint="run: scripts/bootstrap")


def feed(argv: Argv, chunks: Iterable[bytes], *, env: Mapping[str, str | Secret] | None = None) -> bytes:
    """Run a command that takes a long stream and answers little; the stream is never held whole in memory.

    Raises CommandFailed on a non-zero exit code. What `chunks` raises ends the command first.
    """
    process = _open(argv, env, subprocess.PIPE)
    try:
        with contextlib.suppress(BrokenPipeError):  # it has ended early and its exit code says why
            for chunk in chunks:
                process.stdin.write(chunk)  # type: ignore[union-attr]
        answer, errors = process.communicate()
    finally:
        _end(process)
        for pipe in (process.stdin, process.stdout, process.stderr):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()  # type: ignore[union-attr]
    if process.returncode:
        raise failed(argv, process.returncode, errors.decode(errors="replace"), "see the lines above")
    return answer


class Dialogue:
    """A program that is kept running and answers one request after the other."""

    def __init__(self, argv: Argv) -> None:
        self._process = _open(argv, None, subprocess.DEVNULL)

    def ask(self, request: bytes) -> bytes:
        """Send a request and return the first line of the answer."""
        stdin, stdout = self._process.stdin, self._process.stdout
        stdin.write(request)  # type: ignore[union-attr]
        stdin.flush()  # type: ignore[union-attr]
        return stdout.readline()  # type: ignore[union-attr]

    def read(self, size: int) -> bytes:
        """Return the next `size` bytes of the answer."""
        return self._process.stdout.read(size)  # type: ignore[union-attr]

    def close(self) -> None:
        """End the program by ending its input."""
        self._process.stdin.close()  # type: ignore[union-attr]
        self._process.stdout.close()  # type: ignore[union-attr]
        self._process.wait()


def _open(argv: Argv, env: Mapping[str, str | Secret] | None, errors: int) -> "subprocess.Popen[bytes]":
    try:
        return subprocess.Popen(
            _bound(argv),
            env=_environment(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
    except FileNotFoundError as error:
        raise _not_installed(argv, error) from None
