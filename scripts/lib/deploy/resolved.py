"""What compose makes of a stack's files and settings: what is published where, and what things are called. Pure."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scripts.lib.errors import CommandFailed


@dataclass(frozen=True)
class Published:
    """One port of a service that this machine's users reach."""

    service: str
    host: str
    """Address of this machine's interface; empty for every one."""
    port: int
    """On this machine."""
    inside: int
    """In the container."""


@dataclass(frozen=True)
class Resolved:
    """The files as one, every variable replaced, in the form of `docker compose config`."""

    services: Mapping[str, Mapping[str, Any]]
    volumes: Mapping[str, Mapping[str, Any]]
    networks: Mapping[str, Mapping[str, Any]]

    @property
    def published(self) -> tuple[Published, ...]:
        """Every TCP port; one that the engine chooses is left out."""
        return tuple(
            Published(service, port.get("host_ip", ""), int(port["published"]), port["target"])
            for service, port in self.ports()
            if port["protocol"] == "tcp" and str(port.get("published", "")).isdigit()
        )

    def listening(self, service: str) -> list[int]:
        """Return the ports in the container that a service publishes or exposes, else what its PORT says."""
        said = self.services.get(service, {})
        told = [*(port["target"] for name, port in self.ports() if name == service), *said.get("expose", ())]
        found = told or [(said.get("environment") or {}).get("PORT", "")]
        return list(dict.fromkeys(int(port) for port in found if str(port).isdigit()))

    def volume_names(self) -> dict[str, str]:
        """Return the engine's name of each volume."""
        return {volume: str(said["name"]) for volume, said in self.volumes.items()}

    def beyond(self, project: str) -> list[str]:
        """Return what is not of `project` alone, so that another project of the same files would meet it."""
        return [*self._names_beyond(project), *self._mounts_beyond()]

    def _names_beyond(self, project: str) -> Iterator[str]:
        for kind, found in (("volume", self.volumes), ("network", self.networks)):
            for key, said in found.items():
                if said.get("external") or not str(said["name"]).startswith((f"{project}-", f"{project}_")):
                    yield f"{kind} {key} is called {said['name']} in every project"
        for service, said in self.services.items():
            if not str(said.get("container_name", f"{project}-")).startswith(f"{project}-"):
                yield f"the container of {service} is called {said['container_name']} in every project"
            if said.get("network_mode") == "host":
                yield f"{service} is on the machine's own network"

    def _mounts_beyond(self) -> Iterator[str]:
        for service, said in self.services.items():
            for mount in said.get("volumes", ()):
                if mount["type"] == "bind" and not mount.get("read_only"):
                    yield f"{service} writes to the folder {mount['source']}"

    def ports(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield every port that a service publishes, as compose words it, with the service."""
        for service, said in self.services.items():
            for port in said.get("ports", ()):
                yield service, {"protocol": "tcp", **port}


def read(text: str) -> Resolved:
    """Read what `docker compose config --format=json` printed."""
    try:
        data = json.loads(text)
        return Resolved(data["services"], data.get("volumes") or {}, data.get("networks") or {})
    except (ValueError, KeyError, TypeError):
        raise CommandFailed(f"compose printed no configuration: {text[:200]}", hint="is it compose v2?") from None
