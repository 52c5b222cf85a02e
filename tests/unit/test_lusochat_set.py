"""The Lusochat set is whole: every end state, every text, every file of the brand, and nothing that is protected."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from scripts.lib import drawing, steps
from scripts.lib.files import Changed, FileMap
from scripts.lib.settings.loading import load
from scripts.lib.settings.proofs import BundleProof, HttpProof, LocaleTextsProof
from scripts.lib.settings.selection import ROOT
from scripts.lib.settings.steps import Icon, ImageStep, JsonStep, Step, StepsFile
from scripts.lib.settings.texts import TextsFile
from tests.licence_lines import touched

PRODUCT = ROOT / "customizations" / "lusochat"
LOCALES = "src/lib/i18n/locales/{locale}/translation.json"

END_STATES = {
    "name": ("/api/config", "/manifest.json", "/opensearch.xml"),
    "app-name": ("the scripts",),
    "title": ("/",),
    "icons": (
        "/favicon.png",
        "/static/favicon.png",
        "/static/favicon-96x96.png",
        "/static/favicon.ico",
        "/static/favicon.svg",
        "/static/apple-touch-icon.png",
        "/static/splash.png",
        "/static/splash-dark.png",
        "/static/web-app-manifest-192x192.png",
        "/static/web-app-manifest-512x512.png",
        "/static/logo.png",
    ),
    "webmanifest": ("/static/site.webmanifest",),
    "manifest": ("/manifest.json",),
    "opensearch": ("/opensearch.xml",),
    "username": ("Enter Your Username",),
    "signin": ("Sign in to {{WEBUI_NAME}} with LDAP",),
    "authenticate": ("Authenticate",),
    "email": ("Continue with Email",),
    "ldap": ("Continue with LDAP",),
}
"""Intended end state -> where a running instance shows it: a path, the page's scripts, or a key of the locales."""

INSTITUTION = {
    "pt-PT": "Aceder com dados Institucionais",
    "pt-BR": "Acessar com dados Institucionais",
    "en-US": "Access with Institutional Credentials",
    "en-GB": "Access with Institutional Credentials",
    "es-ES": "Acceder con credenciales institucionales",
    "fr-FR": "Accéder avec les identifiants institutionnels",
    "de-DE": "Mit institutionellen Anmeldedaten anmelden",
    "it-IT": "Accedi con le credenziali istituzionali",
}
TEXTS = {
    "username": {
        "pt-PT": "Estudante (aXXXXXXXX) / Docente (pXXXX) / Colaborador (fXXXX)",
        "pt-BR": "Estudante (aXXXXXXXX) / Docente (pXXXX) / Colaborador (fXXXX)",
        "en-US": "Student (aXXXXXXXX) / Teacher (pXXXX) / Staff (fXXXX)",
        "en-GB": "Student (aXXXXXXXX) / Teacher (pXXXX) / Staff (fXXXX)",
        "es-ES": "Estudiante (aXXXXXXXX) / Profesor (pXXXX) / Personal (fXXXX)",
        "fr-FR": "Étudiant (aXXXXXXXX) / Professeur (pXXXX) / Personnel (fXXXX)",
        "de-DE": "Student (aXXXXXXXX) / Lehrer (pXXXX) / Personal (fXXXX)",
        "it-IT": "Studente (aXXXXXXXX) / Professore (pXXXX) / Personale (fXXXX)",
    },
    "signin": {
        "pt-PT": "Iniciar sessão em {{WEBUI_NAME}}",
        "pt-BR": "Faça login em {{WEBUI_NAME}}",
        "en-US": "Sign in to {{WEBUI_NAME}}",
        "en-GB": "Sign in to {{WEBUI_NAME}}",
        "es-ES": "Iniciar sesión en {{WEBUI_NAME}}",
        "fr-FR": "Se connecter à {{WEBUI_NAME}}",
        "de-DE": "Bei {{WEBUI_NAME}} anmelden",
        "it-IT": "Accedi a {{WEBUI_NAME}}",
    },
    "authenticate": INSTITUTION,
    "ldap": INSTITUTION,
    "email": dict.fromkeys(INSTITUTION, "⚙️"),
}


@pytest.fixture(scope="module")
def the_steps() -> tuple[Step, ...]:
    """Every step of the set."""
    return load(PRODUCT / "steps.yaml", StepsFile).steps


@pytest.fixture(scope="module")
def the_texts() -> dict[str, dict[str, str]]:
    """Every text of the set."""
    return load(PRODUCT / "brand" / "texts.yaml", TextsFile).texts


def shown_by(step: Step) -> Iterator[str]:
    """Where the proofs of a step look at a running instance."""
    for proof in step.proofs:
        if isinstance(proof, HttpProof):
            yield proof.get
        elif isinstance(proof, BundleProof):
            yield "the scripts"
        elif isinstance(proof, LocaleTextsProof) and isinstance(step, JsonStep):
            yield from step.set


@pytest.mark.parametrize("end_state", END_STATES)
def test_every_end_state_is_proven_where_a_running_instance_shows_it(
    end_state: str, the_steps: tuple[Step, ...]
) -> None:
    shown = {place for step in the_steps for place in shown_by(step)}
    assert set(END_STATES[end_state]) <= shown


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("locale", INSTITUTION)
def test_every_locale_says_what_the_institution_wants(
    name: str, locale: str, the_texts: dict[str, dict[str, str]]
) -> None:
    own = the_texts[name]
    assert own.get(locale, own["default"]) == TEXTS[name][locale]


@pytest.mark.parametrize("name", TEXTS)
def test_a_locale_without_a_text_of_its_own_takes_the_english_one(
    name: str, the_texts: dict[str, dict[str, str]]
) -> None:
    assert the_texts[name]["default"] == TEXTS[name]["en-US"]
    assert set(the_texts[name]) - {"default"} <= set(INSTITUTION)


def test_a_text_has_the_placeholders_of_its_key(
    the_steps: tuple[Step, ...], the_texts: dict[str, dict[str, str]]
) -> None:
    for step in the_steps:
        for key, name in step.set.items() if isinstance(step, JsonStep) else ():
            for text in the_texts[name].values():
                assert ("{{WEBUI_NAME}}" in text) == ("{{WEBUI_NAME}}" in key)


def test_every_icon_stands_in_the_front_end_and_in_the_backend_alike(the_steps: tuple[Step, ...]) -> None:
    icons = [icon for step in the_steps if isinstance(step, ImageStep) for icon in step.icons]
    looks: dict[str, list[dict[str, Any]]] = {"static/static/": [], "backend/open_webui/static/": []}
    for icon in icons:
        for folder, found in looks.items():
            if icon.path.startswith(folder):
                found.append({**icon.model_dump(exclude={"versions"}), "path": icon.path.removeprefix(folder)})
    assert looks["static/static/"] == looks["backend/open_webui/static/"] != []


def test_a_phone_may_cut_the_installed_icon_to_a_circle(the_steps: tuple[Step, ...]) -> None:
    """What lies outside of the middle circle of 80 % of the edge is ground, never drawing."""
    master = (PRODUCT / "brand" / "logo.svg").read_bytes()
    icons = [icon for step in the_steps if step.id == "icons-installed" for icon in getattr(step, "icons", ())]
    for icon in [icon for icon in icons if "apple" not in icon.path]:
        cut = picture(master, icon, size=200)
        corner = cut.getpixel((0, 0))
        outside = [(x, y) for x in range(200) for y in range(200) if (x - 99.5) ** 2 + (y - 99.5) ** 2 > 80**2]
        assert {cut.getpixel(at) for at in outside} == {corner}, icon.path


def picture(master: bytes, icon: Icon, *, size: int) -> Any:
    """Draw an icon in another size."""
    return Image.open(BytesIO(drawing.render(master, icon.model_copy(update={"size": size})))).convert("RGBA")


UPSTREAM = {
    "backend/open_webui/env.py": """\
# LICENSE covers this Open WebUI branding surface, including name, logo,
# visual, textual, symbolic identifiers, metadata, and surrounding UI.
# Do not alter, remove, obscure, or replace it except as LICENSE permits:
# https://docs.openwebui.com/license.
WEBUI_NAME = os.getenv('WEBUI_NAME', 'Open WebUI')
if WEBUI_NAME != 'Open WebUI':
    WEBUI_NAME += ' (Open WebUI)'

# LICENSE covers this Open WebUI branding surface, including this favicon
WEBUI_FAVICON_URL = 'https://openwebui.com/favicon.png'
""",
    "src/lib/constants.ts": """\
// LICENSE covers this Open WebUI branding surface, including name, logo,
export const APP_NAME = 'Open WebUI';
""",
    "src/app.html": """\
<!-- LICENSE covers this Open WebUI branding surface, including name, logo, -->
<title>Open WebUI</title>
""",
    "static/opensearch.xml": """\
<!-- LICENSE covers this Open WebUI search identifier. Do not alter, remove, obscure, or replace it. -->
<ShortName>Open WebUI</ShortName>
<Description>Search Open WebUI</Description>
""",
}
BRANDED = {
    "backend/open_webui/env.py": "WEBUI_NAME = os.getenv('WEBUI_NAME', 'Lusochat')\n\n# LICENSE covers",
    "src/lib/constants.ts": "export const APP_NAME = 'Lusochat';\n",
    "src/app.html": "<title>Lusochat</title>\n",
    "static/opensearch.xml": "<ShortName>Lusochat</ShortName>\n<Description>Search Lusochat</Description>\n",
}


def test_names_change_and_the_notes_of_the_licence_stay(the_steps: tuple[Step, ...], tmp_path: Path) -> None:
    before = FileMap({path: text.encode() for path, text in UPSTREAM.items()})
    context = steps.StepContext(customizations=PRODUCT, version="0.12.4", cache=tmp_path)
    after = Changed(before)
    list(steps.apply_all([step for step in the_steps if getattr(step, "path", None) in UPSTREAM], after, context))
    assert touched(before, after, UPSTREAM) == []
    for path, text in BRANDED.items():
        assert text in (after.read(path) or b"").decode()


@pytest.mark.parametrize("quote", ["'", '"'])
@pytest.mark.parametrize("read", ["os.getenv", "os.environ.get"])
def test_the_name_loses_its_suffix_whatever_the_quotes(
    quote: str, read: str, the_steps: tuple[Step, ...], tmp_path: Path
) -> None:
    path = "backend/open_webui/env.py"
    text = UPSTREAM[path].replace("os.getenv", read).replace("'", quote)
    context = steps.StepContext(customizations=PRODUCT, version="0.12.4", cache=tmp_path)
    after = Changed(FileMap({path: text.encode()}))
    list(steps.apply_all([step for step in the_steps if step.kind == "python"], after, context))
    assert "(Open WebUI)" not in (after.read(path) or b"").decode()


def test_a_note_of_the_licence_that_was_touched_is_found() -> None:
    before = FileMap({"a.xml": b"<!-- LICENSE covers this Open WebUI search identifier. -->\n<a/>\n"})
    after = FileMap({"a.xml": b"<!-- LICENSE covers this Lusochat search identifier. -->\n<a/>\n"})
    assert touched(before, after, ["a.xml"]) == ["a.xml"]
