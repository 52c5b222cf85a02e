"""Python wheels, as far as sources need them: which version they say they are."""

from pathlib import Path
from zipfile import BadZipFile, ZipFile

from scripts.lib.errors import CommandFailed


def version_of(wheel: Path, what: str) -> str:
    """Return the version in a wheel's METADATA; raises CommandFailed where it has none."""
    try:
        with ZipFile(wheel) as file:
            names = [n for n in file.namelist() if n.count("/") == 1 and n.endswith(".dist-info/METADATA")]
            lines = file.read(names[0]).decode().splitlines() if len(names) == 1 else []
    except BadZipFile as error:
        raise CommandFailed(f"{what} is no wheel: {error}", hint="run: invoke update") from None
    version = next((line.partition(":")[2].strip() for line in lines if line.startswith("Version:")), None)
    if version is None:
        raise CommandFailed(f"{what} is no wheel: it has no METADATA with a version", hint="run: invoke update")
    return version
