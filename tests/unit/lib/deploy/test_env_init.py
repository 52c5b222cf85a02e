"""Fresh settings: the template with secrets of its own."""

from scripts.lib.deploy import env_file, env_init
from scripts.lib.settings.deploy import DeploySettings

TEMPLATE = "# Why.\nSECRET=\nGREETING=hello\n#TOPIC=<topic>\nLONG=\n"
SETTINGS = DeploySettings.model_validate(
    {"front": "app", "variables": {"SECRET": {"generated": 16}, "LONG": {"generated": 64}, "GREETING": {}}}
)


def test_secrets_are_fresh_and_as_long_as_they_must_be_and_the_rest_is_the_templates() -> None:
    first, second = (env_file.parse(env_init.text(TEMPLATE, SETTINGS)).values for _ in range(2))
    assert [len(first[name]) for name in ("SECRET", "LONG")] == [16, 64]
    assert (first["GREETING"], set(first)) == ("hello", {"SECRET", "GREETING", "LONG"})
    assert first["SECRET"] != second["SECRET"]
    assert env_init.text(TEMPLATE, SETTINGS).startswith("# Why.\nSECRET=")
