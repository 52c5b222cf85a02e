"""Compares a step's texts with those that the page would show in each locale."""

from collections.abc import Iterator

from scripts.lib.brand_texts import texts
from scripts.lib.files import matching, pattern
from scripts.lib.settings.steps import JsonStep, WordsStep
from smoke.site import NotSeen
from smoke.subject import Subject

NAMED = 5
"""Differences that are named one by one."""


def see_locale_texts(step: JsonStep | WordsStep, subject: Subject) -> str:
    """Return how many texts were found in how many locales; raises NotSeen with what differs."""
    module = subject.locale_module(step.path)
    if module is None:
        raise NotSeen(f"no locale-chunk projection of the product speaks of {step.path}")
    if isinstance(step, WordsStep):
        return _without_words(step, module, subject)
    wanted = _wanted(step, subject)
    _require_none([d for locale, own in wanted.items() for d in _differences(locale, own, module, subject)])
    return f"{len(step.set)} texts in each of {len(wanted)} locales"


def _require_none(wrong: list[str]) -> None:
    if wrong:
        more = f"; and {len(wrong) - NAMED} more" if len(wrong) > NAMED else ""
        raise NotSeen("; ".join(wrong[:NAMED]) + more)


def _without_words(step: WordsStep, module: str, subject: Subject) -> str:
    """Every text that the page shows is free of the step's words, and what stands for them is there."""
    kept = [pattern(glob) for glob in step.keep]
    shown = [
        (locale, key, text or (key if step.empty_shows_key else ""))
        for locale, path in subject.locales.chunks(module).items()
        for key, text in subject.locales.texts(path).items()
        if not any(glob.match(key) for glob in kept)
    ]
    _require_none([f"{at}: {key!r} is {text!r}" for at, key, text in shown if any(w in text for w in step.replace)])
    new = sum(any(word in text for word in step.replace.values()) for _, _, text in shown)
    if not new:
        raise NotSeen(f"none of {len(shown)} texts has {', '.join(map(repr, step.replace.values()))}")
    return f"{new} of {len(shown)} texts have {', '.join(map(repr, set(step.replace.values())))}, none the words before"


def _wanted(step: JsonStep, subject: Subject) -> dict[str, dict[str, str]]:
    """Locale -> key -> text, for every locale of the tree."""
    own = texts(step, subject.context)
    form = pattern(step.path)
    found = [match["locale"] for path in matching(subject.files, step.path) if (match := form.match(path))]
    if not found:
        raise NotSeen(f"the customized tree has no {step.path}")
    return {locale: {key: own.value(name, locale) for key, name in step.set.items()} for locale in found}


def _differences(locale: str, wanted: dict[str, str], module: str, subject: Subject) -> Iterator[str]:
    path = subject.locales.chunks(module).get(locale)
    if path is None:
        yield f"{locale} is not in the page's map of {module}"
        return
    try:
        shown = subject.locales.texts(path)
    except NotSeen as error:
        yield f"{locale}: {error}"
        return
    for key, text in wanted.items():
        if shown.get(key) != text:
            yield f"{locale}: {key!r} is {shown.get(key)!r} instead of {text!r} in {path}"
