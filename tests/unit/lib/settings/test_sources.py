"""Where a tree names its version: a key of JSON, or a pattern in any other text."""

import pytest

from scripts.lib.settings.sources import VersionFile

SCRIPT = """
const info = {
  version: '0.6',
  built: today,
};
"""


@pytest.mark.parametrize(
    ("pattern", "text", "version"),
    [
        (r"version: '([^']+)'", SCRIPT, "0.6"),
        (r"^Version: (.+)$", "Metadata-Version: 2.1\nVersion: 0.5.6\n", "0.5.6"),
        (r"version = (\S+)", "version = 1.0, version = 1.0,", None),
        (r"version = ([\d.]+)", "version = 1.0, and once more version = 1.0,", "1.0"),
        (r"version = ([\d.]+)", "version = 1.0, version = 2.0", None),
        (r"version = (\w+)", "version = next", None),
        (r"version = (\w+)", "nothing", None),
    ],
)
def test_a_pattern_names_one_version_or_none(pattern: str, text: str, version: str | None) -> None:
    assert VersionFile(path="a.js", pattern=pattern).version(text) == version


@pytest.mark.parametrize(
    ("text", "version"),
    [('{"version": "1.2"}', "1.2"), ('{"version": "next"}', None), ("{}", None), ("[]", None), ("no JSON", None)],
)
def test_a_key_names_one_version_or_none(text: str, version: str | None) -> None:
    assert VersionFile(path="package.json").version(text) == version
