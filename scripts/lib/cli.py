"""The common frame of every stage: options, settings, lock, ledger, one line of success, exit code."""

import argparse
import contextlib
import errno
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NoReturn

from scripts.lib import console, ledger
from scripts.lib.errors import CommandFailed, Failure, GateRefused, OwnFault, ResourceMissing, disk_full
from scripts.lib.run_lock import run_lock
from scripts.lib.settings.selection import DEFAULT_ENVIRONMENT, DEFAULT_PRODUCT, Selection, select

INTERRUPTED = 130


@dataclass(frozen=True)
class Done:
    """How a stage ended well."""

    says: str
    """One line: what is there now, with its identity."""
    up_to_date: bool = False
    hint: str | None = None
    """What a person may want to do now; not the next task of the line, which a chain runs by itself."""


@dataclass(frozen=True)
class Option:
    """An option of one stage beside --product and --environment."""

    flag: str
    help: str
    metavar: str | None = None
    """None makes it a switch."""
    repeated: bool = False
    """It may be given several times; its value is a list."""

    def add_to(self, parser: argparse.ArgumentParser) -> None:
        if self.metavar is None:
            parser.add_argument(self.flag, help=self.help, action="store_true")
        elif self.repeated:
            parser.add_argument(self.flag, help=self.help, metavar=self.metavar, action="append", default=[])
        else:
            parser.add_argument(self.flag, help=self.help, metavar=self.metavar)


Work = Callable[[Selection, argparse.Namespace], Done]
Reported = Literal["never", "refused", "always"]
"""After which ends of a stage the report is written."""


def main(
    stage: str,
    work: Work,
    doc: str | None,
    options: Sequence[Option] = (),
    *,
    locks: bool = True,
    reported: Reported = "never",
) -> NoReturn:
    """Run a stage as a program. `doc` is the stage module's docstring; `locks` is False for stages that only read."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a cancelled job cleans up as an interrupted one does
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as under nohup
        signal.signal(signal.SIGHUP, _hang_up)
    sys.exit(run(stage, work, doc, options, sys.argv[1:], locks=locks, reported=reported))


def _hang_up(*_: object) -> NoReturn:
    """Clean up as after Ctrl-C where the terminal was closed, to which nothing can be said any more.

    The kernel and the shell may both tell of it; told again, the cleaning goes on.
    """
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    raise KeyboardInterrupt


def run(
    stage: str,
    work: Work,
    doc: str | None,
    options: Sequence[Option],
    argv: list[str],
    *,
    locks: bool = True,
    reported: Reported = "never",
) -> int:
    """Run a stage with these arguments and return its exit code; writes the ledger's line whatever the end."""
    given = _parse(stage, doc, options, argv)
    began, clock = ledger.now(), time.monotonic()
    selection: Selection | None = None
    try:
        try:
            selection = select(given.product, given.environment)
            if locks:
                with run_lock(selection.checkout, stage):
                    done = work(selection, given)
            else:
                done = work(selection, given)
        except Failure as failure:
            _say_failure(stage, failure)
            _enter(selection, stage, began, clock, "failed", failure.exit_code, failure.problems[0])
            if reported != "never" and isinstance(failure, CommandFailed | GateRefused):
                _report(selection)
            return failure.exit_code
        except Exception as error:
            unforeseen = _unforeseen(error, lambda: _keep_traceback(selection, stage))
            _say_failure(stage, unforeseen)
            return _enter(selection, stage, began, clock, "failed", unforeseen.exit_code, unforeseen.problems[0])
        console.result(f"{stage}: {done.says} ({console.seconds(time.monotonic() - clock)})")
        if done.hint:
            console.note(f"hint: {done.hint}")
        _enter(selection, stage, began, clock, "up-to-date" if done.up_to_date else "done", 0, done.says)
    except KeyboardInterrupt:  # also while a failure is told: a closed terminal is first seen by a line that it refuses
        console.note(f"{stage}: interrupted; the next run goes on from the last record")
        return _enter(selection, stage, began, clock, "interrupted", INTERRUPTED, "interrupted")
    if reported == "always":
        _report(selection)
    return 0


def _report(selection: Selection | None) -> None:
    """Bring the report up to date. How the stage ended stands, also where no report can be written."""
    if selection is None:
        return
    from scripts.lib import report

    try:
        page = report.renew(selection)
    except KeyboardInterrupt:
        console.note("report: interrupted; run: invoke report")
    except Failure as failure:
        _say_failure("report", failure)
    except Exception as error:
        _say_failure("report", _unforeseen(error, lambda: _keep_traceback(selection, "report")))
    else:
        if page:
            console.note(f"report: {page.relative_to(selection.checkout.root)}")


def _parse(stage: str, doc: str | None, options: Sequence[Option], argv: list[str]) -> argparse.Namespace:
    text = (doc or "").strip()
    parser = argparse.ArgumentParser(
        prog=f"python -m scripts.{stage}", description=text, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for flag, what, default in (
        ("--product", "a folder of customizations/", DEFAULT_PRODUCT),
        ("--environment", "a file of compose/environments/", DEFAULT_ENVIRONMENT),
    ):
        parser.add_argument(flag, metavar="NAME", help=f"{what} (default: ${flag[2:].upper()} or {default})")
    for option in options:
        option.add_to(parser)
    return parser.parse_args(argv)


def _say_failure(stage: str, failure: Failure) -> None:
    for problem in failure.problems:
        console.note(f"{stage}: {problem}" if not problem.startswith("  ") else problem)
    console.note(f"hint: {failure.hint}")


def _unforeseen(error: Exception, keep_traceback: Callable[[], str]) -> Failure:
    """Word what no stage foresaw: a file or disk that is not as it should be, or a fault of this project."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(f"the disk is full{f': {error.filename} could not be written' if error.filename else ''}")
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename else ""
        return ResourceMissing(
            f"{place}{error.strerror}", hint=f"make its place one that can be written; more is in {keep_traceback()}"
        )
    told = f"{type(error).__name__}: {error}".splitlines()[0]
    return OwnFault(f"this is a fault of this project: {told}", hint=f"report it, with {keep_traceback()}")


def _keep_traceback(selection: Selection | None, stage: str) -> str:
    """Write the present traceback to a log, or to stderr where there can be none, and return where it is."""
    told = traceback.format_exc()
    if selection is not None:
        with contextlib.suppress(OSError):
            log = selection.checkout.log(f"{stage}-fault")
            log.write_text(told)
            return str(log)
    console.note(told)
    return "the lines above"


def _enter(
    selection: Selection | None, stage: str, began: datetime, clock: float, outcome: Any, code: int, says: str
) -> int:
    if selection is None:
        return code
    entry = ledger.Entry(
        stage=stage,
        product=selection.checkout.product,
        environment=selection.environment.environment,
        started=began,
        seconds=round(time.monotonic() - clock, 3),
        outcome=outcome,
        exit_code=code,
        says=says,
    )
    try:
        ledger.append(selection.checkout, entry)
    except OSError as error:
        console.note(f"{stage}: this run is not in the ledger: {error}")
    return code
