"""An environment: where images go, what must be proven for it, and on which basis it is re-branded."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from scripts.lib import loopback
from scripts.lib.settings.base import Frozen, Host, Namespace, Reference, Slug
from scripts.lib.settings.deploy import TargetSettings
from scripts.lib.settings.images import Limits

BasePolicy = Literal["auto", "registry", "debian"]
Architecture = Literal["amd64", "arm64"]
"""As Docker calls it."""
Gate = Literal["structure", "build", "runtime", "branding", "functions", "licence"]


class SmallDeployment(Frozen):
    """At most 50 end users in any rolling 30 days."""

    basis: Literal["small-deployment"]
    end_users: int = Field(ge=1)


class WrittenPermission(Frozen):
    """The upstream's holder allowed it in writing."""

    basis: Literal["written-permission"]
    reference: str = Field(min_length=1)
    contributor: bool = False
    """Whether the licensee is an official contributor, of whom upstream has merged a substantive change."""


class EnterpriseLicence(Frozen):
    """An enterprise licence of the upstream's holder."""

    basis: Literal["enterprise-licence"]
    reference: str = Field(min_length=1)


class NoBasis(Frozen):
    """No basis; versions that need one are refused."""

    basis: Literal["none"]


LicenceBasis = Annotated[
    SmallDeployment | WrittenPermission | EnterpriseLicence | NoBasis, Field(discriminator="basis")
]


class EmbeddedRegistry(Frozen):
    """A registry on this machine, started when needed, its data in a named volume."""

    kind: Literal["embedded"]
    port: int = Field(5000, ge=1024, le=65535)
    name: str = "graft-registry"
    """Name of its container and of its volume."""
    image: Reference = "registry:2"
    namespace: Namespace = ""


class RemoteRegistry(Frozen):
    """Any other registry; credentials come from the environment or Docker's credential store."""

    kind: Literal["remote"]
    host: Host
    """Such as docker.io or ghcr.io, with a port where it has one."""
    namespace: Namespace = ""
    insecure: bool = False
    """Plain http; only for a registry on the loopback interface."""
    username_variable: str = "REGISTRY_USERNAME"
    password_variable: str = "REGISTRY_PASSWORD"  # noqa: S105  the name of a variable

    @model_validator(mode="after")
    def _plain_http_stays_here(self) -> "RemoteRegistry":
        if self.insecure and not loopback.is_here(self.host):
            raise ValueError("insecure is for a registry on the loopback interface only")
        return self


Registry = Annotated[EmbeddedRegistry | RemoteRegistry, Field(discriminator="kind")]


class Environment(Frozen):
    """`compose/environments/NAME.yaml`."""

    environment: Slug
    licence: LicenceBasis
    gates: tuple[Gate, ...] = Field(min_length=1)
    registry: Registry = EmbeddedRegistry(kind="embedded")
    limits: Limits = Limits()
    bases: BasePolicy = "auto"
    """Where base images come from; auto asks the registry first."""
    architectures: tuple[Architecture, ...] = ()
    """Each is built, proven and published on a machine of its own, then `join` makes one image of them; where left
    out, what one machine publishes is the whole image."""
    deploy: TargetSettings = TargetSettings()

    @property
    def parts(self) -> frozenset[str]:
        """What a smoke run must have looked at, for this environment's gates."""
        return frozenset({"proofs"} | {"branding", "functions"}.intersection(self.gates))
