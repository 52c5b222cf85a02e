"""The words that make a root file system and an image of it."""

from pathlib import Path

from scripts.lib.commands import docker, mmdebstrap


def test_a_root_file_system_has_the_packages_and_no_manuals() -> None:
    argv = mmdebstrap.make("bookworm", ["curl", "jq"], Path("base.tar"), [Path("machine.sources")])
    assert argv[:3] == ["mmdebstrap", "--variant=minbase", "--include=curl,jq"]
    assert "--dpkgopt=path-exclude=/usr/share/man/*" in argv
    assert argv.index("--dpkgopt=path-exclude=/usr/share/doc/*") < argv.index(
        "--dpkgopt=path-include=/usr/share/doc/*/copyright"
    )
    assert argv[-3:] == ["bookworm", "base.tar", "machine.sources"]


def test_what_root_mounts_is_seen_by_the_tool_alone() -> None:
    argv = mmdebstrap.make("bookworm", ["curl"], Path("base.tar"), [], as_root=True)
    assert argv[:4] == ["unshare", "--mount", "mmdebstrap", "--variant=minbase"]


def test_an_import_carries_environment_labels_and_changes() -> None:
    argv = docker.import_archive(Path("a.tar"), "x:1", {"A": "b"}, {"graft.base": "y"}, ['ENTRYPOINT ["z"]'])
    assert argv == [
        *("docker", "import", "--change", "ENV A=b", "--change", "LABEL graft.base=y"),
        *("--change", 'ENTRYPOINT ["z"]', "a.tar", "x:1"),
    ]
