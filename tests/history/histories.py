"""Write histories of any shape with git: any tree, parents and dates."""

from __future__ import annotations

import datetime
import subprocess
from typing import TYPE_CHECKING, NamedTuple

from tests.sources.trees import git

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    Files = Mapping[str, str | bytes | "Entry"]

EXECUTABLE, LINK, SUBMODULE = "100755", "120000", "160000"


class Entry(NamedTuple):
    """A file with a mode other than 100644; the content of a submodule is the id of a commit."""

    mode: str
    content: str = ""


BASE: dict[str, str | bytes | Entry] = {
    "p/__init__.py": "",
    "p/old.py": "",
    "p/user.py": "import p.old\n",
    "p/other.py": "from p import user\n",
}


class History:
    """A repository; commits are written without a work tree, an hour apart."""

    def __init__(self, root: Path, *init_options: str) -> None:
        root.mkdir(parents=True)
        git(root, "init", "--quiet", *init_options)
        self.root = root
        self._tips: dict[str, str] = {}
        self._hours = 0

    def commit(
        self,
        files: Files | None = None,
        *,
        removed: Sequence[str] = (),
        at: str | None = None,
        branch: str = "main",
        parents: Sequence[str] | None = None,
    ) -> str:
        """Commit to a branch, and return the id of the commit.

        Args:
            files: new and changed files, compared with the first parent; a value of
                `-> TARGET` makes a symbolic link, and a path has bytes that are not UTF-8 as surrogates.
            removed: files and folders to delete.
            at: the committer's date, ISO 8601.
            branch: where to put it.
            parents: their ids; None for the tip of the branch.
        """
        if parents is None:
            parents = [self._tips[branch]] if branch in self._tips else []
        self._hours += 1
        commit = commit_text(
            files or {}, removed=removed, at=at or _hour(self._hours), branch=branch, parents=parents
        )
        fast_import(self.root, commit)
        self._tips[branch] = git(self.root, "rev-parse", f"refs/heads/{branch}")
        return self._tips[branch]


def commit_text(
    files: Files,
    *,
    at: str,
    removed: Iterable[str] = (),
    branch: str = "main",
    parents: Sequence[str] = (),
) -> bytes:
    """Return a commit for `git fast-import`; without parents it follows the commit before it."""
    parts = [
        f"commit refs/heads/{branch}\ncommitter A <a@example.org> {_git_date(at)}\n".encode(),
        _data(b"a commit\n"),
        *(f"{word} {one}\n".encode() for word, one in zip(_parent_words(), parents, strict=False)),
        *(b"D %s\n" % _quoted(path) for path in removed),
        *(_file(path, content) for path, content in files.items()),
    ]
    return b"".join([*parts, b"\n"])


def fast_import(root: Path, stream: bytes) -> None:
    """Add commits to a repository."""
    command = ["git", "fast-import", "--quiet", "--force", "--date-format=raw"]
    subprocess.run(command, cwd=root, input=stream, capture_output=True, check=True)


def _parent_words() -> Iterable[str]:
    yield "from"
    while True:
        yield "merge"


def _file(path: str, content: str | bytes | Entry) -> bytes:
    mode = "100644"
    if isinstance(content, Entry):
        mode, content = content
    data = content.encode() if isinstance(content, str) else content
    if mode == SUBMODULE:
        return b"M %s %s %s\n" % (mode.encode(), data, _quoted(path))
    if data.startswith(b"-> "):
        mode, data = LINK, data[3:]
    return b"M %s inline %s\n%s" % (mode.encode(), _quoted(path), _data(data))


def _data(content: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(content), content)


def _quoted(path: str) -> bytes:
    return b'"' + b"".join(b"\\%03o" % byte for byte in path.encode("utf-8", "surrogateescape")) + b'"'


def _hour(number: int) -> str:
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    return (start + datetime.timedelta(hours=number)).isoformat()


def _git_date(text: str) -> str:
    date = datetime.datetime.fromisoformat(text)
    return f"{int(date.timestamp())} {date:%z}"
