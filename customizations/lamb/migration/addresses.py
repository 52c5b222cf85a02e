"""Addresses by which services call each other, and the tokens that go with them: in settings that databases keep."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .old import Old

HERE = ("localhost", "127.0.0.1", "host.docker.internal")
"""Names by which the services were reached as long as all had one machine's network."""
OLLAMA = 11434
WHERE = ("server_url", "url")
"""Keys of the address of a service whose token stands beside it."""
TOKENS = ("api_token", "api_key", "token")


@dataclass(frozen=True)
class Service:
    """One service of the stack."""

    name: str
    port: int
    port_variable: str | None
    """Setting of the new stack that moves it."""
    formerly: tuple[str, ...]
    """Its names in the old stack."""
    told_by: tuple[str, ...]
    """Settings of the old stack that hold its address."""
    token: str | None = None
    """Setting of the new stack with the token that it takes."""


SERVICES = (
    Service("lamb", 9099, "PORT", ("backend", "lamb"), ("LAMB_BACKEND_HOST", "LAMB_BASE_URL"),
            "LAMB_BEARER_TOKEN"),
    Service("kb", 9090, "KB_PORT", ("kb",), ("LAMB_KB_SERVER",), "LAMB_KB_SERVER_TOKEN"),
    Service("library-manager", 9091, None, ("library-manager",), ("LAMB_LIBRARY_SERVER",),
            "LAMB_LIBRARY_TOKEN"),
)  # fmt: skip
"""Whose addresses databases keep; Open WebUI's own is kept by none."""
PUBLIC = ("OWI_PUBLIC_BASE_URL", "LAMB_WEB_HOST")
"""Settings of both stacks with an address for people."""


@dataclass(frozen=True)
class Addresses:
    """Old beginning of an address -> new one, and the tokens of the new ones."""

    servers: Mapping[str, str]
    tokens: Mapping[str, str]
    """New beginning -> the token that is taken there now."""

    def moved(self, text: str) -> str:
        """Return an address as it is now."""
        for old, new in self.servers.items():
            if text == old or text.startswith((f"{old}/", f"{old}?")):
                return new + text.removeprefix(old)
        return text

    def rewritten(self, value: Any) -> Any:
        """Return data in which every address is as it is now, and every token beside one that the service takes."""
        if isinstance(value, dict):
            return self._with_tokens({self.moved(key): self.rewritten(one) for key, one in value.items()})
        if isinstance(value, list):
            return [self.rewritten(one) for one in value]
        return self._text(value) if isinstance(value, str) else value

    def _text(self, value: str) -> str:
        """Return a text as it is now; one that holds JSON is looked into."""
        if not value.lstrip().startswith(("{", "[")):
            return self.moved(value)
        try:
            held = json.loads(value)
        except ValueError:
            return value
        now = self.rewritten(held)
        return value if now == held else json.dumps(now)

    def _with_tokens(self, data: dict[str, Any]) -> dict[str, Any]:
        now = next((token for key in WHERE if (token := self._token(data.get(key)))), None)
        if now is not None:
            data |= {key: now for key in TOKENS if data.get(key)}
        places, keys = data.get("api_base_urls"), data.get("api_keys")
        if isinstance(places, list) and isinstance(keys, list):
            data["api_keys"] = [
                (self._token(places[n]) if n < len(places) else None) or key for n, key in enumerate(keys)
            ]
        return data

    def _token(self, address: Any) -> str | None:
        if not isinstance(address, str):
            return None
        return next((t for new, t in self.tokens.items() if address == new or address.startswith(f"{new}/")), None)


def of(old: Old, new: Mapping[str, str], ollama: str | None) -> Addresses:
    """Return the addresses of an old stack; `ollama` is where models are reached now, None where it is not said."""
    servers: dict[str, str] = {}
    tokens: dict[str, str] = {}
    for service in SERVICES:
        now = f"http://{service.name}:{new.get(service.port_variable or '') or service.port}"
        told = [_origin(address) for name in service.told_by if (address := old.settings.get(name))]
        usual = [f"http://{name}:{service.port}" for name in (*service.formerly, *HERE)]
        servers |= {one: now for one in (*told, *usual) if one != now}
        if service.token and new.get(service.token):
            tokens[now] = new[service.token]
    if ollama:
        usual = [f"http://{name}:{OLLAMA}" for name in (*HERE, "ollama")]
        servers |= {one: _origin(ollama) for one in usual if one != _origin(ollama)}
    for name in PUBLIC:
        before, now = (_origin(settings.get(name) or "") for settings in (old.settings, new))
        if before and now and before != now:
            servers.setdefault(before, now)
    return Addresses(servers, tokens)


def _origin(address: str) -> str:
    """Return scheme, host and port of an address."""
    scheme, _, rest = address.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}" if rest else address
