"""What people left is there after every way to make the containers anew. (Acceptance G)"""

from tests.stack.conftest import Standing
from tests.stack.seeds import Addresses, leave, missing
from tests.stack.site import Site


def addresses(site: Site) -> Addresses:
    """Return where the services are now; a container made anew may have another address."""
    return Addresses(*(site.stack.address(service) for service in ("lamb", "openwebui", "kb")))


def test_everything_is_there_after_the_containers_were_made_anew(standing: Standing) -> None:
    with standing() as site:
        site.stack.start()
        seeds = leave(addresses(site), site.admin, site.inside.environment("kb")["HOME_URL"])
        before = site.inside.files(), site.inside.kept()
        site.stack.recreate()
        assert missing(seeds, addresses(site), site.admin) == []
        assert (site.inside.files(), site.inside.kept()) == before
        site.stack.down()
        site.stack.start()
        assert missing(seeds, addresses(site), site.admin) == []
        assert (site.inside.files(), site.inside.kept()) == before
