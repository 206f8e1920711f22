"""Write commits into a new git repository, with `git fast-import`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.sources.git import commands

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archguard.demo.commits import Commit, PullRequest

BRANCH = "main"
_AUTHOR = "The Shop <shop@example.org>"


def write_repository(
    folder: str, history: Iterable[Commit], pull_request: PullRequest | None = None
) -> None:
    """Create a repository with commits on its branch, and check out the last one.

    Args:
        folder: where it is created.
        history: the commits, oldest first.
        pull_request: a commit on top of them, on a branch of its own.

    Raises:
        SourceError: git is not installed, or cannot write to the folder.
    """
    commands.run_git("init", "--quiet", f"--initial-branch={BRANCH}", folder)
    stream = [part for commit in history for part in _encode_commit(commit, BRANCH)]
    if pull_request is not None:
        stream += _encode_commit(pull_request.commit, pull_request.branch, parent=BRANCH)
    commands.run_git("-C", folder, "fast-import", "--quiet", stdin=b"".join(stream))
    commands.run_git("-C", folder, "reset", "--quiet", "--hard", BRANCH)


def _encode_commit(commit: Commit, branch: str, parent: str | None = None) -> Iterator[bytes]:
    """Yield a commit in the format of git-fast-import(1), on top of its branch or of another one."""
    yield f"commit refs/heads/{branch}\n".encode()
    yield f"committer {_AUTHOR} {int(commit.at.timestamp())} +0000\n".encode()
    yield _encode_data(commit.subject)
    if parent is not None:
        yield f"from refs/heads/{parent}\n".encode()
    for path, content in sorted(commit.files.items()):
        if content is None:
            yield f"D {path}\n".encode()
        else:
            yield f"M 100644 inline {path}\n".encode()
            yield _encode_data(content)


def _encode_data(text: str) -> bytes:
    content = text.encode()
    return b"data %d\n%b\n" % (len(content), content)
