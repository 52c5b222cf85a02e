"""The templates of the report's forms."""

import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from scripts.lib.report.words import Redaction

FOLDER = Path(__file__).parent / "forms"
_MEANS_SOMETHING = re.compile(r"([\\`*_\[\]|~#])(?!\d+;)")
"""In Markdown; but the # of an escaped character stays."""


def templates(redaction: Redaction) -> Environment:
    """Return the templates; whatever text they show is redacted first and escaped then, in Markdown by its filter."""

    def finalize(value: Any) -> Any:
        return redaction(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    known = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        finalize=finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    known.filters["markdown"] = lambda value: _markdown(redaction(str(value)))
    return known


def _markdown(text: str) -> Markup:
    """Return a text as it may stand in a line or a cell of Markdown, where HTML counts too."""
    return Markup(_MEANS_SOMETHING.sub(r"\\\1", escape(" ".join(text.split()))))  # noqa: S704  escaped just here
