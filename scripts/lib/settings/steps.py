"""Customization steps: ordered data, each used exactly once, each with a proof."""

import re
from typing import Annotated, Literal

from pydantic import Field, model_validator

from scripts.lib.settings.base import Colour, Frozen, RelativePath, Slug, VersionRange
from scripts.lib.settings.proofs import Proofs


class TextEdit(Frozen):
    """Replace a text that stands exactly `count` times in the file (per file where the path is a glob)."""

    find: str = Field(min_length=1)
    replace: str
    count: int = Field(1, ge=1)
    regex: bool = False
    """`find` is a Python regular expression and `replace` its template."""
    versions: VersionRange | None = None

    @model_validator(mode="after")
    def _regex_parses(self) -> "TextEdit":
        if self.regex:
            try:
                re.compile(self.find).sub(self.replace, "")
            except (re.error, IndexError) as error:
                raise ValueError(f"find and replace are no regular expression and its template: {error}") from None
        return self


class PythonEdit(Frozen):
    """Replace Python found by its syntax: quotes, line breaks and comments inside do not matter."""

    find: str = Field(min_length=1)
    """An expression or one or more whole statements."""
    replace: str
    """Python of the same kind; empty removes statements."""
    count: int = Field(1, ge=1)
    versions: VersionRange | None = None


class CompiledEdit(Frozen):
    """The same change as it must be made in the scripts of an already built release."""

    find: str = Field(min_length=1)
    replace: str
    count: int = Field(1, ge=1)
    """Over all scripts of the release together."""
    versions: VersionRange | None = None


class _Step(Frozen):
    id: Slug
    why: str = Field(min_length=1)
    versions: VersionRange | None = None
    """Upstream versions to which the step applies at all."""
    changes_again: tuple[Slug, ...] = ()
    """Earlier steps whose end state this one deliberately changes further; without it that is an error."""
    proofs: Proofs


class JsonStep(_Step):
    """Set keys of JSON files; order, indentation and every other byte stay."""

    kind: Literal["json"]
    path: RelativePath
    """May hold `{locale}`, which stands for one folder or file name and chooses the text."""
    set: dict[str, str] = Field(min_length=1)
    """JSON key -> name of a text in the product's texts file."""
    texts: RelativePath = "brand/texts.yaml"
    missing_key: Literal["error", "add"] = "error"
    lacking: dict[str, VersionRange] = Field(default_factory=dict)
    """Locale -> versions whose file may lack keys, which are then added; in all others `missing_key` holds."""

    @model_validator(mode="after")
    def _lacking_needs_locales(self) -> "JsonStep":
        if self.lacking and "{locale}" not in self.path:
            raise ValueError("lacking: names locales, but path holds no {locale}")
        return self


class WordsStep(_Step):
    """Replace words wherever people read them: in the values of JSON files, in the strings of Python files."""

    kind: Literal["words"]
    path: RelativePath
    """Files that end in .json or .py."""
    replace: dict[str, str] = Field(min_length=1)
    """Word, capitals counting -> what stands for it; in every place, however many there are, but in one at least."""
    keep: tuple[str, ...] = ()
    """Globs of JSON keys whose values stay, such as sentences that truly speak of the upstream."""
    empty_shows_key: bool = False
    """An empty value is shown as its key, so it is set where the key has one of the words."""

    @model_validator(mode="after")
    def _plain(self) -> "WordsStep":
        texts = [text for pair in self.replace.items() for text in pair]
        if not all(self.replace) or any(set(text) & set("\"'\\{}\n") for text in texts):
            raise ValueError("words may not be empty, nor hold quotes, backslashes, braces or line ends")
        if any(word in new for word in self.replace for new in self.replace.values()):
            raise ValueError("what stands for a word may hold none of the words")
        if not self.path.endswith((".json", ".py")):
            raise ValueError(f"path: {self.path} names neither .json nor .py files")
        return self


class TextStep(_Step):
    """Edit text by counted search; the first of the alternatives that matches is taken."""

    kind: Literal["text"]
    path: RelativePath
    alternatives: tuple[TextEdit, ...] = Field(min_length=1)
    compiled: tuple[CompiledEdit, ...] = ()


class PythonStep(_Step):
    """Edit Python by syntax; the first of the alternatives that matches is taken."""

    kind: Literal["python"]
    path: RelativePath
    alternatives: tuple[PythonEdit, ...] = Field(min_length=1)


class PatchStep(_Step):
    """Apply a unified diff of `patches/`, exactly, to the files that it names."""

    kind: Literal["patch"]
    patch: RelativePath
    compiled: tuple[CompiledEdit, ...] = ()


class OverlayStep(_Step):
    """Put a file or folder of ours into the tree."""

    kind: Literal["overlay"]
    source: RelativePath
    path: RelativePath
    replaces: bool
    """Whether upstream has the file: true where it must exist before, false where it must not."""
    executable: bool = False


class PruneStep(_Step):
    """Remove files; the glob must match exactly `count` of them."""

    kind: Literal["prune"]
    path: RelativePath
    count: int = Field(1, ge=1)


class Icon(Frozen):
    """One drawing at the size and in the format that its target needs. Sizes are pixels."""

    path: RelativePath
    format: Literal["png", "ico", "svg"]
    size: int | None = Field(None, ge=8, le=4096)
    sizes: tuple[Annotated[int, Field(ge=8, le=256)], ...] = ()
    """Only for ico: every size in the one file."""
    padding: float = Field(0.0, ge=0.0, lt=0.5)
    """Share of the edge kept free on each side (maskable icons need 0.1 or more)."""
    background: Colour | None = None
    """Transparent where left out."""
    colour: Colour | None = None
    """Replaces the drawing's `currentColor`, for the light and the dark variant."""
    versions: VersionRange | None = None

    @model_validator(mode="after")
    def _size_fits_format(self) -> "Icon":
        if self.format == "png" and self.size is None:
            raise ValueError("png needs size")
        if (self.format == "ico") != bool(self.sizes):
            raise ValueError("ico needs sizes, and no other format has them")
        return self


class ImageStep(_Step):
    """Draw icons from the one master drawing over the files that upstream has."""

    kind: Literal["image"]
    drawing: RelativePath = "brand/logo.svg"
    icons: tuple[Icon, ...] = Field(min_length=1)


Step = Annotated[
    JsonStep | WordsStep | TextStep | PythonStep | PatchStep | OverlayStep | PruneStep | ImageStep,
    Field(discriminator="kind"),
]


class StepsFile(Frozen):
    """`steps.yaml`: every step, in the order in which it is applied."""

    steps: tuple[Step, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _ids_once_and_known(self) -> "StepsFile":
        seen: set[str] = set()
        problems = []
        for step in self.steps:
            problems += [f"step {step.id} stands twice"] if step.id in seen else []
            problems += [
                f"step {step.id} changes_again {n}, which is no earlier step"
                for n in step.changes_again
                if n not in seen
            ]
            seen.add(step.id)
        if problems:
            raise ValueError("; ".join(problems))
        return self
