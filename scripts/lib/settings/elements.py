"""What people see on a page: words in their language, and the one element that they stand in."""

from typing import Annotated

from pydantic import Discriminator, Field, Tag, model_validator

from scripts.lib.settings.base import Frozen, Slug


class TextOf(Frozen):
    """A text of the product's texts file, as the page's locale says it."""

    text_of: Slug


class KeyOf(Frozen):
    """A text of the tree's own translations, as the page's locale says it."""

    key: str = Field(min_length=1)


def _form(value: object) -> str | None:
    if isinstance(value, str):
        return "words"
    given = value if isinstance(value, dict) else getattr(value, "__dict__", {})
    return next((name for name in ("text_of", "key") if name in given), None)


Words = Annotated[
    Annotated[Annotated[str, Field(min_length=1)], Tag("words")]
    | Annotated[TextOf, Tag("text_of")]
    | Annotated[KeyOf, Tag("key")],
    Discriminator(
        _form,
        custom_error_type="words_form",
        custom_error_message="must be the words themselves, or text_of or key with the name under which they stand",
    ),
]
"""The words themselves, or where they stand in every language."""


class Element(Frozen):
    """One element of a page; that none or several match is an error."""

    css: str | None = Field(None, min_length=1)
    role: str | None = Field(None, min_length=1)
    """ARIA role, with its accessible `name`."""
    name: Words | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "Element":
        if (self.css is None) == (self.role is None):
            raise ValueError("needs exactly one of: css, role")
        if (self.name is not None) and self.role is None:
            raise ValueError("name goes with role")
        return self
