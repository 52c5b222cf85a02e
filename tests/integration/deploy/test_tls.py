"""A deploy behind a proxy with certificates of an authority of its own: nothing but the proxy is published."""

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from scripts.lib import engine
from tests import caddy
from tests.integration.deploy.site import Site
from tests.own_registry import free_port

OVERLAY = """
services:
  tiny: { ports: !reset [] }
  proxy:
    image: ${PROXY_IMAGE:?the proxy}
    labels: { graft.test: "1", graft.stack: "${STACK:-tiny}", graft.configs: "${CONFIGS:-}" }
    stop_grace_period: 1s
    ports: ["127.0.0.1:PORT:443"]
    configs: [{ source: proxy, target: /etc/caddy/Caddyfile }]
    volumes: ["proxy:/data"]
configs: { proxy: { file: ./Caddyfile } }
volumes: { proxy: { name: "${STACK:-tiny}-proxy", labels: { graft.test: "1" } } }
"""
CADDYFILE = """
{
	admin off
	skip_install_trust
}
https://localhost {
	tls internal
	header X-Edition EDITION
	reverse_proxy tiny:8080
}
"""
DEPLOY = f"""deploy:
  compose_in: {{ test: [tls.yaml] }}
  authority: {{ service: proxy, path: {caddy.ROOT_CERTIFICATE} }}
"""


@pytest.fixture(scope="module")
def proxy_image(base_image: str, new_name: Callable[[str], str]) -> str:
    """What stands for Caddy's own image."""
    return caddy.make(base_image, new_name("proxy"))


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def behind(site: Site, port: int, proxy_image: str) -> Iterator[Site]:
    """A target whose users come through the proxy."""
    compose, product = site.compose.parent, site.line.root / "customizations" / site.line.product / "product.yaml"
    before = {path: path.read_text() for path in (product, site.line.environment)}
    product.write_text(before[product].replace("deploy:\n", DEPLOY, 1))
    url = f"deploy: {{ url: 'https://localhost:{port}',"
    site.line.environment.write_text(before[site.line.environment].replace("deploy: {", url, 1))
    (compose / "tls.yaml").write_text(OVERLAY.replace("PORT:443", f"{port}:443"))
    edit(site, "1")
    site.sets("PROXY_IMAGE", proxy_image)
    try:
        yield site
    finally:
        for path, text in before.items():
            path.write_text(text)
        for name in ("tls.yaml", "Caddyfile"):
            (compose / name).unlink()


def edit(site: Site, edition: str) -> None:
    (site.compose.parent / "Caddyfile").write_text(CADDYFILE.replace("EDITION", edition))


def containers(site: Site) -> dict[str, str]:
    """Service -> its container."""
    found = engine.labelled("container", {"com.docker.compose.project": site.stack})
    return {engine.made(one).labels["com.docker.compose.service"]: one for one in found}


def edition(site: Site, port: int, folder: Path) -> str:
    """What the proxy says of itself, whose certificate must be its own authority's."""
    root = caddy.trust(containers(site)["proxy"], folder / "root.crt")
    believed = ssl.create_default_context(cafile=root)
    answer = httpx.get(f"https://localhost:{port}/health", verify=believed, trust_env=False)
    return str(answer.raise_for_status().headers["X-Edition"])


def test_a_deploy_is_proven_through_the_proxy_and_sees_when_its_configuration_changes(
    behind: Site, port: int, tmp_path: Path
) -> None:
    said = behind.run("deploy")
    assert f"serves at https://localhost:{port}" in said
    assert behind.history()[-1].proofs > 0
    assert edition(behind, port, tmp_path) == "1"
    assert "up to date" in behind.run("deploy")
    first = containers(behind)
    edit(behind, "2")
    assert "up to date" not in behind.run("deploy")
    assert edition(behind, port, tmp_path) == "2"
    assert containers(behind)["tiny"] == first["tiny"]


def test_a_container_of_another_project_at_the_data_is_told(site: Site) -> None:
    engine.create_volume({"graft.test": "1"}, site.data)
    sleeping = engine.Container(
        image=site.line.published(), command=("sleep", "600"), labels={"graft.test": "1"}, volumes={site.data: "/v"}
    )
    other = engine.create(sleeping)
    try:
        engine.start(other)
        said = site.run("env", "--check", code=2)
        assert f"of another project runs on {site.data}: stop it" in said
    finally:
        engine.remove(other)
