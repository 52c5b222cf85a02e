"""The report: one page that a person would rather look at than read logs, the same as Markdown, and as JUnit XML."""

import re
from pathlib import Path

from scripts.lib import ledger, records
from scripts.lib.deploy import env_file, target
from scripts.lib.registry_login import STAGING_PASSWORD
from scripts.lib.secret import Secret
from scripts.lib.settings.environment import RemoteRegistry
from scripts.lib.settings.selection import Selection, secret

PAGE, SUMMARY, RESULTS = "report.html", "report.md", "junit.xml"
_INPUTS = re.compile(rb'<meta name="graft-inputs" content="([0-9a-f]{64})">')
_RECORDS = ("source", "validation", "tree", "image", "smoke-report", "verdict.*", "release.*")
_HEAD = 2_000
"""Bytes at the beginning of the page in which that stands."""


def write(selection: Selection) -> Path:
    """Write every form from whatever is there, and return the page's path."""
    from scripts.lib.report import found, junit, model, page, summary
    from scripts.lib.report.words import Redaction
    from scripts.lib.write_together import write_together

    out = selection.checkout.out
    out.mkdir(parents=True, exist_ok=True)
    report = model.of(found.gather(selection, ledger.now()))
    redaction = Redaction(_secrets(selection))
    write_together(
        {
            out / PAGE: page.render(report, out, _inputs(selection), redaction),
            out / SUMMARY: summary.render(report, redaction),
            out / RESULTS: junit.render(report, redaction),
        }
    )
    return out / PAGE


def renew(selection: Selection) -> Path | None:
    """Write it unless it tells of these very records already; returns the page's path where it was written."""
    return None if _told(selection.checkout.out / PAGE) == _inputs(selection) else write(selection)


def _inputs(selection: Selection) -> str:
    """Return the identity of the settings and of every record."""
    paths = sorted(path for name in _RECORDS for path in selection.checkout.out.glob(f"{name}.json"))
    return records.digest_of(
        selection.product.model_dump_json(),
        selection.environment.model_dump_json(),
        *(step.model_dump_json() for step in selection.every_step),
        *(part for path in paths for part in (path.name, path.read_bytes())),
    )


def _told(page: Path) -> str | None:
    """Return the identity of what a page was made from, None where there is no page."""
    if not page.exists():
        return None
    with page.open("rb") as file:
        found = _INPUTS.search(file.read(_HEAD))
    return found[1].decode() if found else None


def _secrets(selection: Selection) -> tuple[Secret, ...]:
    """Return every secret that a run of this product and environment may know."""
    product, registry = selection.product, selection.environment.registry
    variables = product.deploy.variables if product.deploy else {}
    of_file = {name for name, one in variables.items() if one.secret}
    names = of_file | {name for image in product.images.values() for name in image.stand.secrets} | {STAGING_PASSWORD}
    names |= {registry.password_variable} if isinstance(registry, RemoteRegistry) else set()
    found = [value for name in sorted(names) if (value := secret(name))]
    file = target.env_path(selection)
    values = env_file.parse(file.read_text()).values if file.exists() else {}
    return (*found, *(Secret(value) for name, value in values.items() if name in of_file))
