"""Files of settings: what we read is what compose reads."""

import json
import random
from pathlib import Path

from scripts.lib import shell
from scripts.lib.deploy import env_file

NAMES = [f"V{number}" for number in range(150)]


def compose_reads(folder: Path, text: str) -> dict[str, str]:
    (folder / "a.env").write_text(text)
    service = {"image": "x", "environment": dict.fromkeys(NAMES)}
    (folder / "compose.yaml").write_text(json.dumps({"name": "graft-test", "services": {"a": service}}))
    argv = ("docker", "compose", "--env-file=a.env", "config", "--format=json")
    read = json.loads(shell.run(argv, cwd=folder).output)["services"]["a"]["environment"]
    return {name: value.replace("$$", "$") for name, value in read.items() if value is not None}


def test_what_is_written_is_what_compose_reads(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311  no secret
    values = {name: "".join(chance.choices("ab'\"\\$#{} \tç=n0", k=chance.randrange(1, 9))) for name in NAMES}
    text = "".join(f"{name}={env_file.worded(value)}\n" for name, value in values.items())
    assert compose_reads(tmp_path, text) == values


def test_what_is_read_without_a_problem_is_what_compose_reads(tmp_path: Path) -> None:
    chance = random.Random(8)  # noqa: S311  no secret
    lines: dict[str, str] = {}
    while len(lines) < len(NAMES):
        quote = chance.choice(["", "'", '"'])
        value = quote + "".join(chance.choices("ab'\"\\$# \tn", k=chance.randrange(1, 9))) + quote
        line = f"{NAMES[len(lines)]}={value}"
        if not env_file.parse(line).problems:
            lines[NAMES[len(lines)]] = line
    text = "\n".join(lines.values())
    assert compose_reads(tmp_path, text) == dict(env_file.parse(text).values)
