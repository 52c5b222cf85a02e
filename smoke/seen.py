"""Looks at one proof: returns what was seen, or raises NotSeen with what is there instead."""

import hashlib
import json
from collections.abc import Mapping
from posixpath import dirname
from typing import Any

from lxml import etree, html

from scripts.lib.files import Files
from scripts.lib.settings.proofs import (
    BrowserProof,
    BundleProof,
    HttpProof,
    ImageConfigProof,
    ImageFileProof,
    LocaleTextsProof,
    Proof,
    TreeProof,
)
from scripts.lib.settings.steps import JsonStep, Step, WordsStep
from smoke.locale_texts import see_locale_texts
from smoke.site import SHOWN, Answer, NotSeen, Site
from smoke.subject import ImageFacts, Subject


def see(proof: Proof, step: Step | None, subject: Subject) -> str:
    """Return what was seen of a proof; `step` is whose it is, None for what every image must show."""
    match proof:
        case HttpProof():
            return _answer(proof, subject.site, subject.files)
        case LocaleTextsProof():
            if not isinstance(step, JsonStep | WordsStep):
                raise NotSeen("locale_texts is a proof of json and words steps only")
            return see_locale_texts(step, subject)
        case BundleProof():
            return _bundle(proof, subject.site)
        case TreeProof():
            return _tree(proof, step, subject)
        case ImageConfigProof():
            return _config(proof, _image(subject))
        case ImageFileProof():
            return _file(proof, _image(subject), subject.files)
        case BrowserProof():
            raise NotSeen("only a browser sees that")


def _answer(proof: HttpProof, site: Site, tree: Files) -> str:
    answer = site.get(proof.get)
    if proof.same_as is not None:
        return _same(answer.body, proof.same_as, tree, str(answer))
    if proof.contains is None and proof.equals is None:
        return f"{answer.status}, {len(answer.body)} bytes"
    if (proof.contains or proof.xpath) and site.fell_back(answer):
        raise NotSeen(f"the page itself came, as for anything that the server does not know: {answer}")
    if proof.contains is not None:
        if proof.contains not in answer.text:
            raise NotSeen(f"{proof.contains!r} is not in: {answer}")
        return f"{answer.status}, {len(answer.body)} bytes, with {proof.contains!r}"
    found = _json(answer, proof.json_path) if proof.json_path else _marked(answer, proof.xpath)
    if type(found) is not type(proof.equals) or found != proof.equals:
        place = proof.json_path or proof.xpath or "the answer"
        raise NotSeen(f"GET {proof.get}: {place} is {found!r} instead of {proof.equals!r}")
    return f"is {found!r}"


def _json(answer: Answer, path: str) -> Any:
    try:
        found = json.loads(answer.body)
    except ValueError:
        raise NotSeen(f"no JSON: {answer}") from None
    for name in path.split("."):
        try:
            found = found[int(name)] if isinstance(found, list) else found[name]
        except (KeyError, IndexError, ValueError, TypeError):
            raise NotSeen(f"there is no {path!r} in: {answer}") from None
    return found


def _marked(answer: Answer, xpath: str | None) -> str:
    """Text at an XPath of a page or an XML document; the whole text without one."""
    if xpath is None:
        return answer.text.strip()
    try:
        if "html" in answer.kind:
            root = html.document_fromstring(answer.body)
        else:
            root = etree.fromstring(answer.body, etree.XMLParser(resolve_entities=False, no_network=True))
        found = root.xpath(xpath)
    except (etree.XMLSyntaxError, etree.ParserError):
        raise NotSeen(f"no XML: {answer}") from None
    except etree.XPathError as error:
        raise NotSeen(f"the XPath {xpath!r} cannot be read: {error}") from None
    if isinstance(found, list):
        if len(found) != 1:
            raise NotSeen(f"{xpath!r} stands {len(found)} times instead of once in: {answer}")
        found = found[0]
    return (found if isinstance(found, str) else "".join(found.itertext())).strip()


def _bundle(proof: BundleProof, site: Site) -> str:
    counts = {path: site.script(path).count(proof.bundle_contains) for path in site.scripts()}
    places = [path.rsplit("/", 1)[-1] for path, count in counts.items() if count]
    total = sum(counts.values())
    evidence = f"{proof.bundle_contains!r} stands {total} times in {len(counts)} scripts"
    if total != proof.count:
        raise NotSeen(f"{evidence} instead of {proof.count}: {', '.join(places[:5]) or 'in none'}")
    return f"{evidence}: {', '.join(places[:5])}"


def _tree(proof: TreeProof, step: Step | None, subject: Subject) -> str:
    tree = subject.tree
    if step is not None and step.id in subject.of_sets:
        return f"verified on the build's copy of the tree {tree.tree[:12]}; {proof.reason}"
    applied = {s.step for s in tree.steps if s.checkpoint}
    if step is None or step.id not in applied or step.id in tree.undone or not tree.verified:
        raise NotSeen(f"the end state was not verified on the tree {tree.tree[:12]}")
    return f"verified on the tree {tree.tree[:12]}; {proof.reason}"


def _image(subject: Subject) -> ImageFacts:
    if subject.image is None:
        raise NotSeen("only an address is known, not the image")
    return subject.image


def _config(proof: ImageConfigProof, image: ImageFacts) -> str:
    env = dict(pair.split("=", 1) for pair in image.config.get("Env") or [])
    labels = image.config.get("Labels") or {}
    wrong = [*_differences("environment", proof.env, env), *_differences("label", proof.labels, labels)]
    if wrong:
        raise NotSeen("; ".join(wrong))
    return ", ".join(f"{name}={value}" for name, value in (proof.env | proof.labels).items())


def _differences(what: str, wanted: Mapping[str, str], found: Mapping[str, str]) -> list[str]:
    return [
        f"{what} {k} is {found.get(k, 'not set')!r} instead of {v!r}" for k, v in wanted.items() if found.get(k) != v
    ]


def _file(proof: ImageFileProof, image: ImageFacts, tree: Files) -> str:
    data = image.files.get(proof.path)
    if proof.absent:
        if data is not None:
            raise NotSeen(f"the image has {proof.path}, {len(data)} bytes")
        if image.files.get(dirname(proof.path)) is None:
            raise NotSeen(f"that {proof.path} is absent says nothing: the image has no {dirname(proof.path)}")
        return f"the image has no {proof.path}"
    if data is None:
        raise NotSeen(f"the image has no {proof.path}")
    if proof.same_as is not None:
        return _same(data, proof.same_as, tree, f"{proof.path} of the image")
    if (proof.contains or "").encode() not in data:
        raise NotSeen(f"{proof.contains!r} is not in {proof.path}: {data[:SHOWN]!r}")
    return f"{proof.path} has {proof.contains!r}"


def _same(data: bytes, path: str, tree: Files, what: str) -> str:
    wanted = tree.read(path)
    if wanted is None:
        raise NotSeen(f"the customized tree has no {path} to compare with")
    if data != wanted:
        raise NotSeen(f"{len(data)} bytes, sha256 {_sha(data)}, not {path}'s {len(wanted)}, {_sha(wanted)}: {what}")
    return f"{len(data)} bytes, sha256 {_sha(data)}, as {path}"


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]
