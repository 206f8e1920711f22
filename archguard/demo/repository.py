"""Commits written into a new git repository, as a stream that `git fast-import` reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.sources.git import commands

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archguard.demo.story import Commit

BRANCH = "main"
_AUTHOR = "The Shop <shop@example.org>"


def write_repository(folder: str, history: Iterable[Commit]) -> None:
    """Make a repository with these commits on its branch, and its last one in the folder.

    Raises:
        SourceError: git is not installed, or cannot write there.
    """
    commands.run_git("init", "--quiet", f"--initial-branch={BRANCH}", folder)
    commands.run_git("-C", folder, "fast-import", "--quiet", stdin=b"".join(_stream(history)))
    commands.run_git("-C", folder, "reset", "--quiet", "--hard", BRANCH)


def _stream(history: Iterable[Commit]) -> Iterator[bytes]:
    """Format: git-fast-import(1)."""
    for commit in history:
        yield f"commit refs/heads/{BRANCH}\n".encode()
        yield f"committer {_AUTHOR} {int(commit.at.timestamp())} +0000\n".encode()
        yield _data(commit.subject)
        for path, content in sorted(commit.files.items()):
            if content is None:
                yield f"D {path}\n".encode()
            else:
                yield f"M 100644 inline {path}\n".encode()
                yield _data(content)


def _data(text: str) -> bytes:
    content = text.encode()
    return b"data %d\n%b\n" % (len(content), content)
