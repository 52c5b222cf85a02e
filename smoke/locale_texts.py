"""Compares a step's texts with those that the page would show in each locale."""

from collections.abc import Iterator

from scripts.lib.brand_texts import texts
from scripts.lib.files import matching, pattern
from scripts.lib.settings.steps import JsonStep
from smoke.site import NotSeen
from smoke.subject import Subject

NAMED = 5
"""Differences that are named one by one."""


def see_locale_texts(step: JsonStep, subject: Subject) -> str:
    """Return how many texts were found in how many locales; raises NotSeen with what differs."""
    module = subject.locale_module(step.path)
    if module is None:
        raise NotSeen(f"no locale-chunk projection of the product speaks of {step.path}")
    wanted = _wanted(step, subject)
    if wrong := [d for locale, own in wanted.items() for d in _differences(locale, own, module, subject)]:
        more = f"; and {len(wrong) - NAMED} more" if len(wrong) > NAMED else ""
        raise NotSeen("; ".join(wrong[:NAMED]) + more)
    return f"{len(step.set)} texts in each of {len(wanted)} locales"


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
