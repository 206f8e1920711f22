"""The source that is a commit in a git object store, read without a checkout."""

from __future__ import annotations

import os
import posixpath
import re
from functools import cached_property
from typing import TYPE_CHECKING

from archguard.errors import SourceError
from archguard.sources import git
from archguard.sources.port import (
    LINK_OUT,
    LINK_TO_FOLDER,
    LINK_TO_NOTHING,
    MAX_FILE_BYTES,
    TOO_LARGE,
    Entry,
    Kind,
    Unreadable,
    decode_path,
    may_hold_python,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MISSING = "its content is missing from the object store"
_LINK, _SUBMODULE = "120000", "160000"
_MAX_LINKS = 40  # what Linux follows before it says ELOOP
_MAX_LINK_BYTES = 4096
_OBJECT_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_OWNED_BY_ANOTHER = re.compile(r"dubious ownership in repository at '(.*)'")


class Commit:
    """The files of a commit below a folder of it."""

    def __init__(self, git_dir: str, commit: str, prefix: str = "") -> None:
        self.git_dir = git_dir
        self.commit: str | None = commit
        self.prefix = prefix
        self._blobs = git.Blobs(git_dir)
        self._targets: dict[str, str | None] = {}

    @classmethod
    def find(cls, root: str, rev: str) -> Commit:
        """The commit that `rev` names in the repository at `root`, a bare one too.

        Raises:
            SourceError: there is no repository at `root`, or no such commit in it.
        """
        if not os.path.isdir(root):
            raise SourceError(f"--root {root}: there is no such folder.")
        root = os.path.abspath(root)
        git_dir, prefix = _repository(root)
        name = f"{rev}^{{commit}}"
        try:
            found = git.run(
                f"--git-dir={git_dir}",
                "rev-parse",
                "--verify",
                "--quiet",
                "--end-of-options",
                name,
            )
        except SourceError as error:
            raise SourceError(f"--rev {rev}: no such commit in the repository at {root}.") from error
        commit = found.decode("ascii", "replace").split()[-1]
        if not _OBJECT_ID.fullmatch(commit):  # `^REV` excludes commits, and names none
            raise SourceError(f"--rev {rev}: no such commit in the repository at {root}.")
        return cls(git_dir, commit, prefix)

    def spec(self) -> dict[str, str]:
        """What another process needs to open the same source."""
        return {
            "adapter": "commit",
            "git_dir": self.git_dir,
            "commit": self.commit or "",
            "prefix": self.prefix,
        }

    def kind(self, path: str) -> Kind | None:
        """What stands at `path`, or None."""
        if path in self._folders:
            return Kind.FOLDER
        entry = self._files.get(path)
        if entry is None:
            return None
        return Kind.FILE if self._blob(path) else Kind.OTHER

    def folders(self, path: str) -> list[str]:
        """The names of the folders directly inside the folder `path`, sorted."""
        return sorted(self._folders.get(path, ()))

    def python_files(self, folder: str) -> Iterator[Entry]:
        """Every `.py` entry below `folder`, and every symbolic link to a folder."""
        start = f"{folder}/" if folder else ""
        for path, (mode, _) in self._files.items():
            if not path.startswith(start):
                continue
            if mode == _LINK:
                if link := self._link(path):
                    yield link
            elif mode == _SUBMODULE:
                yield Entry(path, "a submodule, which the commit does not contain")
            elif path.endswith(".py"):
                yield Entry(path)

    def fingerprints(self, paths: Sequence[str]) -> Iterator[str | None]:
        """The blob id of each file: git refuses the known SHA-1 collisions when it stores one."""
        for path in paths:
            blob = self._blob(path)
            yield f"git:{blob}" if blob else None

    def fingerprint(self, path: str, content: bytes) -> str:  # noqa: ARG002 (the port's)
        """The blob id of a file."""
        return f"git:{self._blob(path)}"

    def read(self, paths: Sequence[str], limit: int = MAX_FILE_BYTES) -> Iterator[bytes | Unreadable]:
        """The content of each path, in the order asked for."""
        ids = [self._blob(path) for path in paths]
        contents = self._blobs.read([i for i in ids if i], limit)
        for blob in ids:
            content = next(contents, None) if blob else None
            if isinstance(content, bytes):
                yield content
            else:
                yield Unreadable(MISSING if content is None else TOO_LARGE)

    @cached_property
    def _files(self) -> dict[str, tuple[str, str]]:
        """Path -> (mode, object id) of everything that is no folder."""
        listing = git.run(
            f"--git-dir={self.git_dir}", "ls-tree", "-r", "-z", "--full-tree", self.commit or ""
        )
        start = self.prefix.encode("utf-8", "surrogateescape")
        files = {}
        for line in listing.split(b"\0"):
            about, tab, path = line.partition(b"\t")
            if tab and path.startswith(start):
                mode, _, blob = about.split(b" ")
                files[decode_path(path[len(start) :])] = (mode.decode(), blob.decode())
        return files

    @cached_property
    def _folders(self) -> dict[str, set[str]]:
        """Folder -> the names of the folders directly inside it."""
        folders: dict[str, set[str]] = {"": set()}
        for path in self._files:
            folder = posixpath.dirname(path)
            inside = ""
            while folder not in folders:
                folders[folder] = {inside} if inside else set()
                folder, inside = posixpath.split(folder)
            if inside:
                folders[folder].add(inside)
        return folders

    def _blob(self, path: str) -> str | None:
        target = self._target(path)
        entry = self._files.get(target) if target is not None else None
        return entry[1] if entry and entry[0] not in (_LINK, _SUBMODULE) else None

    def _target(self, path: str) -> str | None:
        """Where `path` leads once links are followed, or None if that is outside the tree."""
        if path not in self._targets:
            self._targets[path] = self._follow(path)
        return self._targets[path]

    def _follow(self, path: str) -> str | None:
        left = path.split("/")[::-1]
        reached: list[str] = []
        links = 0
        while left:
            part = left.pop()
            if part == "..":
                if not reached:
                    return None
                reached.pop()
            elif part not in ("", "."):
                reached.append(part)
            entry = self._files.get("/".join(reached))
            if entry is None or entry[0] != _LINK:
                continue
            links += 1
            if links > _MAX_LINKS:
                return path
            (content,) = self._blobs.read([entry[1]], _MAX_LINK_BYTES)
            if not isinstance(content, bytes) or content.startswith(b"/"):
                return None
            reached.pop()
            left += decode_path(content).split("/")[::-1]
        return "/".join(reached)

    def _holds_python(self, folder: str) -> bool:
        start = f"{folder}/" if folder else ""
        return any(path.startswith(start) and path.endswith(".py") for path in self._files)

    def _link(self, path: str) -> Entry | None:
        target = self._target(path)
        if target is None:
            return Entry(path, LINK_OUT) if may_hold_python(path) else None
        if target in self._folders:
            holds = may_hold_python(path) and self._holds_python(target)
            return Entry(path, LINK_TO_FOLDER) if holds else None
        if not path.endswith(".py"):
            return None
        return Entry(path, None if self._blob(path) else LINK_TO_NOTHING)


def _repository(root: str) -> tuple[str, str]:
    """The git directory for `root`, and `root`'s folder inside the work tree (with a `/`, or empty)."""
    is_bare = all(os.path.exists(os.path.join(root, name)) for name in ("HEAD", "objects", "refs"))
    if is_bare and not os.path.lexists(os.path.join(root, ".git")):
        return root, ""
    try:
        git_dir = git.run("-C", root, "rev-parse", "--absolute-git-dir")
        prefix = git.run("-C", root, "rev-parse", "--show-prefix")
    except SourceError as error:
        if git.MISSING in str(error):
            raise
        if owned := _OWNED_BY_ANOTHER.search(str(error)):
            raise SourceError(
                f"--root {root}: the repository belongs to another user; if you trust it, run "
                f"`git config --global --add safe.directory {owned[1]}`."
            ) from error
        raise SourceError(f"--root {root}: no git repository there, and --rev needs one.") from error
    return decode_path(git_dir.removesuffix(b"\n")), decode_path(prefix.removesuffix(b"\n"))
