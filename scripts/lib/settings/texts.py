"""The brand's texts: what a product says in each locale."""

from pydantic import Field, model_validator

from scripts.lib.settings.base import Frozen, Slug


class TextsFile(Frozen):
    """`texts.yaml`: text name -> locale -> text. A locale without a text of its own takes the `default`."""

    texts: dict[Slug, dict[str, str]] = Field(min_length=1)

    @model_validator(mode="after")
    def _default_there(self) -> "TextsFile":
        without = [name for name, texts in self.texts.items() if "default" not in texts]
        if without:
            raise ValueError(f"these texts have no default: {', '.join(without)}")
        return self
