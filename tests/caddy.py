"""What stands for Caddy's own image on machines that reach no container registry: Debian's package."""

from pathlib import Path

from scripts.lib import engine, shell

LINES = (
    "LABEL graft.test=1",
    "USER 0:0",
    # as in the image that it stands for: a root user, the right to low ports on the binary, and busybox' wget
    "RUN apt-get update && apt-get install --yes --no-install-recommends caddy busybox libcap2-bin",
    "RUN setcap cap_net_bind_service=+ep /usr/bin/caddy && ln -s /bin/busybox /usr/local/bin/wget",
    "RUN mkdir -p /etc/caddy /config/caddy /data/caddy",
    "ENV XDG_CONFIG_HOME=/config XDG_DATA_HOME=/data",
    "WORKDIR /srv",
    'CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]',
)
ROOT_CERTIFICATE = "/data/caddy/pki/authorities/local/root.crt"
"""Of the authority that signs certificates with `tls internal`."""


def make(base: str, reference: str) -> str:
    """Make the image `reference` from a Debian base; returns it."""
    lines = "\n".join([f"FROM {base}", *LINES])
    shell.run(["docker", "build", "--quiet", "--tag", reference, "-"], stdin=lines.encode())
    return reference


def trust(container: str, file: Path) -> Path:
    """Write the certificate of a container's own authority into `file`; returns it."""
    found = engine.get_file(container, ROOT_CERTIFICATE)
    assert found is not None, "it has no authority of its own (yet)"
    file.write_bytes(found)
    return file
