"""git says which files it tracks, and runs nothing that the repository configures."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from archguard.sources.git.tracked_files import TrackedFile, TrackedFiles
from tests.sources.trees import commit_all, git, write_files

if TYPE_CHECKING:
    from pathlib import Path


def _find(folder: Path) -> list[TrackedFile] | None:
    return TrackedFiles(str(folder)).find(lambda path: path.endswith(b".py"))


def test_regular_files_below_the_folder_are_listed_with_their_modes(tmp_path: Path) -> None:
    write_files(
        tmp_path, {"a.py": "", "in/b.py": "", "in/run": "", "in/c.txt": "", "in/d.py": "-> b.py"}
    )
    write_files(tmp_path, {b"in/\xff.py": ""})
    (tmp_path / "in/run").chmod(0o755)
    commit_all(tmp_path)
    write_files(tmp_path, {"in/untracked.py": ""})

    assert _find(tmp_path / "in") == [
        TrackedFile("b.py", is_executable=False),
        TrackedFile("run", is_executable=True),
        TrackedFile("\udcff.py", is_executable=False),
    ]


def test_a_path_in_conflict_is_listed_once(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.py": "1\n"})
    commit_all(tmp_path)
    for number, branch in enumerate(("one", "two")):
        git(tmp_path, "checkout", "--quiet", "-b", branch, "main")
        write_files(tmp_path, {"a.py": f"{number}{number}\n"})
        commit_all(tmp_path)
    with pytest.raises(subprocess.CalledProcessError):
        git(tmp_path, "merge", "one")

    assert _find(tmp_path) == [TrackedFile("a.py", is_executable=False)]


@pytest.mark.parametrize("path", ["", "/nowhere"])
def test_without_git_nothing_is_known(
    tmp_path: Path, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", path or str(tmp_path))

    assert _find(tmp_path) is None


def test_a_folder_outside_every_repository_is_not_known(tmp_path: Path) -> None:
    assert _find(tmp_path) is None


def test_the_repositorys_programs_do_not_run(tmp_path: Path) -> None:
    program, ran = tmp_path / "program", tmp_path / "ran"
    program.write_text(f"#!/bin/sh\ntouch {ran}\n")
    program.chmod(0o755)
    write_files(tmp_path / "repository", {"a.py": ""})
    commit_all(tmp_path / "repository")
    git(tmp_path / "repository", "config", "core.fsmonitor", str(program))
    git(tmp_path / "repository", "ls-files", "--modified")
    assert ran.exists()
    ran.unlink()

    assert _find(tmp_path / "repository") == [TrackedFile("a.py", is_executable=False)]
    assert not ran.exists()
