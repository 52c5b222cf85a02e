"""A container registry over its HTTP API: manifests, tags and blobs. Tells "not there" from "could not ask"."""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import httpx
from tenacity import Retrying, retry_if_exception_type, retry_if_result, stop_after_attempt

from scripts.lib import registry_answers, registry_login
from scripts.lib.download import unreached
from scripts.lib.errors import CommandFailed, ResourceMissing
from scripts.lib.registry_login import DOCKER_HUB, Login
from scripts.lib.settings.environment import EmbeddedRegistry, RemoteRegistry

DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json"
ACCEPTED = (
    DOCKER_MANIFEST,
    "application/vnd.oci.image.manifest.v1+json",
    DOCKER_INDEX,
    "application/vnd.oci.image.index.v1+json",
)
API_HOST = {DOCKER_HUB: "registry-1.docker.io"}
"""Where a registry answers at another name than the one in references."""
GONE = (404, 416)
"""What a registry says of an upload that it cannot go on with."""
ATTEMPTS = 4
TAGS_AT_ONCE = 1000
PART = 8 << 20
"""Bytes that one request of an upload carries at least, but for the last."""


@dataclass(frozen=True)
class Manifest:
    """A manifest, byte for byte as the registry has it."""

    body: bytes
    media_type: str

    @cached_property
    def digest(self) -> str:
        return digest(self.body)

    @cached_property
    def content(self) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads(self.body)
        return parsed

    @property
    def image_id(self) -> str | None:
        """The digest of the image's configuration; None where this is an index of several images."""
        found: str | None = self.content.get("config", {}).get("digest")
        return found

    @property
    def image(self) -> str:
        """What it is, whatever its bytes: the image ID, or the digest of an index."""
        return self.image_id or self.digest


@dataclass(frozen=True)
class Blob:
    """A blob that the registry has."""

    digest: str
    size: int


class UploadLost(CommandFailed):
    """The registry cannot go on with a blob that broke off; it must be sent again from its start."""


def digest(data: bytes) -> str:
    """Return the digest of bytes as registries write it."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def host(settings: EmbeddedRegistry | RemoteRegistry) -> str:
    """Return the registry's name as it stands in references."""
    return f"localhost:{settings.port}" if isinstance(settings, EmbeddedRegistry) else settings.host


def connect(settings: EmbeddedRegistry | RemoteRegistry) -> "Registry":
    """Return the registry of these settings; nothing is asked yet."""
    if isinstance(settings, EmbeddedRegistry):
        return Registry(host(settings), plain=True)
    login = registry_login.find(settings)
    way = f"set {settings.username_variable} and {settings.password_variable}, or run: docker login {settings.host}"
    return Registry(settings.host, login, plain=settings.insecure, login_hint=way)


@dataclass
class Registry:
    """One registry. What it could not be asked raises ResourceMissing (not reached) or CommandFailed (it refused)."""

    host: str
    login: Login | None = None
    plain: bool = False
    """Plain http, and no proxy; for the loopback interface."""
    login_hint: str = "log in to the registry"
    transport: httpx.BaseTransport | None = None
    sleep: Callable[[float], None] = time.sleep
    _authorization: str | None = field(default=None, repr=False)

    @cached_property
    def _http(self) -> httpx.Client:
        base = f"{'http' if self.plain else 'https'}://{API_HOST.get(self.host, self.host)}"
        limits = httpx.Timeout(60, connect=5)
        return httpx.Client(base_url=base, timeout=limits, transport=self.transport, trust_env=not self.plain)

    def manifest(self, repository: str, reference: str) -> Manifest | None:
        """Return the manifest under a tag or digest, None where there is none; its bytes are those of the digest."""
        path = f"/v2/{repository}/manifests/{reference}"
        answer = self._ask("GET", path, headers={"Accept": ", ".join(ACCEPTED)}, accept=(200, 404))
        if answer.status_code == 404:
            return None
        found = Manifest(answer.content, answer.headers.get("Content-Type", ""))
        promised = reference if reference.startswith("sha256:") else answer.headers.get("Docker-Content-Digest")
        if promised and promised != found.digest:
            raise CommandFailed(
                f"{self.host}/{repository}: asked for {promised}, got a manifest of {found.digest}",
                hint="ask those who run the registry, or a proxy before it: it changes what it stores",
            )
        return found

    def tags(self, repository: str) -> list[str]:
        """Return every tag of a repository, asked for page by page; none where there is no such repository."""
        found: list[str] = []
        page: str | None = f"/v2/{repository}/tags/list?n={TAGS_AT_ONCE}"
        while page:
            answer = self._ask("GET", page, accept=(200, 404))
            if answer.status_code == 404:
                return found
            found += answer.json()["tags"] or []
            following = answer.links.get("next", {}).get("url")
            page = str(answer.url.join(following)) if following else None
        return found

    def put_manifest(self, repository: str, reference: str, manifest: Manifest) -> None:
        """Store a manifest under a tag or under its own digest."""
        path = f"/v2/{repository}/manifests/{reference}"
        headers = {"Content-Type": manifest.media_type}
        self._ask("PUT", path, content=manifest.body, headers=headers, accept=(200, 201, 202))

    def has_blob(self, repository: str, blob: str) -> bool:
        """Tell whether the repository has a blob."""
        return self._ask("HEAD", f"/v2/{repository}/blobs/{blob}", accept=(200, 404)).status_code == 200

    def blob(self, repository: str, blob: str) -> bytes:
        """Return a small blob, such as an image's configuration; raises CommandFailed where it is not that blob."""
        data = self._ask("GET", f"/v2/{repository}/blobs/{blob}", follow_redirects=True).content
        if digest(data) != blob:
            raise CommandFailed(f"{self.host}/{repository}: the blob {blob} is damaged", hint="push the image anew")
        return data

    def upload(self, repository: str, pieces: Iterable[bytes]) -> Blob:
        """Store a blob that comes in pieces, in parts that are sent on from where a lost connection left off.

        Raises UploadLost where the registry cannot do that, as most cannot where half a part arrived.
        """
        begun = self._ask("POST", f"/v2/{repository}/blobs/uploads/", accept=(202,))
        place, seen, size = self._place(begun), hashlib.sha256(), 0
        for part in _parts(pieces):
            place = self._send_part(place, part, size)
            seen.update(part)
            size += len(part)
        blob = Blob(f"sha256:{seen.hexdigest()}", size)
        self._ask("PUT", str(httpx.URL(place).copy_merge_params({"digest": blob.digest})), accept=(201,))
        return blob

    def _send_part(self, place: str, part: bytes, offset: int) -> str:
        """Send one part and return where the next goes; after a fault ask how much arrived and send the rest."""
        headers = {"Content-Type": "application/octet-stream", "Content-Range": f"{offset}-{offset + len(part) - 1}"}
        try:
            answer = self._authorized("PATCH", place, content=part, headers=headers)
        except httpx.TransportError:
            return self._send_rest(place, part, offset)
        if registry_answers.is_transient(answer):
            self.sleep(registry_answers.asked_wait(answer) or 0.5)
            return self._send_rest(place, part, offset)
        return self._place(self._accepted(answer, (202,)))

    def _send_rest(self, place: str, part: bytes, offset: int) -> str:
        state = self._ask("GET", place, accept=(204, *GONE))
        if state.status_code in GONE:
            raise UploadLost(
                f"the registry {self.host} lost what was sent of a layer, each time",
                hint="see the registry's log, then run: invoke publish",
            )
        last = int(state.headers.get("Range", "0-0").rpartition("-")[2])
        rest = part[(last + 1 if last else 0) - offset :]
        if not rest:
            return self._place(state)
        headers = {"Content-Type": "application/octet-stream"}
        return self._place(
            self._ask("PATCH", self._place(state), content=rest, headers=headers, accept=(202,), tries=1)
        )

    def _place(self, answer: httpx.Response) -> str:
        return str(self._http.base_url.join(answer.headers["Location"]))

    def _ask(
        self, method: str, path: str, *, accept: tuple[int, ...] = (200,), tries: int = ATTEMPTS, **given: Any
    ) -> httpx.Response:
        """Send a request, again after transient faults, and return an answer with one of the accepted codes."""
        retrying = Retrying(
            stop=stop_after_attempt(tries),
            wait=registry_answers.wait,
            retry=retry_if_exception_type(httpx.TransportError) | retry_if_result(registry_answers.is_transient),
            retry_error_callback=lambda state: state.outcome.result() if state.outcome else None,
            sleep=self.sleep,
        )
        try:
            return self._accepted(retrying(self._authorized, method, path, **given), accept)
        except httpx.TransportError as error:
            raise ResourceMissing(
                f"the registry {self.host} cannot be reached: {error or type(error).__name__}",
                hint=unreached(error, "start it or check the network, then run: invoke publish"),
            ) from None

    def _authorized(self, method: str, path: str, **given: Any) -> httpx.Response:
        """Send once; where the registry asks who we are, tell it and send once more."""
        headers = given.pop("headers", {})
        answer = self._http.request(method, path, headers=headers | self._who(path), **given)
        if answer.status_code == 401 and self._introduce(answer.headers.get("WWW-Authenticate", "")):
            answer = self._http.request(method, path, headers=headers | self._who(path), **given)
        return answer

    def _who(self, path: str) -> dict[str, str]:
        """Tell who we are to the registry alone, never to a host that it sends us to."""
        base = self._http.base_url
        ours = (place := base.join(path)).host == base.host and place.scheme == base.scheme
        return {"Authorization": self._authorization} if self._authorization and ours else {}

    def _introduce(self, header: str) -> bool:
        """Get what the registry's challenge asks for; False where there is nothing more to tell."""
        scheme, asked = registry_login.challenge(header)
        if scheme == "basic" and self.login and self._authorization is None:
            self._authorization = self.login.basic()
            return True
        if scheme != "bearer" or not asked.get("realm", "").startswith("http://" if self.plain else "https://"):
            return False
        who = {"Authorization": self.login.basic()} if self.login else {}
        wanted = {name: asked[name] for name in ("service", "scope") if name in asked}
        answer = self._http.get(asked["realm"], params=wanted, headers=who)
        if answer.status_code != 200:
            return False
        given: Mapping[str, str] = answer.json()
        self._authorization = f"Bearer {given.get('token') or given['access_token']}"
        return True

    def _accepted(self, answer: httpx.Response, codes: tuple[int, ...]) -> httpx.Response:
        if answer.status_code in codes:
            return answer
        raise registry_answers.refusal(answer, self.host, self.login_hint)


def _parts(pieces: Iterable[bytes]) -> Iterable[bytes]:
    """Join pieces to parts of at least PART bytes."""
    held: list[bytes] = []
    for piece in pieces:
        held.append(piece)
        if sum(map(len, held)) >= PART:
            yield b"".join(held)
            held = []
    if held:
        yield b"".join(held)
