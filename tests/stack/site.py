"""One stand under test: LAMB at its address, and what tests ask of its containers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from tests.stack.containers import LAMB_DB, OPEN_WEBUI_DB, Containers
from tests.stack.lamb_api import Account, Lamb, OpenWebui
from tests.stack.models import SERVICE

if TYPE_CHECKING:
    from scripts.lib.stack_stand import StackStand


@dataclass(frozen=True)
class Site:
    """A stack that runs, or that a test is about to start."""

    stack: "StackStand"

    @property
    def inside(self) -> Containers:
        """Its containers."""
        return Containers(self.stack.project)

    @property
    def admin(self) -> Account:
        """The first administrator, as the environment names it."""
        return Account(self.stack.value("OWI_ADMIN_EMAIL"), self.stack.value("OWI_ADMIN_PASSWORD"))

    def lamb(self) -> Lamb:
        """LAMB's back end as nobody."""
        return Lamb(self.stack.address("lamb"))

    def lamb_as(self, token: str) -> Lamb:
        """LAMB's back end as the user of a token."""
        return Lamb(self.stack.address("lamb"), {"token": token})

    def as_admin(self) -> Lamb:
        """LAMB's back end as the first administrator."""
        return self.lamb().login(self.admin)

    def open_webui(self, user: Lamb) -> OpenWebui:
        """Open WebUI as a user of LAMB's who was handed over."""
        return OpenWebui(self.stack.address("openwebui"), user.launch_token)

    def ask_service(self, service: str, path: str, **given: Any) -> httpx.Response:
        """Ask a service at its own address."""
        return httpx.get(self.stack.address(service) + path, timeout=20, trust_env=False, **given)

    def admins(self) -> tuple[int, int, int]:
        """Return how often the administrator is in LAMB and in Open WebUI, and how many organizations there are."""
        email, prefix = self.admin.email, self.inside.prefix()
        users = f"SELECT COUNT(*) FROM {prefix}Creator_users WHERE user_email = ?"
        others = "SELECT COUNT(*) FROM user JOIN auth USING (id) WHERE user.email = ? AND role = 'admin'"
        found = (
            self.inside.rows("lamb", LAMB_DB, users, email),
            self.inside.rows("openwebui", OPEN_WEBUI_DB, others, email),
            self.inside.rows("lamb", LAMB_DB, f"SELECT COUNT(*) FROM {prefix}organizations"),
        )
        in_lamb, in_open_webui, organizations = (int(count) for ((count,),) in found)
        return in_lamb, in_open_webui, organizations

    def published_hosts(self) -> set[str]:
        """Return the addresses of this machine at which any port of the stack is published."""
        ports = [found["NetworkSettings"]["Ports"] for found in self.inside.inspected().values()]
        return {one["HostIp"] for of in ports for bound in of.values() for one in bound or ()}

    def ours(self) -> list[str]:
        """Return the services that run an image of the product."""
        return sorted(service for service in self.stack.states() if service != SERVICE)

    def health_command(self, service: str) -> list[str]:
        """Return the command of a service's health check."""
        kind, *words = self.inside.inspected()[service]["Config"]["Healthcheck"]["Test"]
        return list(words) if kind == "CMD" else ["sh", "-c", *words]

    def composed(self) -> dict[str, Any]:
        """Return the services as compose understands its files."""
        found: dict[str, Any] = dict(self.stack.target.resolved.services)
        return found
