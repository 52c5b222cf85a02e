"""What the images of a version install, locked: Python requirements and npm packages, and whether the code agrees."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from scripts.lib import npm_lock
from scripts.lib.errors import RecordMissing
from scripts.lib.files import Files
from scripts.lib.python_requirements import check, lock
from scripts.lib.python_requirements.asked import Asked, asked
from scripts.lib.settings.images import Base
from scripts.lib.settings.locks import PythonLock
from scripts.lib.settings.requirements import RequirementsList
from scripts.lib.settings.selection import Selection

STALE = "run: invoke update, or take back the step that changes this list"


def require_current(selection: Selection, version: str, files: Files) -> None:
    """Raise RecordMissing with every lock that was made of other lists than those of the customized tree `files`."""
    folder, product = selection.checkout.customizations, selection.product
    stale = [
        f"{one.settings.lock} was not locked from {_words(one)} ({place})"
        for place, one in _asked(selection, version, files)
        if not lock.is_current(folder / one.settings.lock, one)
    ]
    stale += [
        f"{one.lock} was not locked from the customized tree's {one.package} ({place})"
        for place, one in product.npm_locks(version).items()
        if not npm_lock.is_current(folder / one.lock, npm_lock.asked(files, one, place))
    ]
    if stale:
        raise RecordMissing(stale, hint=STALE)


def renewed(selection: Selection, bases: Mapping[str, Base], version: str, files: Files) -> dict[Path, str]:
    """Return path -> content of each lock that must be written anew for the customized tree `files`.

    npm locks in a container of one of the `bases`.
    """
    checkout, product = selection.checkout, selection.product
    contents = {}
    for _, one in _asked(selection, version, files):
        path = checkout.customizations / one.settings.lock
        if path not in contents and not lock.is_current(path, one):
            contents[path] = lock.resolve(one, checkout.cache)
    for place, npm in product.npm_locks(version).items():
        path = checkout.customizations / npm.lock
        if path not in contents and not npm_lock.is_current(path, npm_lock.asked(files, npm, place)):
            base, policy = bases[npm.base], selection.environment.bases
            contents[path] = npm_lock.resolve(files, npm, base, policy, checkout)
    return contents


def disagreements(selection: Selection, version: str, files: Files) -> list[str]:
    """Return where the code of the customized tree `files` and our lists of requirements do not agree."""
    return [
        problem
        for place, one in selection.product.python_locks(version).items()
        if (ours := _list(selection, one))
        for problem in check.problems(place, one, ours, files, version)
    ]


def _asked(selection: Selection, version: str, files: Files) -> Iterator[tuple[str, Asked]]:
    for place, one in selection.product.python_locks(version).items():
        yield place, asked(one, files, _list(selection, one), version, place)


def _list(selection: Selection, settings: PythonLock) -> RequirementsList | None:
    return selection.lists[settings.list] if settings.list else None


def _words(one: Asked) -> str:
    return one.origin if one.settings.list else f"the customized tree's {one.origin}"
