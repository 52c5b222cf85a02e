"""Asks what lies in a volume of a target, by a program of its product that only reads."""

import json
from typing import Any

from scripts.lib.deploy import volumes
from scripts.lib.deploy.target import Target
from scripts.lib.errors import CommandFailed, SettingsInvalid
from scripts.lib.settings.deploy import VolumeProgram


def answer(target: Target, asked: VolumeProgram, image: str, volume: str | None = None) -> dict[str, Any] | None:
    """Return the JSON object that the program prints, None where the volume holds nothing.

    `image` is one of the product's; `volume` is asked in place of the stack's own. Raises CommandFailed where the
    program fails or prints no JSON object.
    """
    volume = volume or f"{target.stack}-{asked.volume}"
    if not volumes.has_data(volume):
        return None
    path = target.selection.checkout.compose / asked.program
    try:
        program = path.read_text()
    except FileNotFoundError:
        raise SettingsInvalid(f"{path}: there is no such file", hint="correct deploy of product.yaml") from None
    said = volumes.ask(volume, asked.at, image, (*asked.command, program, *asked.arguments))
    try:
        return dict(json.loads(said))
    except (ValueError, TypeError):
        raise CommandFailed(f"{path} printed no JSON object: {said[:200]}", hint=f"correct {path.name}") from None
