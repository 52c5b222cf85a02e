"""Which images a Dockerfile names. Pure: text in, names out."""

import re

_LINE_END = re.compile(r"\\[ \t]*\n(?:[ \t]*#.*\n)*")
"""A continued line; comment lines may stand within."""
_FROM = re.compile(r"^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?", re.IGNORECASE | re.MULTILINE)
_TAKEN = re.compile(r"^\s*COPY\s(?:--\S+\s+)*?--from=(\S+)", re.IGNORECASE | re.MULTILINE)
_MOUNTED = re.compile(r"--mount=(?:\S+,)?from=([^\s,]+)")


def images(dockerfile: str) -> tuple[str, ...]:
    """Return every image that is taken from elsewhere, each once, in the order in which it is named first."""
    text = _LINE_END.sub(" ", dockerfile)
    stages: set[str] = {"scratch"}
    named: list[str] = []
    for line in text.splitlines():
        for match in _FROM.finditer(line):
            named += [match[1]] if match[1] not in stages else []
            stages |= {match[2]} if match[2] else set()
        named += [name for found in (_TAKEN, _MOUNTED) for name in found.findall(line) if not _is_stage(name, stages)]
    return tuple(dict.fromkeys(named))


def base_of_result(dockerfile: str) -> str:
    """Return the image that the last stage stands on, over whatever stages; `scratch` where there is none."""
    stages: dict[str, str] = {}
    base = "scratch"
    for match in _FROM.finditer(_LINE_END.sub(" ", dockerfile)):
        base = stages.get(match[1], match[1])
        stages[match[2]] = base
    return base


def _is_stage(name: str, stages: set[str]) -> bool:
    return name in stages or name.isdecimal()
