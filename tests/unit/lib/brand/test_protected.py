"""What is protected stays byte for byte, on the tree, in the image's files and in its scripts."""

from typing import Any

from scripts.lib.brand import places, protected
from scripts.lib.files import FileMap
from scripts.lib.settings.brand import BrandFile

HEADER = {"why": "Names of headers", "text": "X-Tiny-[A-Z][a-z]+", "files": ["a/**"], "compiled": True}
LICENCE = {"why": "The licence itself", "files": ["LICENSE*"]}
COMMENT = {"why": "Licence comments", "text": "LICENSE covers[\\s\\S]{1,80}?/license"}


def brand(*entries: dict[str, Any]) -> BrandFile:
    where = [{"image": "/app/build", "release": True}, {"image": "/app/back", "tree": "a"}]
    return BrandFile.model_validate({"words": ["Tiny"], "places": where, "protected": entries})


def differences(entry: dict[str, Any], before: str, after: str, path: str = "a/x.py") -> list[str]:
    return protected.differences(
        brand(entry), FileMap({path: before.encode()}), FileMap({path: after.encode()}), [path]
    )


def test_what_stands_around_the_protected_may_change() -> None:
    assert differences(HEADER, "'X-Tiny-Id' of Tiny", "'X-Tiny-Id' of Acme") == []
    assert (
        differences(COMMENT, "# LICENSE covers\n# tiny/license\nx='Tiny'", "# LICENSE covers\n# tiny/license\n") == []
    )


def test_a_changed_name_is_told_with_its_file_and_why() -> None:
    (told,) = differences(HEADER, "'X-Tiny-Id', 'X-Tiny-Name'", "'X-Tiny-Id', 'X-Acme-Name'")
    assert told == "a/x.py: 'X-Tiny-Name' is not there as often (Names of headers)"


def test_a_changed_comment_or_order_is_told() -> None:
    assert differences(COMMENT, "LICENSE covers\n tiny/license", "LICENSE covers\n acme/license") != []
    assert differences(HEADER, "X-Tiny-Id X-Tiny-Name", "X-Tiny-Name X-Tiny-Id") != []
    assert differences(HEADER, "X-Tiny-Id", "X-Tiny-Id X-Tiny-Id") != []


def test_a_licence_file_stays_whole_and_is_not_removed() -> None:
    assert differences(LICENCE, "text", "text ", "LICENSE") != []
    gone = protected.differences(brand(LICENCE), FileMap({"LICENSE": b"text"}), FileMap({}), ["LICENSE"])
    assert gone == ["LICENSE is not upstream's any more (The licence itself)"]


def test_files_that_an_entry_does_not_name_are_free() -> None:
    assert differences(HEADER, "X-Tiny-Id", "", "b/x.py") == []


def test_scripts_must_have_it_as_often_under_whatever_name() -> None:
    before = {"/a/1.js": b"h('X-Tiny-Id')", "/a/2.js": b"h('X-Tiny-Id')"}
    assert protected.in_scripts(brand(HEADER), before, {"/b/3.js": b"h('X-Tiny-Id'); h('X-Tiny-Id')"}) == []
    (told,) = protected.in_scripts(brand(HEADER), before, {"/b/1.js": b"h('X-Tiny-Id')", "/b/2.js": b"h('X-Acme-Id')"})
    assert told == "the scripts have 'X-Tiny-Id' 0 times, upstream's 1 (Names of headers)"


def test_the_untouched_upstream_lies_where_the_image_has_it() -> None:
    tree, front_end = FileMap({"a/x.py": b"1", "ab/y.py": b"2"}), FileMap({"i/z.js": b"3"})
    files = places.upstream_files(brand(), tree, front_end)
    assert files == {"/app/build/i/z.js": b"3", "/app/back/x.py": b"1"}
    assert places.as_tree(brand(), files) == {"a/x.py": b"1"}
    assert places.of_release(brand(), files) == {"/app/build/i/z.js": b"3"}
