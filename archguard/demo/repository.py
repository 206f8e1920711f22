"""Write commits into a new git repository, with `git fast-import`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.sources.git import commands

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archguard.demo.commits import Commit

BRANCH = "main"
_AUTHOR = "The Shop <shop@example.org>"


def write_repository(folder: str, history: Iterable[Commit]) -> None:
    """Create a repository with commits on its branch, and check out the last one.

    Raises:
        SourceError: git is not installed, or cannot write to the folder.
    """
    commands.run_git("init", "--quiet", f"--initial-branch={BRANCH}", folder)
    commands.run_git("-C", folder, "fast-import", "--quiet", stdin=b"".join(_encode_stream(history)))
    commands.run_git("-C", folder, "reset", "--quiet", "--hard", BRANCH)


def _encode_stream(history: Iterable[Commit]) -> Iterator[bytes]:
    """Yield the commits in the format of git-fast-import(1)."""
    for commit in history:
        yield f"commit refs/heads/{BRANCH}\n".encode()
        yield f"committer {_AUTHOR} {int(commit.at.timestamp())} +0000\n".encode()
        yield _encode_data(commit.subject)
        for path, content in sorted(commit.files.items()):
            if content is None:
                yield f"D {path}\n".encode()
            else:
                yield f"M 100644 inline {path}\n".encode()
                yield _encode_data(content)


def _encode_data(text: str) -> bytes:
    content = text.encode()
    return b"data %d\n%b\n" % (len(content), content)
