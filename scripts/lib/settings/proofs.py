"""Proofs: how it is seen that a customization took effect. Smoke checks are made from these.

A proof names its layer, the strongest at which the effect exists: `browser` (a person sees it), `http` (a running
instance answers), `image-config` (what `docker inspect` says), `image-file` (a file of the image), `tree` (the
customized source; needs a reason).
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from scripts.lib.settings.base import Colour, Frozen, RelativePath, Slug, VersionRange
from scripts.lib.settings.elements import Element, Words
from scripts.lib.settings.pages import Locale, Scheme


class _Proof(Frozen):
    versions: VersionRange | None = None
    image: Slug | None = None
    """The image that shows it; where left out, every image of the product must."""
    read_only: bool = True
    """Whether it only reads; then it may run against production."""
    also_upstream: str | None = Field(None, min_length=10)
    """Why it holds on the untouched upstream too. Every other proof must fail there, else it would prove nothing."""


def _xpath(text: str) -> str:
    from lxml import etree

    try:
        etree.XPath(text)
    except etree.XPathSyntaxError as error:
        raise ValueError(f"is not an XPath: {error}") from None
    return text


class HttpProof(_Proof):
    """GET a path of the running instance and look at the answer; exactly one expectation."""

    layer: Literal["http"]
    get: str = Field(pattern=r"^/")
    json_path: str | None = None
    """Dotted path into a JSON answer, for `equals`."""
    equals: str | bool | None = None
    contains: str | None = Field(None, min_length=1)
    xpath: Annotated[str, AfterValidator(_xpath)] | None = None
    """XPath of an XML or HTML answer whose text is compared with `equals`; `local-name()` avoids prefixes."""
    same_as: RelativePath | None = None
    """The answer's bytes are those of this file of the customized tree."""

    @model_validator(mode="after")
    def _one_expectation(self) -> "HttpProof":
        given = [name for name in ("equals", "contains", "same_as") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("needs exactly one of: equals, contains, same_as")
        if (self.json_path or self.xpath) and self.equals is None:
            raise ValueError("json_path and xpath go with 'equals'")
        return self


class LocaleTextsProof(_Proof):
    """Follow the page's own scripts to each locale's chunk, as a browser would, and compare the step's texts."""

    layer: Literal["http"]
    locale_texts: Literal[True]


class BundleProof(_Proof):
    """Count a literal in the scripts that the page can load."""

    layer: Literal["http"]
    bundle_contains: str = Field(min_length=1)
    count: int = Field(1, ge=1)


class ImageConfigProof(_Proof):
    """What the image's configuration says."""

    layer: Literal["image-config"]
    env: dict[str, str] = Field(default_factory=dict)
    labels: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _something(self) -> "ImageConfigProof":
        if not self.env and not self.labels:
            raise ValueError("needs env or labels")
        return self


class ImageFileProof(_Proof):
    """A file of the image: equal to a file of the customized tree, with a text, or absent."""

    layer: Literal["image-file"]
    path: str = Field(pattern=r"^/")
    same_as: RelativePath | None = None
    contains: str | None = Field(None, min_length=1)
    absent: bool = False

    @model_validator(mode="after")
    def _one_expectation(self) -> "ImageFileProof":
        if (self.same_as is not None) + (self.contains is not None) + self.absent != 1:
            raise ValueError("needs exactly one of: same_as, contains, absent")
        return self


class TreeProof(_Proof):
    """The step's end state on the customized tree is all that can be seen; says why."""

    layer: Literal["tree"]
    reason: str = Field(min_length=10)


class Seen(Element):
    """A visible element and what it says: its text, or one of its attributes; white space counts as one blank."""

    text: Words
    attribute: str | None = None
    """Such as placeholder, where the text is not the element's own."""


class Picture(Element):
    """A picture as the browser drew it."""

    same_as: RelativePath
    """The bytes that came for it are those of this file of the customized tree."""
    size: int = Field(ge=1)
    """Its natural width and height in pixels, once decoded."""


class Manifest(Frozen):
    """What a browser installs: its name, and the icons that the manifest names, decoded in the sizes that it says."""

    name: Words
    icons: tuple[RelativePath, ...] = Field(min_length=1)
    """Each icon's bytes are those of one of these files of the customized tree."""


EXPECTED = ("title", "see", "picture", "favicon", "theme_colour", "manifest")
"""What a browser proof may expect."""


class BrowserProof(_Proof):
    """What a person sees on a page of pages.yaml, in every look in which it is visited; exactly one expectation."""

    layer: Literal["browser"]
    page: Slug
    locales: tuple[Locale, ...] = ()
    """Only in these of the page's locales."""
    schemes: tuple[Scheme, ...] = ()
    """Only in these of the page's schemes."""
    title: Words | None = None
    """Of the tab."""
    see: Seen | None = None
    picture: Picture | None = None
    favicon: tuple[RelativePath, ...] = ()
    """Every icon that the page names for its tab is loaded, decoded, and one of these files of the customized tree."""
    theme_colour: dict[Scheme, Colour] = Field(default_factory=dict)
    manifest: Manifest | None = None

    @property
    def expects(self) -> str:
        """Name of what is looked at."""
        if self.see is not None:
            return " ".join(filter(None, [self.see.css or self.see.role, self.see.attribute]))
        return next(name for name in EXPECTED if getattr(self, name)).replace("_", " ")

    @model_validator(mode="after")
    def _one_expectation(self) -> "BrowserProof":
        if sum(bool(getattr(self, name)) for name in EXPECTED) != 1:
            raise ValueError(f"needs exactly one of: {', '.join(EXPECTED)}")
        return self


def _which(value: object) -> str | None:
    """Tell the proof's model by its layer and, for http, by what it looks at."""
    given = value if isinstance(value, dict) else getattr(value, "__dict__", {})
    layer = given.get("layer")
    if layer != "http":
        return layer if isinstance(layer, str) else None
    return next((name for name in ("locale_texts", "bundle_contains") if name in given), "http")


Proof = Annotated[
    Annotated[HttpProof, Tag("http")]
    | Annotated[LocaleTextsProof, Tag("locale_texts")]
    | Annotated[BundleProof, Tag("bundle_contains")]
    | Annotated[ImageConfigProof, Tag("image-config")]
    | Annotated[ImageFileProof, Tag("image-file")]
    | Annotated[TreeProof, Tag("tree")]
    | Annotated[BrowserProof, Tag("browser")],
    Discriminator(
        _which,
        custom_error_type="proof_layer",
        custom_error_message="needs a layer: browser, http, image-config, image-file or tree",
    ),
]
Proofs = Annotated[tuple[Proof, ...], Field(min_length=1)]
