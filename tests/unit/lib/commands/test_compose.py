"""The words of docker compose."""

from pathlib import Path

from scripts.lib import shell
from scripts.lib.commands import compose

STACK = compose.Stack("chat", (Path("a.yaml"), Path("b.yaml")), Path("dev.env"))
WHOLE = "docker compose --ansi=never --project-name=chat --file=a.yaml --file=b.yaml --env-file=dev.env"
PROJECT = "docker compose --ansi=never --project-name=chat"


def test_a_stack_is_started_from_its_files_and_nothing_is_pulled_or_built() -> None:
    assert shell.echo(compose.up(STACK)) == f"{WHOLE} up --detach --no-build --pull=never --remove-orphans"
    assert shell.echo(compose.config(STACK)) == f"{WHOLE} config --format=json"


def test_a_running_stack_is_named_alone() -> None:
    assert shell.echo(compose.stop("chat")) == f"{PROJECT} stop"
    assert shell.echo(compose.stop("chat", "web")) == f"{PROJECT} stop web"
    assert shell.echo(compose.kill("chat")) == f"{PROJECT} kill"
    assert shell.echo(compose.down("chat")) == f"{PROJECT} down"
    assert shell.echo(compose.start("chat")) == f"{PROJECT} start"
    assert shell.echo(compose.restart("chat")) == f"{PROJECT} restart"
    assert shell.echo(compose.logs("chat", lines=5, follow=False)) == f"{PROJECT} logs --no-color --tail=5"
    assert shell.echo(compose.logs("chat", lines=5, follow=True)) == f"{PROJECT} logs --no-color --tail=5 --follow"


def test_variables_of_the_caller_are_taken_away() -> None:
    assert shell.echo(compose.without(["A", "B"], ["docker"])) == "env --unset=A --unset=B docker"
    assert compose.without([], ["docker"]) == ["docker"]
    assert compose.without(["A"], ["docker"], {"B": "b c"}) == ["env", "--unset=A", "B=b c", "docker"]


def test_a_program_is_run_in_a_service_as_its_user_or_another() -> None:
    assert shell.echo(compose.execute("chat", "web", ["ls", "-l"])) == f"{PROJECT} exec --no-TTY web ls -l"
    assert shell.echo(compose.execute("chat", "web", ["id"], user="0")) == f"{PROJECT} exec --no-TTY --user=0 web id"
