"""The page: whole in itself, and nothing of a record can act in it."""

import base64
import hashlib
import re
import shutil
from itertools import pairwise
from pathlib import Path

import html5lib
import pytest
from lxml import etree
from PIL import Image

from scripts.lib import report
from scripts.lib.records import Leak
from scripts.lib.report import found, model, page, pictures
from scripts.lib.report.words import Redaction
from scripts.lib.secret import REDACTED, Secret
from scripts.lib.settings.selection import Selection
from tests.told import NOW, Told, tell
from tests.unit.lib.report.conftest import Telling

WHOLE = Told()
EVIL = "<script>alert('x')</script> & \"quoted\" \x1b[31m{{ 7 * 7 }}"


def parsed(text: str) -> etree._Element:
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("lxml"), namespaceHTMLElements=False, strict=False)
    return parser.parse(text).getroot()


def rendered(telling: Telling, selection: Selection, told: Told = WHOLE) -> str:
    return page.render(telling(told), selection.checkout.out, "0" * 64, Redaction())


def test_nothing_is_asked_for_outside_the_page(telling: Telling, selection: Selection) -> None:
    root = parsed(rendered(telling, selection))
    addresses = {str(value) for value in root.xpath("//@src | //@href | //@srcset | //@action")}
    assert {a for a in addresses if not a.startswith(("data:", "#"))} == set()
    assert root.xpath("//script | //iframe | //object | //@style") == []
    assert "url(" not in "".join(root.xpath("//style/text()"))


def test_the_policy_allows_our_style_alone(telling: Telling, selection: Selection) -> None:
    root = parsed(rendered(telling, selection))
    policy = root.xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)")
    style = root.xpath("string(//style)")
    hashed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy.startswith(f"default-src 'none'; img-src data:; style-src 'sha256-{hashed}'")


def test_it_can_be_read_without_eyes_and_walked_without_a_mouse(telling: Telling, selection: Selection) -> None:
    root = parsed(rendered(telling, selection, Told(failed=frozenset({"title"}))))
    assert root.get("lang") == "en"
    images = root.xpath("//img")
    assert len(images) > 20
    assert [i.get("src") for i in images if not i.get("alt") or not i.get("width")] == []
    ids = [str(value) for value in root.xpath("//@id")]
    assert len(ids) == len(set(ids))
    assert {str(a)[1:] for a in root.xpath("//a/@href | //use/@href") if str(a).startswith("#")} <= set(ids)
    levels = [int(h.tag[1]) for h in root.xpath("//h1 | //h2 | //h3 | //h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert max(after - before for before, after in pairwise(levels)) == 1


def test_what_a_record_says_is_shown_and_does_not_act(telling: Telling, selection: Selection) -> None:
    root = parsed(rendered(telling, selection, Told(evidence=EVIL)))
    assert root.xpath("//script") == []
    shown = "".join(root.itertext())
    assert EVIL.replace("\x1b", "\N{REPLACEMENT CHARACTER}") in shown


def test_every_step_is_there_with_its_reason_and_evidence(telling: Telling, selection: Selection) -> None:
    report = telling(Told(failed=frozenset({"name"})))
    root = parsed(page.render(report, selection.checkout.out, "0" * 64, Redaction()))
    rows = root.xpath("//section[@id='customizations']/details")
    assert [row.xpath("string(.//h3)") for row in rows] == [step.id for step in selection.steps]
    assert [row.xpath("string(.//h3)") for row in rows if row.get("open") is not None] == ["name"]
    text = "".join(rows[0].itertext())
    assert selection.steps[0].why in text
    assert "is 'Acme (Tiny)' instead of 'Acme'" in text
    assert "evidence/name-trace.zip" in text
    assert rows[0].xpath(".//figure/img")


def test_a_check_leads_to_the_pages_on_which_it_was_seen_and_each_picture_stands_with_one_check(
    telling: Telling, selection: Selection
) -> None:
    root = parsed(rendered(telling, selection, Told(failed=frozenset({"name", "title"}))))
    links = root.xpath("//section[@id='customizations']//a[@href='#view-1']/text()")
    assert links == ["login, en-US, light, desktop"] * 3
    assert root.xpath("string(//*[@id='view-1'])") == "en-US, light, desktop"
    assert len(root.xpath("//section[@id='customizations']//img")) == 1


def test_leaks_are_listed_with_their_place_and_allowed_ones_with_their_reason(
    telling: Telling, selection: Selection
) -> None:
    leak = Leak(surface="page", place="about: #credits", word="Tiny", excerpt="by Tiny Inc.")
    root = parsed(rendered(telling, selection, Told(leaks=(leak,))))
    text = " ".join("".join(root.xpath("//section[@id='brand']")[0].itertext()).split())
    assert "1 leak that nobody allowed Tiny page about: #credits by Tiny Inc." in text
    assert "Allowed: The licence asks for this line." in text


@pytest.mark.parametrize("value", ["hunter2-hunter2", "a&b<c>\"d'e"])
def test_secrets_are_in_none_of_the_forms(selection: Selection, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("STAGING_PASSWORD", value)
    seen = f"token={value} from https://ana:{value}@example.org/"
    tell(selection, Told(failed=frozenset({"title"}), evidence=seen, wrong=seen))
    report.write(selection)
    for form in (report.PAGE, report.SUMMARY, report.RESULTS):
        text = (selection.checkout.out / form).read_text()
        assert text.count(REDACTED.strip("[]")) >= 2
        assert value not in text
        assert value.replace("&", "&amp;").replace("<", "&lt;") not in text


def test_secrets_of_the_environments_file_are_redacted(selection: Selection) -> None:
    assert selection.product.deploy
    name = next(name for name, one in selection.product.deploy.variables.items() if one.secret)
    (selection.checkout.compose / "test.env").write_text(f"{name}='s3cret of the file'\n")
    assert Secret("s3cret of the file") in report._secrets(selection)


def test_pictures_stay_within_the_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [f"{number}.png" for number in range(4)]
    for path in paths:
        Image.effect_noise((900, 600), 90).save(tmp_path / path)
    whole = pictures.embed(tmp_path, paths)
    assert {(one.width, one.height) for one in whole.values()} == {(900, 600)}
    monkeypatch.setattr(pictures, "BUDGET", 90_000)
    small = pictures.embed(tmp_path, paths)
    assert {one.width for one in small.values()} == {320}
    assert sum(len(one.address) for one in small.values()) < 90_000 * 4 / 3 + 400
    assert list(small) == paths[: len(small)]


def test_a_picture_is_scaled_down_once_and_what_is_no_longer_shown_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(2):
        Image.effect_noise((99, 60), 90).save(tmp_path / f"{number}.png")
    first = pictures.embed(tmp_path, ["0.png", "1.png"])
    monkeypatch.delattr(Image.Image, "thumbnail")
    assert pictures.embed(tmp_path, ["0.png"]) == {"0.png": first["0.png"]}
    assert len(list((tmp_path / pictures.SMALL).iterdir())) == 1


def test_where_nobody_looked_no_column_is_empty(telling: Telling, selection: Selection) -> None:
    root = parsed(rendered(telling, selection))
    assert set(root.xpath("//figcaption/text()")) == {"Upstream", "Release before", "This image"}
    shutil.rmtree(selection.checkout.out / "released")
    alone = model.of(found.gather(selection, NOW))
    text = page.render(alone, selection.checkout.out, "0" * 64, Redaction())
    assert set(parsed(text).xpath("//figcaption/text()")) == {"Upstream", "This image"}


def test_a_picture_that_is_not_there_or_is_none_is_named(telling: Telling, selection: Selection) -> None:
    report = telling(Told())
    views = report.scenes[0].views
    (selection.checkout.out / views[0].shot.path).unlink()
    (selection.checkout.out / views[1].shot.path).write_bytes(b"no picture")
    text = page.render(report, selection.checkout.out, "0" * 64, Redaction())
    assert re.findall(r"Not in this page: <code>(.*?)</code>", text) == [v.shot.path for v in views[:2]]


def test_pages_that_did_not_change_are_said_to_be_alike(telling: Telling, selection: Selection) -> None:
    assert rendered(telling, selection).count("Not a pixel differs from this image") == 1


def test_an_empty_checkout_has_a_page_too(selection: Selection) -> None:
    root = parsed(report.write(selection).read_text())
    assert root.xpath("string(//h1)") == "Not finished: fetch comes next"
    assert root.xpath("//section[@id='missing']//li")
