"""Older files of settings in today's words."""

from scripts.lib.deploy import env_file, env_translate
from scripts.lib.deploy.env_translate import Known, Translation
from scripts.lib.settings.deploy import DeploySettings

SETTINGS = DeploySettings.model_validate(
    {
        "front": "app",
        "variables": {
            "TOKEN": {"secret": True, "generated": 32, "formerly": ["KEY"]},
            "KEY_OF_OTHERS": {"secret": True},
            "SITE": {"form": "url", "formerly": ["HOME_URL"], "translate": {"//localhost": "//outside"}},
            "WORKERS": {"form": "number"},
            "PREFIX": {},
            "ADDRESS": {"follows": True},
            "MODEL": {},
        },
        "published": ["0pen"],
        "gone": {"FOLDER": "nothing runs from a folder"},
    }
)
KNOWN = Known(
    SETTINGS, {"SITE": "<https://host>", "PREFIX": "T_", "ADDRESS": "http://here"}, set(SETTINGS.variables), {"STACK"}
)


def translate(**older: str) -> Translation:
    return env_translate.translate({name: env_file.parse(text) for name, text in older.items()}, KNOWN)


def test_what_means_the_same_is_taken_over() -> None:
    found = translate(app="MODEL=large\nTOKEN=long enough\n")
    assert (found.values, found.told, found.problems) == ({"MODEL": "large", "TOKEN": "long enough"}, [], [])


def test_an_older_name_is_todays_name() -> None:
    assert translate(app="HOME_URL=https://a.pt\n").values == {"SITE": "https://a.pt"}


def test_a_value_that_means_nothing_here_becomes_one_that_does_and_is_told() -> None:
    found = translate(app="SITE=http://localhost:1\n")
    assert found.values == {"SITE": "http://outside:1"}
    assert found.told == ['app:1: SITE: "http://localhost:1" is now "http://outside:1"']


def test_one_secret_in_two_files_is_one_where_both_say_the_same() -> None:
    found = translate(app="TOKEN=s3cret\n", other="KEY=s3cret\n")
    assert (found.values, found.problems) == ({"TOKEN": "s3cret"}, [])


def test_two_values_for_one_variable_are_refused_with_both_places_and_no_secret_is_shown() -> None:
    found = translate(app="# a\nTOKEN=s3cret\nMODEL=a\n", other="KEY=another\nMODEL=b\n")
    assert found.problems == [
        "other:1: KEY: a secret here and a secret in app:2: TOKEN must be one value",
        'other:2: MODEL: "b" here and "a" in app:3: MODEL must be one value',
    ]


def test_what_is_left_out_is_told_with_the_reason() -> None:
    text = "FOLDER=/opt\nSTACK=a\nMODLE=a\nWORKERS=\nSITE=<https://host>\nTOKEN=0pen\nKEY_OF_OTHERS=0pen\n"
    found = translate(app=text)
    assert found.values == {}
    assert found.told == [
        "app:1: FOLDER: is left out: nothing runs from a folder",
        "app:2: STACK: is left out: the environment's settings (deploy) give it",
        "app:3: MODLE: is left out: it is not known, did you mean 'MODEL'?",
        "app:4: WORKERS: is left out: it is empty",
        "app:5: SITE: is left out: nobody has filled it in",
        "app:6: TOKEN: is left out: everybody knows this value; a fresh one is made: give it to all that use it",
        "app:7: KEY_OF_OTHERS: is left out: everybody knows this value; set another one",
    ]


def test_an_empty_text_is_kept_since_it_may_mean_something() -> None:
    assert translate(app="PREFIX=\n").values == {"PREFIX": ""}


def test_what_follows_from_other_settings_is_taken_over_only_where_somebody_chose_it() -> None:
    found = translate(app="ADDRESS=http://here\nPREFIX=T_\n")
    assert (found.values, found.told) == (
        {"PREFIX": "T_"},
        ["app:1: ADDRESS: is left out: it follows from other settings"],
    )
    assert translate(app="ADDRESS=http://there\n").values == {"ADDRESS": "http://there"}


def test_lines_that_are_no_settings_are_told_with_their_file() -> None:
    assert translate(app="what\n", other="A='\n").problems[0] == "app:1: is not NAME=value"


def test_a_value_is_put_where_the_template_leaves_it_out() -> None:
    text = "# Site.\n#SITE=<https://host>\nTOKEN=\n"
    assert env_file.settle(text, "SITE", "https://a.pt") == "# Site.\nSITE=https://a.pt\nTOKEN=\n"
    assert env_file.settle(text, "TOKEN", "a b") == "# Site.\n#SITE=<https://host>\nTOKEN=a b\n"
    assert env_file.settle(text, "PREFIX", "") == f"{text}PREFIX=''\n"
