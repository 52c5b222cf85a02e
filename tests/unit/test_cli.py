"""The frame of every stage: exit codes, messages, ledger."""

import argparse
import errno
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.lib import cli, errors, ledger, report
from scripts.lib.cli import Done, Option
from scripts.lib.settings.selection import Selection, checkout
from tests.tiny import make_checkout

Ran = Callable[..., int]
FAILURES = [
    (errors.SettingsInvalid, 2),
    (errors.RecordMissing, 3),
    (errors.ResourceMissing, 4),
    (errors.CommandFailed, 10),
    (errors.GateRefused, 20),
]


@pytest.fixture
def ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ran:
    """Runs `work` as stage `build` of product tiny and returns its exit code."""
    monkeypatch.setenv("CHECKOUT", str(make_checkout(tmp_path / "checkout")))
    monkeypatch.setenv("CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PRODUCT", "tiny")
    monkeypatch.setenv("ENVIRONMENT", "test")

    def run(
        work: cli.Work,
        *argv: str,
        options: tuple[Option, ...] = (),
        locks: bool = True,
        reported: cli.Reported = "never",
    ) -> int:
        return cli.run("build", work, "Build.\n\nMore.", options, list(argv), locks=locks, reported=reported)

    return run


def raising(failure: BaseException) -> cli.Work:
    def work(selection: Selection, given: argparse.Namespace) -> Done:
        raise failure

    return work


def fine(selection: Selection, given: argparse.Namespace) -> Done:
    return Done("built it", hint="run: invoke smoke")


def test_a_stage_that_ends_well_says_one_line_and_the_next_command(
    ran: Ran, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ran(fine) == 0
    told = capsys.readouterr()
    assert re.fullmatch(r"build: built it \(\d\.\d s\)\n", told.out)
    assert told.err == "hint: run: invoke smoke\n"


@pytest.mark.parametrize(("failure", "code"), FAILURES)
def test_every_failure_has_its_exit_code_and_all_its_problems(
    ran: Ran, capsys: pytest.CaptureFixture[str], failure: type[errors.Failure], code: int
) -> None:
    assert ran(raising(failure(["one is wrong", "  a line of its log", "two is wrong"], hint="mend both"))) == code
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [
        "build: one is wrong",
        "  a line of its log",
        "build: two is wrong",
        "hint: mend both",
    ]


def test_an_interrupted_stage_says_so(ran: Ran, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran(raising(KeyboardInterrupt())) == 130
    assert capsys.readouterr().err.startswith("build: interrupted")


def test_a_stage_that_is_interrupted_while_it_tells_a_failure_is_in_the_ledger_all_the_same(
    ran: Ran, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A terminal that was closed refuses a line first; then the signal comes."""

    def closed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_say_failure", closed)
    assert ran(raising(OSError(errno.EIO, "Input/output error"))) == 130
    assert ledger.entries(checkout(None))[-1].outcome == "interrupted"


def test_an_error_of_ours_is_told_as_one_with_its_traceback_in_a_log(
    ran: Ran, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ran(raising(ZeroDivisionError("by zero"))) == 70
    log = checkout(None).out / "logs/build-fault.log"
    assert capsys.readouterr().err.splitlines() == [
        "build: this is a fault of this project: ZeroDivisionError: by zero",
        f"hint: report it, with {log}",
    ]
    assert "Traceback" in log.read_text()
    assert ledger.entries(checkout(None))[-1].exit_code == 70


def test_a_file_that_cannot_be_written_is_told_with_its_path(ran: Ran, capsys: pytest.CaptureFixture[str]) -> None:
    def write(_selection: Selection, _given: argparse.Namespace) -> Done:
        Path("/proc/graft").mkdir()
        return Done("")

    assert ran(write) == 4
    assert capsys.readouterr().err.startswith("build: /proc/graft: No such file or directory\nhint: ")
    assert ledger.entries(checkout(None))[-1].exit_code == 4


def test_a_full_disk_is_told(ran: Ran, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran(raising(OSError(errno.ENOSPC, "No space left on device"))) == 4
    assert capsys.readouterr().err.startswith("build: the disk is full\n")


def test_a_file_where_out_belongs_is_told(ran: Ran, capsys: pytest.CaptureFixture[str]) -> None:
    place = checkout(None)
    place.out.parent.mkdir()
    place.out.write_text("")
    assert ran(fine) == 4
    told = capsys.readouterr().err
    assert f"build: {place.out}: File exists" in told
    assert "build: this run is not in the ledger: " in told


def test_every_run_is_in_the_ledger_whatever_its_end(ran: Ran) -> None:
    ran(fine)
    ran(lambda _selection, _given: Done("as before", up_to_date=True))
    ran(raising(errors.GateRefused("no", hint="")))
    ran(raising(KeyboardInterrupt()))
    written = [(e.outcome, e.exit_code, e.says) for e in ledger.entries(checkout(None))]
    assert written == [
        ("done", 0, "built it"),
        ("up-to-date", 0, "as before"),
        ("failed", 20, "no"),
        ("interrupted", 130, "interrupted"),
    ]


def test_wrong_settings_end_with_2_before_anything_is_written(ran: Ran, capsys: pytest.CaptureFixture[str]) -> None:
    place = checkout(None)
    settings = place.customizations / "product.yaml"
    settings.write_text(settings.read_text().replace("title: Acme", "titel: Acme", 1))
    assert ran(fine) == 2
    assert "titel: unknown key, did you mean 'title'?" in capsys.readouterr().err
    assert not place.out.exists()


def test_an_unknown_product_is_told_with_the_nearest(ran: Ran, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran(fine, "--product", "tyny") == 2
    assert "hint: did you mean PRODUCT=tiny?" in capsys.readouterr().err


def test_an_unknown_environment_is_told_with_its_file(ran: Ran, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran(fine, "--environment", "tests") == 2
    told = capsys.readouterr().err
    assert "compose/environments/tests.yaml: there is no such file" in told
    assert "hint: did you mean test.yaml?" in told


def test_a_stage_holds_the_lock_while_it_works(ran: Ran) -> None:
    holder = checkout(None).out / "lock.json"

    def look(_selection: Selection, _given: argparse.Namespace) -> Done:
        return Done(f"{holder.exists()}")

    assert (ran(look), ran(look, locks=False)) == (0, 0)
    assert [e.says for e in ledger.entries(checkout(None))] == ["True", "False"]
    assert not holder.exists()


def test_options_reach_the_stage(ran: Ran) -> None:
    options = (Option("--undo", "", metavar="STEP"), Option("--force", ""))

    def told(_selection: Selection, given: argparse.Namespace) -> Done:
        return Done(f"{given.undo} {given.force}")

    ran(told, "--undo", "x", "--force", options=options)
    assert ledger.entries(checkout(None))[-1].says == "x True"


def test_an_option_may_be_given_several_times(ran: Ran) -> None:
    options = (Option("--from", "", metavar="FILE", repeated=True),)

    def told(_selection: Selection, given: argparse.Namespace) -> Done:
        return Done(f"{vars(given)['from']}")

    for words in ((), ("--from", "a", "--from", "b")):
        ran(told, *words, options=options)
    assert [entry.says for entry in ledger.entries(checkout(None))] == ["[]", "['a', 'b']"]


def test_the_docstring_is_the_help(ran: Ran, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        ran(fine, "--help")
    assert ended.value.code == 0
    assert "Build.\n\nMore." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("work", "reported", "written"),
    [
        (raising(errors.GateRefused("no", hint="mend")), "refused", True),
        (raising(errors.CommandFailed("no", hint="mend")), "always", True),
        (raising(errors.GateRefused("no", hint="mend")), "never", False),
        (raising(errors.RecordMissing("no", hint="mend")), "always", False),
        (fine, "refused", False),
        (fine, "always", True),
    ],
)
def test_the_report_is_written_after_the_ends_that_ask_for_it(
    ran: Ran, tmp_path: Path, capsys: pytest.CaptureFixture[str], work: cli.Work, reported: str, written: bool
) -> None:
    ran(work, reported=reported)
    assert (tmp_path / "checkout/out/tiny/report.html").exists() == written
    assert ("report: out/tiny/report.html\n" in capsys.readouterr().err) == written


def test_a_report_that_cannot_be_written_leaves_the_stages_end_as_it_is(
    ran: Ran, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: Selection) -> None:
        raise ValueError("a fault")

    monkeypatch.setattr(report, "renew", broken)
    assert ran(fine, reported="always") == 0
    assert "report: this is a fault of this project: ValueError: a fault" in capsys.readouterr().err
    assert ran(raising(errors.GateRefused("no", hint="mend")), reported="always") == 20
