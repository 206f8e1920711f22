"""git runs nothing that a repository configures, and fetches nothing."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from archguard.errors import SourceError
from archguard.sources.git import commands
from archguard.sources.git.commit import Commit
from archguard.sources.git.tree import MISSING
from archguard.sources.source import Unreadable
from tests.sources.trees import commit_all, write_files
from tests.sources.trees import git as real_git

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one file."""
    root = tmp_path / "repository"
    root.mkdir()
    write_files(root, {"a.py": "a\n"})
    commit_all(root)
    return root


def test_a_failed_command_is_one_sentence_with_gits_reason(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"^git 'HEAD' failed: not a git repository"):
        commands.run_git(f"--git-dir={tmp_path}", "rev-parse", "HEAD")


def test_blobs_come_with_their_size_where_they_are_too_large(repository: Path) -> None:
    blob = real_git(repository, "rev-parse", "HEAD:a.py")
    blobs = commands.BlobReader(str(repository / ".git"))

    assert list(blobs.read([blob, "0" * 40, blob], 1)) == [2, None, 2]
    assert list(blobs.read([blob], 2)) == [b"a\n"]
    blobs.close()
    assert list(blobs.read([blob], 2)) == [b"a\n"]
    blobs.close()


def test_a_missing_object_is_not_fetched_from_a_promisor(repository: Path, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    program = tmp_path / "upload-pack"
    program.write_text(f"#!/bin/sh\ntouch '{canary}'\nexec git-upload-pack \"$@\"\n")
    program.chmod(0o755)
    clone = tmp_path / "clone"
    real_git(tmp_path, "clone", "--quiet", "--bare", str(repository), str(clone))
    real_git(clone, "config", "core.repositoryFormatVersion", "1")
    real_git(clone, "config", "extensions.partialClone", "origin")
    real_git(clone, "config", "remote.origin.promisor", "true")
    real_git(clone, "config", "remote.origin.uploadpack", str(program))
    blob = real_git(repository, "rev-parse", "HEAD:a.py")
    for stored in clone.rglob(f"{blob[:2]}/{blob[2:]}"):
        stored.unlink()

    assert list(Commit.find(str(clone), "main").read(["a.py"])) == [Unreadable(MISSING)]
    assert not canary.exists()
    # The control: plain git fetches it, and runs the program.
    assert real_git(clone, "cat-file", "-p", blob) == "a"
    assert canary.exists()


def test_a_process_ends_though_another_thread_has_just_read_it() -> None:
    process = subprocess.Popen(["git", "--version"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    process.communicate()

    commands._end_process(process)

    assert process.returncode == 0
