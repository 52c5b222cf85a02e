"""The files of a commit of a real git repository."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from scripts.lib import workspace
from scripts.lib.commit_files import CommitFiles

THREADS = 4


def test_threads_that_read_at_once_get_whole_files(tmp_path: Path) -> None:
    made = {f"{number}.txt": b"%d\n" % number * (number * 97 + 1) for number in range(60)}
    (tmp_path / "tree").mkdir()
    for name, content in made.items():
        (tmp_path / "tree" / name).write_bytes(content)
    files = CommitFiles(tmp_path / "workspace", workspace.create(tmp_path / "workspace", tmp_path / "tree"))
    together = Barrier(THREADS)

    def read(first: int) -> dict[str, bytes | None]:
        names = sorted(made, key=lambda name: (int(name.partition(".")[0]) + first) % len(made))
        together.wait(30)
        return {name: files.read(name) for name in names}

    with ThreadPoolExecutor(THREADS) as pool:
        assert list(pool.map(read, range(0, 60, 15))) == [made] * THREADS
