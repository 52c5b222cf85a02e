"""Two images are the same but for a reviewed list: every difference needs an entry, and every entry a difference."""

from tests.image_files import Differences, File, unexplained

FIRST = {"app/a.py": File("file", 0o644, (0, 0), "1"), "app/b.js": File("file", 0o644, (0, 0), "2")}
NONE = Differences(differences=())


def allowed(*paths: str) -> Differences:
    return Differences.model_validate({"differences": [{"paths": paths, "reason": "this is a test of it"}]})


def test_the_same_files_need_no_entry() -> None:
    assert unexplained(FIRST, dict(FIRST), NONE) == []


def test_another_content_mode_or_owner_is_told() -> None:
    for other in (File("file", 0o644, (0, 0), "x"), File("file", 0o755, (0, 0), "1"), File("file", 0o644, (1, 0), "1")):
        (told,) = unexplained(FIRST, FIRST | {"app/a.py": other}, NONE)
        assert told.startswith("app/a.py: File(")


def test_a_file_that_one_image_alone_has_is_told_with_which() -> None:
    assert unexplained(FIRST, {"app/a.py": FIRST["app/a.py"]}, NONE) == ["app/b.js: only in the first"]
    assert unexplained({}, {"x": FIRST["app/a.py"]}, NONE) == ["x: only in the second"]


def test_an_entry_explains_what_its_globs_match() -> None:
    assert unexplained(FIRST, {"app/a.py": FIRST["app/a.py"]}, allowed("app/*.js")) == []


def test_an_entry_that_nothing_needs_is_told() -> None:
    assert unexplained(FIRST, dict(FIRST), allowed("app/*.js")) == ["app/*.js: nothing differs there"]


def test_a_folder_that_is_called_otherwise_is_compared_all_the_same() -> None:
    renamed = Differences(differences=(), renamed={"^app-[0-9]+/": "app/"})
    moved = {path.replace("app/", "app-7/"): file for path, file in FIRST.items()}
    assert unexplained(FIRST, moved, renamed) == []
