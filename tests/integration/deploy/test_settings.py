"""A file of settings out of older ones, and what is refused of them."""

from pathlib import Path

from scripts.lib.deploy import env_file
from tests.integration.deploy.site import Site

PUBLIC = "the-secret-that-every-newcomer-of-tiny-has"


def older(folder: Path, **files: str) -> list[str]:
    """Write older files; returns the words that name them."""
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [word for name in files for word in ("--from", str(folder / name))]


def test_older_files_become_one_of_today(site: Site, tmp_path: Path) -> None:
    site.env_file.unlink()
    words = older(tmp_path, app=f"\ufeff# old\nHELLO='good day'\nFOLDER=/opt\nSECRET={PUBLIC}\n", more="TOPIC=music\n")
    said = site.run("env", "--init", *words)
    for told in ("FOLDER: is left out: nothing runs from a folder", "SECRET: is left out: everybody knows this value"):
        assert told in said
    assert PUBLIC not in said
    values = env_file.parse(site.env_file.read_text()).values
    assert (values["GREETING"], values["TOPIC"]) == ("good day", "music")
    assert (len(values["SECRET"]), site.env_file.stat().st_mode & 0o777) == (43, 0o600)
    assert "settings are well" in site.run("env", "--check")
    assert "is there already" in site.run("env", "--init", *words, code=2)


def test_what_only_a_person_can_decide_is_told_at_once_and_nothing_is_written(site: Site, tmp_path: Path) -> None:
    site.env_file.unlink()
    words = older(tmp_path, app="GREETING=hi\nTOPIC=a$b\n", more="HELLO=hello\nwhat\n")
    said = site.run("env", "--init", *words, code=2)
    for told in ("TOPIC holds $", "more:2: is not NAME=value", 'more:1: HELLO: "hello" here and "hi" in '):
        assert told in said
    assert not site.env_file.exists()


def test_every_older_file_that_is_not_there_is_told(site: Site, tmp_path: Path) -> None:
    site.env_file.unlink()
    said = site.run("env", "--init", "--from", str(tmp_path / "a"), "--from", str(tmp_path / "b"), code=2)
    assert f"{tmp_path}/a: there is no such file" in said
    assert f"{tmp_path}/b: there is no such file" in said


def test_a_value_that_everybody_knows_is_refused(site: Site) -> None:
    site.sets("SECRET", PUBLIC)
    text = site.env_file.read_text()
    site.env_file.write_text("".join(f"{line}\n" for line in text.splitlines() if f"SECRET={PUBLIC}" in line))
    for stage in (("env", "--check"), ("deploy",)):
        assert "SECRET: is a value that everybody knows" in site.run(*stage, code=2)


def test_an_older_name_is_told_with_todays(site: Site) -> None:
    site.sets("HELLO", "hi")
    assert "HELLO: is now called GREETING, which has another value" in site.run("env", "--check", code=2)
