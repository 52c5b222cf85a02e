"""Edited files must parse: what no longer does is told with file and line."""

import pytest

from scripts.lib import parses

PAGE = b"<!doctype html>\n<html><head><title>a</title></head>\n<body><p>b</p></body></html>\n"
SVELTE = b"""<script lang="ts">
	let { name }: { name: string } = $props();
</script>

{#if name}
	<p class="a" onclick={() => alert(name!)}>{name.trim()}</p>
{/if}
"""


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("a.json", b"{}"),
        ("a.py", b"a = '\\d'\n"),
        ("a.html", PAGE),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("a.css", b"}{"),
        ("a.ts", b"export const a: string = 'x' as const;\n"),
        ("a.mjs", b"export default {};\n"),
        ("a.svelte", SVELTE),
    ],
)
def test_what_parses_has_no_problem(path: str, data: bytes) -> None:
    assert parses.problem(path, data) is None


@pytest.mark.parametrize(
    ("path", "data", "place"),
    [
        ("a.json", b'{\n"a" 1}', "a.json:2:5: is not JSON"),
        ("a.webmanifest", b'{"a": 1, "a": 1}', "a.webmanifest:1:10: the key 'a' stands twice"),
        ("a.py", b"a\nb = (", "a.py:2: is not Python"),
        ("a.html", PAGE.replace(b"</title>", b"</titel>"), "a.html:"),
        ("a.html", PAGE.replace(b"</p>", b"</p></div>"), "a.html:3: is not sound HTML: end-tag-too-early"),
        ("a.xml", b"<a>\n<b></a>", "a.xml:2: is not XML"),
        ("a.ts", b"const a = 1;\nconst b: = 2;\n", "a.ts:2: does not parse as TypeScript: "),
        ("a.js", b"const a = 1;\nconst b: number = 2;\n", "a.js:2: does not parse as JavaScript: "),
        ("a.svelte", SVELTE.replace(b"$props()", b"$props("), "a.svelte:2: does not parse as Svelte: "),
        ("a.svelte", SVELTE.replace(b"name.trim()", b"name.trim("), "a.svelte:6: does not parse as Svelte: "),
        ("a.svelte", SVELTE.replace(b"{/if}", b""), "a.svelte:"),
    ],
)
def test_what_does_not_parse_is_told_with_its_line(path: str, data: bytes, place: str) -> None:
    assert (parses.problem(path, data) or "").startswith(place)


def test_html_that_was_unsound_upstream_does_not_count() -> None:
    unsound = PAGE.replace(b"</p>", b"</p></div>")
    assert parses.problem("a.html", unsound.replace(b">b<", b">c<"), before=unsound) is None
    assert parses.problem("a.html", unsound.replace(b"</p>", b"</p></i>"), before=unsound) is not None


def test_what_the_grammar_did_not_understand_upstream_does_not_count() -> None:
    strange = SVELTE + b"{@nobody knows={this}\n"
    assert parses.problem("a.svelte", strange) is not None
    assert parses.problem("a.svelte", strange.replace(b"trim", b"strip"), before=strange) is None
    assert parses.problem("a.svelte", strange.replace(b"trim()", b"trim("), before=strange) is not None
