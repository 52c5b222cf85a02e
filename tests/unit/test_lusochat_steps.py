"""Steps of Lusochat, each on a tree of a few lines."""

from io import BytesIO

import pytest
from PIL import Image

from tests.unit.conftest import AStep

LOCALES = {
    locale: f"src/lib/i18n/locales/{locale}/translation.json"
    for locale in ("pt-PT", "pt-BR", "en-US", "en-GB", "es-ES", "fr-FR", "de-DE", "it-IT", "ab-CD")
}
"""Those with a text of their own, and one without."""
PT = LOCALES["pt-PT"]
ENV = "backend/open_webui/env.py"
SUFFIX = """\
WEBUI_NAME = os.getenv("WEBUI_NAME", "Lusochat")
if WEBUI_NAME != "Open WebUI":  # LICENSE covers this
    WEBUI_NAME += " (Open WebUI)"
"""


def test_the_tab_bears_our_name(a_step: AStep) -> None:
    title = a_step("lusochat", "title")
    assert title.after({"src/app.html": "<title>Open WebUI</title>\n"}) == {"src/app.html": "<title>Lusochat</title>\n"}
    assert title.misfit({"src/app.html": "<title>Open Web UI</title>\n"}).startswith("moved: src/app.html:1: ")


def test_our_name_stands_alone(a_step: AStep) -> None:
    after = a_step("lusochat", "name-suffix").after({ENV: SUFFIX})
    assert after == {ENV: 'WEBUI_NAME = os.getenv("WEBUI_NAME", "Lusochat")\n'}


def test_a_suffix_that_upstream_words_otherwise_is_no_silent_success(a_step: AStep) -> None:
    reworded = SUFFIX.replace('+= " (Open WebUI)"', '= WEBUI_NAME + " (Open WebUI)"')
    assert a_step("lusochat", "name-suffix").misfit({ENV: reworded}).startswith(f"moved: {ENV}:2")


def test_a_locale_says_what_the_institution_wants_and_all_else_stays(a_step: AStep) -> None:
    before = '{\n\t"Enter Your Username": "Nome",\n\t"Entering": "A entrar"\n}\n'
    after = a_step("lusochat", "username").after(dict.fromkeys(LOCALES.values(), before))
    assert after[PT] == before.replace('"Nome"', '"Estudante (aXXXXXXXX) / Docente (pXXXX) / Colaborador (fXXXX)"')
    assert after[LOCALES["ab-CD"]] == before.replace(
        '"Nome"', '"Student (aXXXXXXXX) / Teacher (pXXXX) / Staff (fXXXX)"'
    )


@pytest.mark.parametrize("key", ["Enter your username", "Enter Your User Name"])
def test_a_renamed_key_is_told(a_step: AStep, key: str) -> None:
    said = a_step("lusochat", "username").misfit(dict.fromkeys(LOCALES.values(), f'{{"{key}": "Nome"}}'))
    assert said.startswith(f"moved: {PT.replace('pt-PT', 'ab-CD')}:1: ")
    assert key in said


def test_an_icon_is_drawn_at_its_own_size(a_step: AStep) -> None:
    folders = ("static/static", "backend/open_webui/static")
    names = ("logo.png", "apple-touch-icon.png", "web-app-manifest-192x192.png", "web-app-manifest-512x512.png")
    after = a_step("lusochat", "icons-installed").after({f"{f}/{n}": b"theirs" for f in folders for n in names})
    drawn = Image.open(BytesIO(bytes(after["static/static/web-app-manifest-192x192.png"] or b"")))  # type: ignore[arg-type]
    assert drawn.size == (192, 192)
