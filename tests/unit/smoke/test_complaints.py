"""What a browser says of two builds of one upstream is the same, where it means the same."""

import pytest

from smoke.branding.complaints import plain

HOST = "172.18.0.2:8080"


FOLDER = "_app/immutable"
SAID = {
    f"console: 404 (http://{HOST}/static/a.png?v=17)": "console: 404 (/static/a.png)",
    f"connection to 'ws://{HOST}/ws/socket.io/?EIO=4&sid=a' failed": "connection to '/ws/socket.io/' failed",
    f"uncaught at http://{HOST}/{FOLDER}-3f/chunks/C9dX.js:12:3456": f"uncaught at /{FOLDER}/chunks/*.js",
    f"at http://{HOST}/{FOLDER}/entry/app.Bq1.js:1": f"at /{FOLDER}/entry/*.js",
    f"404 (http://{HOST}/api/v1/chats/0b1e2f9a-11aa-4b4b-8c8c-0123456789ab)": "404 (/api/v1/chats/*)",
    "at 1732226400123 ms": "at * ms",
}


@pytest.mark.parametrize(("said", "meant"), SAID.items())
def test_addresses_and_names_of_one_build_do_not_count(said: str, meant: str) -> None:
    assert plain(said, HOST, FOLDER) == meant


@pytest.mark.parametrize("said", ["console: 404 (/static/logo-96x96.png)", "uncaught TypeError: a is null", "deadbeef"])
def test_what_is_said_counts(said: str) -> None:
    assert plain(said, HOST, FOLDER) == said


def test_another_host_counts() -> None:
    said = "console: net::ERR_NAME_NOT_RESOLVED (https://fonts.example/a.woff2)"
    assert plain(said, HOST, None) == said
