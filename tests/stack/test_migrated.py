"""What people left in an old stack they find in the new one, which starts on the volumes it was moved into. (H)"""

from pathlib import Path

import pytest

from tests.stack import old
from tests.stack.conftest import Built, Standing
from tests.stack.containers import KB_DB, Containers
from tests.stack.plain import addresses, image_settings, plain
from tests.stack.seeds import leave, missing
from tests.stack.targets import a_target
from tests.stack.test_persistence import addresses as addresses_of

pytestmark = pytest.mark.nightly


def test_people_find_what_they_left_in_the_old_stack(built: Built, standing: Standing, tmp_path: Path) -> None:
    folder = tmp_path / "old"
    with standing() as site:
        site.stack.start()
        seeds = leave(addresses_of(site), site.admin, site.inside.environment("kb")["HOME_URL"])
        admin, left = site.admin, site.inside.files()
        old.lay_out(site, folder)
    with a_target(built) as target:
        target.run("env", "--init", "--from", f"{folder}/backend/.env", "--from", f"{folder}/{old.KB}/.env")
        assert "moved" in target.run("migrate", "--from", str(folder))
        assert "up to date" in target.run("migrate", "--from", str(folder))
        settings = image_settings(built)
        with plain(built, tmp_path / "new", settings, env=target.env_file, stack=target.stack) as site:
            site.compose("up", "--detach", "--wait")
            assert missing(seeds, addresses(site), admin) == []
            inside = Containers(site.stack)
            assert inside.files() == left
            paths = [path for (path,) in inside.rows("kb", KB_DB, "SELECT file_path FROM file_registry")]
            assert paths
            assert not [path for path in paths if old.ROOT in path]
