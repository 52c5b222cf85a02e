"""How a new lock is proposed: one branch, one pull request, and nothing of other people's is undone."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

PROPOSE = Path(__file__).resolve().parents[2] / ".github/propose"
GH = Path(__file__).with_name("bin")
PERSON = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
BRANCH = "update-tiny"


@dataclass
class Forge:
    """A bare repository with a product on `main`, and what was asked of its host."""

    folder: Path

    @property
    def asked(self) -> Path:
        return self.folder / "gh.asked"

    @property
    def pulls(self) -> Path:
        return self.folder / "gh.asked.pulls"

    def git(self, folder: Path, *words: str) -> str:
        argv = ["git", *PERSON, *words]
        return subprocess.run(argv, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()

    def clone(self, branch: str = "main") -> Path:
        place = self.folder / "clone"
        shutil.rmtree(place, ignore_errors=True)
        self.git(self.folder, "clone", "--quiet", "--depth=1", f"--branch={branch}", f"file://{self.origin}", "clone")
        return place

    @property
    def origin(self) -> Path:
        return self.folder / "origin.git"

    def propose(self, version: str) -> subprocess.CompletedProcess[str]:
        """What the job does: a fresh clone, in which the lock has moved."""
        place = self.clone()
        write_lock(place, version)
        told = {
            "PATH": f"{GH}:{os.environ['PATH']}",
            "HOME": str(self.folder),
            "PRODUCT": "tiny",
            "GH_ASKED": str(self.asked),
            "GITHUB_SERVER_URL": "https://example.org",
            "GITHUB_REPOSITORY": "owner/repository",
            "GITHUB_RUN_ID": "7",
        }
        return subprocess.run([PROPOSE], cwd=place, env=told, check=False, capture_output=True, text=True)

    def proposed(self) -> str:
        """The commit of the branch."""
        return self.git(self.origin, "rev-parse", BRANCH)

    def somebody_commits(self, file: str, text: str, branch: str = BRANCH) -> str:
        place = self.clone(branch)
        (place / file).write_text(text)
        self.git(place, "add", "--all")
        self.git(place, "commit", "--quiet", "--message", "Mine")
        self.git(place, "push", "--quiet", "origin", branch)
        return self.git(place, "rev-parse", "HEAD")


def write_lock(place: Path, version: str) -> None:
    lock = place / "customizations/tiny/upstream.lock.yaml"
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.write_text(f"sources:\n  upstream:\n    version: {version}\n")


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    made = Forge(tmp_path)
    begin = tmp_path / "begin"
    write_lock(begin, "1.0.0")
    made.git(begin, "init", "--quiet", "--initial-branch=main")
    made.git(begin, "add", "--all")
    made.git(begin, "commit", "--quiet", "--message", "As it is now")
    made.git(tmp_path, "clone", "--quiet", "--bare", str(begin), str(made.origin))
    return made


def test_a_new_lock_gets_a_branch_and_a_pull_request(forge: Forge) -> None:
    said = forge.propose("1.1.0")
    assert said.returncode == 0, said.stderr
    assert "version: 1.1.0" in forge.git(forge.origin, "show", f"{BRANCH}:customizations/tiny/upstream.lock.yaml")
    assert forge.pulls.read_text() == "OPEN 1 tiny takes 1.1.0\n"


def test_a_newer_lock_takes_the_place_of_the_one_that_nobody_touched(forge: Forge) -> None:
    forge.propose("1.1.0")
    said = forge.propose("1.2.0")
    assert said.returncode == 0, said.stderr
    assert forge.git(forge.origin, "log", "--format=%s", f"main..{BRANCH}") == "tiny takes 1.2.0"
    assert "api --silent --method PATCH repos/owner/repository/pulls/1 -f title=tiny takes 1.2.0" in (
        forge.asked.read_text()
    )
    assert len(forge.pulls.read_text().splitlines()) == 1


def test_the_same_lock_is_not_pushed_again_also_after_main_went_on(forge: Forge) -> None:
    forge.propose("1.1.0")
    before = forge.proposed()
    forge.somebody_commits("README", "other", branch="main")
    assert forge.propose("1.1.0").returncode == 0
    assert forge.proposed() == before


def test_what_a_reviewer_added_to_the_same_lock_stays(forge: Forge) -> None:
    forge.propose("1.1.0")
    theirs = forge.somebody_commits("customizations/tiny/steps.yaml", "mended\n")
    assert forge.propose("1.1.0").returncode == 0
    assert forge.proposed() == theirs


def test_a_branch_with_commits_of_others_is_never_replaced(forge: Forge) -> None:
    forge.propose("1.1.0")
    theirs = forge.somebody_commits("customizations/tiny/steps.yaml", "mended\n")
    said = forge.propose("1.2.0")
    assert said.returncode == 1
    assert "update-tiny has commits of others" in said.stdout
    assert forge.proposed() == theirs


def test_what_somebody_closed_is_not_opened_anew(forge: Forge) -> None:
    forge.propose("1.1.0")
    forge.pulls.write_text("CLOSED 1 tiny takes 1.1.0\n")
    said = forge.propose("1.1.0")
    assert (said.returncode, forge.pulls.read_text()) == (0, "CLOSED 1 tiny takes 1.1.0\n")
    assert "tiny takes 1.1.0 was proposed in #1, which somebody closed" in said.stdout


@pytest.mark.parametrize("earlier", ["CLOSED 1 tiny takes 1.1.0", "MERGED 1 tiny takes 1.2.0"])
def test_another_version_than_the_one_that_was_closed_is_proposed(forge: Forge, earlier: str) -> None:
    forge.propose("1.1.0")
    forge.pulls.write_text(f"{earlier}\n")
    assert forge.propose("1.2.0").returncode == 0
    assert forge.pulls.read_text() == f"{earlier}\nOPEN 2 tiny takes 1.2.0\n"


def test_the_stand_in_refuses_what_the_jobs_rights_do_not_allow(forge: Forge) -> None:
    told = {"PATH": os.environ["PATH"], "GH_ASKED": str(forge.asked)}
    said = subprocess.run([GH / "gh", "pr", "edit", "1"], env=told, check=False, capture_output=True, text=True)
    assert said.returncode == 1
    assert "not accessible" in said.stderr
