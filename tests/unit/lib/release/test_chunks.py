"""Reading and writing the scripts that hold translations."""

import pytest

from scripts.lib.release.chunks import UnexpectedScript, decode_locale, encode_locale, locale_map, takes_names

MODULE = "./locales/{locale}/translation.json"
MAP = (
    'import{_ as a}from"./p.js";const l=(e,t)=>e[t](),m=Object.assign({'
    '"./locales/pt-PT/translation.json":()=>a(()=>import("./Pt.js"),[],import.meta.url),'
    '"./locales/en-US/translation.json":()=>a(()=>import("./En.js"),__vite__mapDeps([0]),import.meta.url)});export{l};'
)


def test_the_map_leads_from_a_locale_to_its_chunk() -> None:
    assert locale_map(MAP, MODULE) == {"pt-PT": "./Pt.js", "en-US": "./En.js"}


def test_a_script_without_the_map_has_none() -> None:
    assert locale_map('const a="./locales/";export{a};', MODULE) is None


def test_a_locale_that_the_map_names_twice_is_refused() -> None:
    with pytest.raises(UnexpectedScript, match="locale pt-PT twice"):
        locale_map(MAP.replace("en-US", "pt-PT"), MODULE)


def test_an_entry_without_an_import_is_refused() -> None:
    with pytest.raises(UnexpectedScript, match="en-US has 0 imports"):
        locale_map(MAP.replace('import("./En.js")', "x"), MODULE)


def test_the_bundlers_form_is_read_with_constants_literals_and_shorthand() -> None:
    script = (
        'const e="A\\"b",t=\'it\\\'s\',On=`x\\n{{y}}`,d={Accept:e,"Sign in":t,On,Later:"\\u00e9\\x41\\u{1F600}"};'
        "export{e as Accept,d as default};\n//# sourceMappingURL=x.map\n"
    )
    assert decode_locale(script) == {"Accept": 'A"b', "Sign in": "it's", "On": "x\n{{y}}", "Later": "éA😀"}


def test_what_is_written_reads_back_the_same_in_the_same_order() -> None:
    texts = {"b": 'quote " and \\ and \u2028', "a": "`${x}` {{WEBUI_NAME}}", "9": "⚙️\n"}
    assert list(decode_locale(encode_locale(texts)).items()) == list(texts.items())


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("const e={a:;export{e as default};", "does not parse"),
        ("const e={a:1};export{e as default};", "neither a literal nor a constant"),
        ("const e={a:`${b}`};export{e as default};", "computed"),
        ("const e={...f};export{e as default};", "spread_element"),
        ('const e={a:"1",a:"2"};export{e as default};', "stands twice"),
        ('const e={["a"]:"1"};export{e as default};', "hold a pair"),
        ('const e={a:"1"};e.a="2";export{e as default};', "more than constants"),
        ('const e={a:"1"};export{e as other};', "default export"),
        ('const e={a:"1"};e;', "more than constants"),
    ],
)
def test_any_other_form_is_refused(script: str, says: str) -> None:
    with pytest.raises(UnexpectedScript, match=says):
        decode_locale(script)


def test_taking_more_than_the_default_of_a_chunk_is_seen() -> None:
    assert takes_names('import x from"../chunks/En.js";x();', {"En.js"}) == []
    assert takes_names('import{Accept as x}from"../chunks/En.js";x();', {"En.js"}) == ["En.js"]
    assert takes_names('import("./En.js").then(m=>m.Accept);', {"En.js"}) == ["En.js"]
    assert takes_names('export*from"./En.js";', {"En.js", "Pt.js"}) == ["En.js"]
