"""Words the making of a small root file system from Debian's packages."""

from collections.abc import Sequence
from pathlib import Path

LEFT_OUT = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/info/*", "/usr/share/locale/*")
KEPT = ("/usr/share/doc/*/copyright",)


def make(
    suite: str, packages: Sequence[str], archive: Path, sources: Sequence[Path], *, as_root: bool = False
) -> list[str]:
    """Make the archive of a minimal `suite` with `packages`, from these `sources` or the suite's usual ones.

    What root mounts for it is seen by it alone and ends with it, however it ends; for others mmdebstrap does that.
    """
    argv = ["unshare", "--mount"] if as_root else []
    argv += ["mmdebstrap", "--variant=minbase", f"--include={','.join(packages)}"]
    argv += [f"--dpkgopt=path-exclude={glob}" for glob in LEFT_OUT]
    argv += [f"--dpkgopt=path-include={glob}" for glob in KEPT]
    return [*argv, suite, str(archive), *map(str, sources)]
