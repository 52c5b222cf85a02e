"""The only module that talks to the Docker Engine API: small plain functions over plain values.

Importing it costs 0.2 s: a stage imports it where it needs it, so that one with nothing to do stays quick.
"""

import contextlib
import io
import json
import posixpath
import tarfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import IO, Any, Literal

import docker
from docker.client import DockerClient
from docker.errors import APIError, DockerException, ImageNotFound, NotFound
from docker.types import Mount
from requests.exceptions import RequestException, Timeout

from scripts.lib.errors import CommandFailed, ResourceMissing
from scripts.lib.secret import Secret

TIMEOUT = 60
"""Seconds that the engine may take for one answer."""
NOT_RUNNING = "start Docker (`sudo systemctl start docker`, or run scripts/bootstrap), then run the task again"
NOT_ALLOWED = "let this user use Docker: `sudo usermod -aG docker $USER`, log out and in, then run the task again"
Labels = Mapping[str, str]
Kind = Literal["container", "network", "volume"]
BLANK = "graft/blank:1"
FEW = 16 << 10
"""Bytes of an archive that hold the headers of its first two entries."""
_RESTARTS: Any = {"Name": "unless-stopped"}


@dataclass(frozen=True)
class Container:
    """What a container is made of."""

    image: str
    """Reference or image ID that the engine has."""
    labels: Labels
    name: str | None = None
    command: Sequence[str] | None = None
    entrypoint: Sequence[str] | None = None
    """The program, in place of the image's own entrypoint."""
    environment: Mapping[str, str | Secret] = field(default_factory=dict)
    network: str | None = None
    """Name of a network; the engine's default where left out."""
    volumes: Mapping[str, str] = field(default_factory=dict)
    """Volume name -> path in the container."""
    read_only_volumes: Mapping[str, str] = field(default_factory=dict)
    """Likewise, not to be written."""
    user: str | None = None
    ports: Mapping[int, tuple[str, int]] = field(default_factory=dict)
    """Port in the container -> address and port on this machine."""
    tmpfs: Sequence[str] = ()
    memory: str | None = None
    cpus: float | None = None
    pids: int | None = None
    read_only: bool = False
    drop_capabilities: bool = False
    restarts: bool = False
    """Started again by the engine until it is stopped."""
    health_interval: float | None = None
    """Seconds between the probes of the image's own health check, where it has one."""


@dataclass(frozen=True)
class State:
    """A container as the engine sees it now."""

    running: bool
    exit_code: int
    out_of_memory: bool
    health: str | None
    """`starting`, `healthy` or `unhealthy`; None where the image has no health check."""
    probe: str
    """What the last health probe said."""
    addresses: Mapping[str, str]
    """Network name -> the container's address in it."""
    restarts: int = 0
    """How often the engine has started it again after it ended by itself."""


@lru_cache(maxsize=1)
def client() -> DockerClient:
    """Connect to the engine; raises ResourceMissing, with the way out, where it does not run or is not allowed."""
    try:
        return docker.from_env(timeout=TIMEOUT)
    except DockerException as error:
        raise _unreachable(error) from None


def _unreachable(error: Exception) -> ResourceMissing:
    if "Permission denied" in str(error) or "PermissionError" in str(error):
        return ResourceMissing("this user may not use Docker's socket", hint=NOT_ALLOWED)
    return ResourceMissing(f"Docker is not running: {error}", hint=NOT_RUNNING)


@contextlib.contextmanager
def _asked(what: str) -> Iterator[DockerClient]:
    """Give the client; turn what the engine refuses into CommandFailed and a lost engine into ResourceMissing."""
    engine = client()
    try:
        yield engine
    except ImageNotFound as error:
        raise ResourceMissing(f"{what}: {error.explanation}", hint="run: invoke build") from None
    except APIError as error:
        raise CommandFailed(f"{what}: {error.explanation or error}", hint="see what the engine says above") from None
    except Timeout:
        raise CommandFailed(f"{what}: the engine did not answer within {TIMEOUT} s", hint=NOT_RUNNING) from None
    except RequestException as error:
        raise _unreachable(error) from None


# Images


def image_id(reference: str) -> str | None:
    """Return the identity of an image, the digest of its configuration, or None where the engine does not have it."""
    with _asked(f"look for image {reference}") as engine:
        try:
            found = engine.images.get(reference)
        except ImageNotFound:
            return None
        return _saved_config(str(found.id)) if _containerd_store() else str(found.id)


def held(identity: str, reference: str) -> str | None:
    """Return the name by which the engine has exactly this image, None where it does not have it.

    That is `reference` while it still names it, else the identity itself: another build may have taken the reference.
    """
    return next((name for name in (reference, identity) if image_id(name) == identity), None)


@lru_cache(maxsize=1)
def _containerd_store() -> bool:
    """Tell whether the engine keeps images in containerd, where an image's Id is its manifest's digest."""
    status = client().info().get("DriverStatus") or []
    return ["driver-type", "io.containerd.snapshotter.v1"] in [list(pair) for pair in status]


@lru_cache(maxsize=64)
def _saved_config(engine_id: str) -> str:
    return config_of_archive(client().images.get(engine_id).save())


def config_of_archive(chunks: Iterable[bytes]) -> str:
    """Return the digest of the configuration in an image archive, as `docker save` writes it."""
    with tarfile.open(fileobj=io.BufferedReader(_Chunks(chunks)), mode="r|") as archive:
        for member in archive:
            if member.name == "manifest.json":
                (image,) = json.loads(_content(archive, member))
                config: str = image["Config"]
                return "sha256:" + posixpath.basename(config).removesuffix(".json")
    raise CommandFailed("the engine's image archive has no manifest.json", hint="update Docker")


class _Chunks(io.RawIOBase):
    """A stream of chunks as a readable file."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            try:
                self._rest = next(self._chunks)
            except StopIteration:
                return 0
        taken = self._rest[: len(buffer)]
        self._rest = self._rest[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)


def image_config(reference: str) -> dict[str, Any]:
    """Return an image's configuration as `docker inspect` has it: Env, Labels, Healthcheck, Cmd, User and so on."""
    with _asked(f"inspect image {reference}") as engine:
        config: dict[str, Any] = engine.images.get(reference).attrs["Config"] or {}
        return config


def image_size(reference: str) -> int:
    """Return an image's size in bytes."""
    with _asked(f"inspect image {reference}") as engine:
        return int(engine.images.get(reference).attrs["Size"])


def repository_digest(reference: str) -> str | None:
    """Return the digest under which a registry gave this image, None where the engine has it from none."""
    with _asked(f"look for image {reference}") as engine:
        try:
            digests: list[str] = engine.images.get(reference).attrs.get("RepoDigests") or []
        except ImageNotFound:
            return None
    return digests[0].partition("@")[2] if digests else None


def pull(reference: str, login: tuple[str, Secret] | None = None) -> None:
    """Bring an image by its digest from a registry, as the user with this name and password where they are given."""
    who = {"username": login[0], "password": login[1].reveal()} if login else None
    with _asked(f"pull {reference}") as engine:
        try:
            engine.images.pull(reference, auth_config=who)
        except NotFound as error:
            hint = "is the registry the one of the environment's settings?"
            raise CommandFailed(f"pull {reference}: {error.explanation}", hint=hint) from None


def tag(reference: str, name: str) -> None:
    """Give an image one more name; another image that had it loses it."""
    with _asked(f"name image {reference}") as engine:
        engine.images.get(reference).tag(name)


def remove_unnamed(image: str) -> None:
    """Remove an image by its ID if nothing names it any more and no container uses it."""
    with _asked(f"remove image {image}") as engine, contextlib.suppress(ImageNotFound):
        if _is_unnamed(engine.images.get(image)):
            remove_unused(image)


def _is_unnamed(image: Any) -> bool:
    """Tell whether nothing names an image; one that was pulled by its digest is somebody's."""
    return not image.tags and not image.attrs.get("RepoDigests")


def remove_unused(image: str) -> None:
    """Remove an image by its name or ID, unless a container is of it; nothing happens where there is none."""
    with _asked(f"remove image {image}") as engine, contextlib.suppress(ImageNotFound):
        if not engine.containers.list(all=True, filters={"ancestor": image}, ignore_removed=True):
            engine.images.remove(image)


def root_folder() -> str:
    """Return the folder in which the engine keeps its images, on the engine's machine."""
    with _asked("ask the engine") as engine:
        return str(engine.info()["DockerRootDir"])


def now() -> datetime:
    """Return the time by the engine's clock, in UTC; to the second."""
    with _asked("ask the engine") as engine:
        told = str(engine.info()["SystemTime"])
    return datetime.fromisoformat(told[:19] + "+00:00") if told.endswith("Z") else datetime.fromisoformat(told)


def remove_image(reference: str) -> None:
    """Remove an image's name, and the image with its last name; nothing happens where there is none."""
    with _asked(f"remove image {reference}") as engine, contextlib.suppress(ImageNotFound):
        engine.images.remove(reference)


def images(labels: Labels) -> list[str]:
    """Return the names (or the ID, where it has no name) of every image with these labels."""
    with _asked("list images") as engine:
        found = engine.images.list(filters={"label": _pairs(labels)})
        return [name for image in found for name in (image.tags or [str(image.id)])]


def unnamed(labels: Labels) -> list[str]:
    """Return the IDs of every image with these labels that has no name and came from no registry."""
    with _asked("list images") as engine:
        found = engine.images.list(filters={"label": _pairs(labels), "dangling": True})
        return [str(image.id) for image in found if _is_unnamed(image)]


def read_files(reference: str, paths: Iterable[str], labels: Labels) -> dict[str, bytes | None]:
    """Return files of an image, None for one that it does not have; a folder reads as empty.

    Nothing is started; `labels` say whose the container is that holds them open.
    """
    with _asked(f"read files of image {reference}") as engine:
        holder = engine.containers.create(reference, command=["-"], labels=dict(labels))
        try:
            return {path: _read_file(holder, path) for path in paths}
        finally:
            holder.remove(force=True, v=True)


def _read_file(holder: Any, path: str, links: int = 8) -> bytes | None:
    try:
        chunks, _ = holder.get_archive(path)
    except NotFound:
        return None
    # as a stream: of a folder no more is read than that it is one
    with tarfile.open(fileobj=io.BufferedReader(_Chunks(chunks)), mode="r|") as archive:
        member = next(iter(archive))
        if member.issym() and links:
            return _read_file(holder, posixpath.join(posixpath.dirname(path), member.linkname), links - 1)
        return _content(archive, member) if member.isfile() else b""


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(member)
    return file.read() if file else b""


def saved(reference: str) -> IO[bytes]:
    """Return an image's archive, as `docker save` writes it, as a stream."""
    return io.BufferedReader(_Chunks(_save(reference)), buffer_size=1 << 20)


def _save(reference: str) -> Iterator[bytes]:
    with _asked(f"read image {reference}") as engine:
        yield from engine.images.get(reference).save()


# Containers


def create(container: Container) -> str:
    """Create a container, not started, and return its id."""
    given = {k: v.reveal() if isinstance(v, Secret) else v for k, v in container.environment.items()}
    interval = container.health_interval
    with _asked(f"create a container of {container.image}") as engine:
        made = engine.containers.create(
            container.image,
            command=list(container.command) if container.command is not None else None,
            entrypoint=list(container.entrypoint) if container.entrypoint is not None else None,
            name=container.name,
            labels=dict(container.labels),
            environment=given,
            network=container.network,
            mounts=[
                Mount(target=path, source=name, type="volume", read_only=read_only)
                for volumes, read_only in ((container.volumes, False), (container.read_only_volumes, True))
                for name, path in volumes.items()
            ],
            user=container.user,
            ports={f"{inside}/tcp": outside for inside, outside in container.ports.items()},
            tmpfs=dict.fromkeys(container.tmpfs, ""),
            mem_limit=container.memory,
            memswap_limit=container.memory,
            nano_cpus=int(container.cpus * 1e9) if container.cpus else None,
            pids_limit=container.pids,
            read_only=container.read_only,
            cap_drop=["ALL"] if container.drop_capabilities else None,
            security_opt=["no-new-privileges"] if container.drop_capabilities else None,
            restart_policy=_RESTARTS if container.restarts else None,
            healthcheck={"interval": int(interval * 1e9)} if interval else None,
        )
        return str(made.id)


def exported(container: str) -> IO[bytes]:
    """Return all files of a container as one archive, as `docker export` writes it, as a stream."""
    with _asked(f"read container {container[:12]}") as engine:
        chunks: Any = engine.containers.get(container).export()  # whose type stub says text
        return io.BufferedReader(_Chunks(chunks), buffer_size=1 << 20)


def start(container: str) -> None:
    """Start a container."""
    with _asked("start a container") as engine:
        engine.containers.get(container).start()


def stop(container: str, seconds: int = 10) -> None:
    """Ask a container to end and end it after `seconds`."""
    with _asked("stop a container") as engine:
        engine.containers.get(container).stop(timeout=seconds)


def remove(container: str) -> None:
    """Remove a container, running or not, with its anonymous volumes; nothing happens where there is none."""
    with _asked("remove a container") as engine, contextlib.suppress(NotFound):
        engine.containers.get(container).remove(force=True, v=True)


def state(container: str) -> State | None:
    """Return how a container (id or name) is now, None where there is none."""
    with _asked("inspect a container") as engine:
        try:
            found = engine.containers.get(container).attrs
        except NotFound:
            return None
    now, health = found["State"], found["State"].get("Health")
    probes = (health or {}).get("Log") or [{}]
    return State(
        running=now["Running"],
        exit_code=now["ExitCode"],
        out_of_memory=now["OOMKilled"],
        health=health["Status"] if health and health["Status"] != "none" else None,
        probe=(probes[-1].get("Output") or "").strip(),
        addresses={name: n["IPAddress"] for name, n in found["NetworkSettings"]["Networks"].items()},
        restarts=found.get("RestartCount", 0),
    )


def logs(container: str) -> str:
    """Return everything that a container has said, stdout and stderr."""
    with _asked("read a container's log") as engine:
        said: bytes = engine.containers.get(container).logs()
        return said.decode(errors="replace")


# Networks, volumes, and all by label


def create_network(name: str, labels: Labels, *, internal: bool) -> None:
    """Create a bridge network; an internal one reaches nothing outside, and only this machine reaches it."""
    with _asked(f"create network {name}") as engine:
        engine.networks.create(name, driver="bridge", internal=internal, labels=dict(labels))


def create_volume(labels: Labels, name: str | None = None) -> str:
    """Create a volume and return its name; without one it is anonymous. One that is there is taken as it is."""
    with _asked("create a volume") as engine:
        return str(engine.volumes.create(name=name, labels=dict(labels)).name)


def labelled(kind: Kind, labels: Labels) -> list[str]:
    """Return the ids (of volumes the names) of every container, network or volume with these labels."""
    wanted: dict[str, str | list[str] | bool] = {"label": _pairs(labels)}
    with _asked(f"list {kind}s") as engine:
        if kind == "container":
            return [str(c.id) for c in engine.containers.list(all=True, filters=wanted, ignore_removed=True)]
        found: Any = engine.networks if kind == "network" else engine.volumes
        return [str(one.id) for one in found.list(filters=wanted)]


def remove_network(network: str) -> None:
    """Remove a network by id or name; nothing happens where there is none."""
    with _asked("remove a network") as engine, contextlib.suppress(NotFound):
        engine.networks.get(network).remove()


def remove_volume(name: str) -> None:
    """Remove a volume; nothing happens where there is none. Only for volumes that the caller made as throw-away."""
    with _asked("remove a volume") as engine, contextlib.suppress(NotFound):
        engine.volumes.get(name).remove()


# What runs for good, and its volumes


@dataclass(frozen=True)
class Made:
    """What a container was made from, and for whom."""

    name: str
    reference: str
    image_id: str | None
    """None where the engine no longer has the image."""
    labels: Labels
    environment: Mapping[str, str]
    running: bool
    ports: frozenset[int]
    """Ports of this machine that it has or, stopped, had."""
    mounts: Mapping[str, str]
    """Path in it -> name of the volume, or folder of this machine, that is there."""


def labels_of(container: str) -> Labels | None:
    """Return a container's labels, None where there is no such container."""
    with _asked("inspect a container") as engine:
        try:
            return engine.containers.get(container).labels
        except NotFound:
            return None


def made(container: str) -> Made:
    """Return what a container was made from."""
    with _asked("inspect a container") as engine:
        found = engine.containers.get(container).attrs
    bindings = (found["HostConfig"].get("PortBindings") or {}).values()
    return Made(
        name=found["Name"].lstrip("/"),
        reference=found["Config"]["Image"],
        image_id=image_id(found["Image"]),
        labels=found["Config"]["Labels"] or {},
        environment=dict(pair.split("=", 1) for pair in found["Config"]["Env"] or [] if "=" in pair),
        running=found["State"]["Running"],
        ports=frozenset(int(b["HostPort"]) for bound in bindings for b in bound or () if b["HostPort"]),
        mounts={mount["Destination"]: mount.get("Name") or mount["Source"] for mount in found["Mounts"]},
    )


def blank() -> str:
    """Return an image with nothing in it: for containers that are never started and only hold a volume."""
    if image_id(BLANK) is None:
        empty = io.BytesIO()
        with tarfile.open(fileobj=empty, mode="w"):
            pass
        with _asked(f"make {BLANK}") as engine:
            engine.api.import_image_from_data(empty.getvalue(), *BLANK.split(":"))
    return BLANK


def get_file(container: str, path: str) -> bytes | None:
    """Return a file of a container, running or not; None where it has none."""
    with _asked("read a file of a container") as engine:
        return _read_file(engine.containers.get(container), path)


def get_folder(container: str, path: str) -> dict[str, bytes]:
    """Return the files that lie in a folder of a container (not below), by name."""
    with _asked("read a folder of a container") as engine:
        chunks, _ = engine.containers.get(container).get_archive(path)
        with tarfile.open(fileobj=io.BytesIO(b"".join(chunks))) as archive:
            files = [m for m in archive if m.isfile() and m.name.count("/") == 1]
            return {posixpath.basename(m.name): _content(archive, m) for m in files}


def put_file(container: str, folder: str, name: str, data: bytes) -> None:
    """Write one file into a folder of a container."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = len(data), 0o600
        archive.addfile(entry, io.BytesIO(data))
    with _asked("write a file into a container") as engine:
        engine.containers.get(container).put_archive(folder, packed.getvalue())


def folder_is_empty(container: str, path: str) -> bool:
    """Tell whether a folder of a container holds nothing; of a full one only the beginning is read."""
    with _asked("look into a container") as engine:
        chunks, _ = engine.containers.get(container).get_archive(path)
        begin = b""
        while len(begin) < FEW and (chunk := next(chunks, b"")):
            begin += chunk
        del chunks  # which ends the connection: the engine would hold the container until all is read
    with tarfile.open(fileobj=io.BytesIO(begin)) as archive:
        archive.next()
        return archive.next() is None


def finish(container: str, seconds: float) -> int:
    """Start a container, wait until it has ended and return its exit code; raises CommandFailed after `seconds`."""
    with _asked("run a container") as engine:
        found = engine.containers.get(container)
        found.start()
        try:
            return int(found.wait(timeout=seconds)["StatusCode"])
        except RequestException as error:  # the library words a late answer in several ways
            if "timed out" not in str(error).lower():
                raise
    raise CommandFailed(f"{found.name} did not end within {seconds:.0f} s", hint="is the machine very busy?")


def output(container: str) -> str:
    """Return what a container has said on stdout alone."""
    with _asked("read a container's output") as engine:
        said: bytes = engine.containers.get(container).logs(stderr=False)
        return said.decode(errors="replace")


def volume_labels(name: str) -> Labels | None:
    """Return a volume's labels, None where there is no such volume."""
    with _asked(f"look for volume {name}") as engine:
        try:
            return engine.volumes.get(name).attrs["Labels"] or {}
        except NotFound:
            return None


def users_of(volume: str) -> list[str]:
    """Return the ids of the containers, running or not, that mount a volume."""
    with _asked(f"look who uses volume {volume}") as engine:
        return [str(c.id) for c in engine.containers.list(all=True, filters={"volume": volume}, ignore_removed=True)]


def _pairs(labels: Labels) -> list[str]:
    """Word a filter; an empty value stands for any."""
    return [f"{name}={value}" if value else name for name, value in labels.items()]
