"""Where things lie: the folders of this checkout and of one product in it."""

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Checkout:
    """One checkout of this repository, seen for one product. Holds paths only; touches nothing."""

    root: Path
    product: str
    cache: Path
    """Content-addressed downloads, shared by all checkouts of this user."""

    @property
    def mark(self) -> str:
        """Eight digits that tell what this checkout made in Docker from what another one did."""
        return hashlib.sha256(str(self.root).encode()).hexdigest()[:8]

    @property
    def customizations(self) -> Path:
        return self.root / "customizations" / self.product

    @property
    def compose(self) -> Path:
        return self.root / "compose" / self.product

    @property
    def environments(self) -> Path:
        return self.root / "compose" / "environments"

    @property
    def out(self) -> Path:
        """Everything that stages write for this product: records, workspace, logs, reports."""
        return self.root / "out" / self.product

    @property
    def workspace(self) -> Path:
        """The git repository in which the upstream is customized."""
        return self.out / "workspace"

    @property
    def lock_file(self) -> Path:
        """The versions and hashes that runs take; written by `update` alone."""
        return self.customizations / "upstream.lock.yaml"

    def log(self, name: str) -> Path:
        """The full log of one stage or tool run; its folder is made."""
        folder = self.out / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{name}.log"
