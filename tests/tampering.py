"""Changes a built image behind the line's back, and lets smoke look at it in place of the built one."""

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path

from scripts.lib import engine, shell
from scripts.lib.records import Check, SmokeReport
from scripts.lib.settings.proofs import ImageFileProof
from scripts.lib.settings.steps import PruneStep
from tests.image_files import files_of
from tests.mutations import World

BROUGHT_BACK = """<script>
  const back = () => { if (!document.title.endsWith(%s)) document.title += %s };
  new MutationObserver(back).observe(document.documentElement, { childList: true, characterData: true, subtree: true });
  back();
</script></head>"""
"""Whatever the page calls its tab, it has the suffix a moment later: no answer of the server shows that."""


def suffixed_page(image: str, path: str, suffix: str) -> dict[str, bytes]:
    """Return what to write into an image so that a script of its page at `path` brings the name's suffix back."""
    page = engine.read_files(image, [path], {"graft.test": "1"})[path] or b""
    script = BROUGHT_BACK % (json.dumps(suffix), json.dumps(suffix))
    assert page.count(b"</head>") == 1, path
    return {path: page.replace(b"</head>", script.encode())}


def swapped_files(image: str, world: World) -> dict[str, bytes]:
    """Return what to write into an image so that each file which it has of the tree is upstream's; empty for none."""
    tree, _ = world.finished
    changed = {path: data for path, data in tree.changes.items() if data is not None}
    ours = {hashlib.sha256(data).hexdigest(): world.upstream.read(path) or b"" for path, data in changed.items()}
    there = {f"/{path}": file.content for path, file in files_of(image).items()}
    back = {path: ours[content] for path, content in there.items() if content in ours}
    return back | dict.fromkeys(_pruned(world), b"theirs")


def _pruned(world: World) -> list[str]:
    removing = [step for step in world.steps if isinstance(step, PruneStep)]
    return [p.path for step in removing for p in step.proofs if isinstance(p, ImageFileProof) and p.absent]


def tampered(image: str, name: str, files: Mapping[str, bytes], *changes: str) -> None:
    """Make the image `name` of another one, with these files and these Dockerfile lines of its configuration."""
    container = engine.create(engine.Container(image, {"graft.test": "1"}))
    try:
        for path, data in files.items():
            folder, _, file = path.rpartition("/")
            engine.put_file(container, folder, file, data)
        shell.run(["docker", "commit", *(word for one in changes for word in ("--change", one)), container, name])
    finally:
        engine.remove(container)


def seen_on(image: str, out: Path, smoke: Callable[[], object]) -> dict[str | None, list[Check]]:
    """Let `smoke`, which must refuse, look at another image; returns step -> its checks that failed."""
    record = out / "image.json"
    whole = record.read_text()
    said = json.loads(whole)
    (built,) = said["images"].values()
    built |= {"reference": image, "image_id": engine.image_id(image)}
    record.write_text(json.dumps(said))
    try:
        smoke()
    finally:
        record.write_text(whole)
    (checks,) = SmokeReport.model_validate_json((out / "smoke-report.json").read_bytes()).checks.values()
    failed: dict[str | None, list[Check]] = {}
    for check in checks:
        if not check.passed:
            failed.setdefault(check.step, []).append(check)
    return failed
