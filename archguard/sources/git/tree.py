"""The files of one commit's tree, by path; a tree can be changed into the next commit's."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from archguard.sources.source import (
    LINK_OUT,
    LINK_TO_FOLDER,
    LINK_TO_NOTHING,
    MAX_FILE_BYTES,
    TOO_LARGE,
    FileEntry,
    PathKind,
    Unreadable,
    decode_path,
    is_python_file,
    may_be_importable,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archguard.sources.git.commands import BlobReader

MISSING = "its content is missing from the object store"
LINK, SUBMODULE = "120000", "160000"
_MAX_LINKS = 40  # what Linux follows before it says ELOOP
_MAX_LINK_BYTES = 4096

TreeEntry = tuple[str, str]
"""Mode and object id, as git writes them."""


class GitTree:
    """What stands at each path, and the contents behind it."""

    def __init__(self, blobs: BlobReader, files: Iterable[tuple[str, TreeEntry]] = ()) -> None:
        """A tree of these files.

        Args:
            blobs: where contents come from.
            files: path -> (mode, object id) of everything that is no folder.
        """
        self._blobs = blobs
        self._files: dict[str, TreeEntry] = {}
        self._inside_of: dict[str, int] = {"": 0}
        """Folder -> how many files and folders stand directly inside it."""
        self._python_inside: dict[str, int] = {}
        """The same of files that are called `.py`, and of folders that hold some."""
        self._special: set[str] = set()
        self._targets: dict[str, str | None] = {}
        self._links: dict[str, bytes | None] = {}
        self._inside: dict[str, set[str]] | None = None
        self.apply(files)

    def apply(self, changes: Iterable[tuple[str, TreeEntry | None]]) -> bool:
        """Put a file at each path, or (None) take it away; whether other paths than before hold one."""
        moved = False
        for path, file in changes:
            old = self._files.pop(path, None)
            if file is not None:
                self._files[path] = file
            if (old is None) != (file is None):
                self._count(path, 1 if old is None else -1)
                moved = True
            elif file is not None and old is not None and file[0] != old[0]:
                moved = True
            if file is not None and file[0] in (LINK, SUBMODULE):
                self._special.add(path)
            else:
                self._special.discard(path)
        self._targets = {}
        if moved:
            self._inside = None
        return moved

    def get_kind(self, path: str) -> PathKind | None:
        """What stands at `path`, or None."""
        if path in self._inside_of:
            return PathKind.FOLDER
        if path not in self._files:
            return None
        return PathKind.FILE if self.get_blob(path) else PathKind.OTHER

    def list_folders(self, path: str) -> list[str]:
        """The names of the folders directly inside the folder `path`, sorted."""
        if self._inside is None:
            self._inside = {}
            for folder in self._inside_of:
                if folder:
                    outer, name = posixpath.split(folder)
                    self._inside.setdefault(outer, set()).add(name)
        return sorted(self._inside.get(path, ()))

    def find_python_files(self, folder: str) -> Iterator[FileEntry]:
        """Every `.py` entry below `folder`, and every symbolic link to a folder."""
        start = f"{folder}/" if folder else ""
        for path in self._files:
            if path.startswith(start) and (entry := self.get_entry(path)) is not None:
                yield entry

    def holds_python(self, folder: str) -> bool:
        """Whether there is any."""
        if not self._special:
            return self._python_inside.get(folder, 0) > 0
        return next(self.find_python_files(folder), None) is not None

    def get_entry(self, path: str) -> FileEntry | None:
        """What a path holds, if it may be Python."""
        file = self._files.get(path)
        if file is None:
            return None
        mode = file[0]
        if mode == LINK:
            return self._link(path)
        if mode == SUBMODULE:
            return FileEntry(path, "a submodule, which the commit does not contain")
        return FileEntry(path) if is_python_file(path) else None

    def list_special_paths(self) -> frozenset[str]:
        """The paths of symbolic links and submodules: what they are depends on other paths."""
        return frozenset(self._special)

    def read(self, paths: Sequence[str], limit: int = MAX_FILE_BYTES) -> Iterator[bytes | Unreadable]:
        """The content of each path, in the order asked for."""
        ids = [self.get_blob(path) for path in paths]
        contents = self._blobs.read([i for i in ids if i], limit)
        for blob in ids:
            content = next(contents, None) if blob else None
            if isinstance(content, bytes):
                yield content
            else:
                yield Unreadable(MISSING if content is None else TOO_LARGE)

    def get_blob(self, path: str) -> str | None:
        """The object id of the content at a path, links followed; None if there is none."""
        file = self._files.get(path)
        if file is None or file[0] == LINK or self._special:
            target = self._target(path)
            file = self._files.get(target) if target is not None else None
        return file[1] if file and file[0] not in (LINK, SUBMODULE) else None

    def _count(self, path: str, change: int) -> None:
        _count(self._inside_of, path, change)
        if is_python_file(path):
            _count(self._python_inside, path, change)

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
            if entry is None or entry[0] != LINK:
                continue
            links += 1
            if links > _MAX_LINKS:
                return path
            content = self._link_content(entry[1])
            if content is None or content.startswith(b"/"):
                return None
            reached.pop()
            left += decode_path(content).split("/")[::-1]
        return "/".join(reached)

    def _link_content(self, blob: str) -> bytes | None:
        if blob not in self._links:
            (content,) = self._blobs.read([blob], _MAX_LINK_BYTES)
            self._links[blob] = content if isinstance(content, bytes) else None
        return self._links[blob]

    def _holds_python(self, folder: str) -> bool:
        start = f"{folder}/" if folder else ""
        return any(path.startswith(start) and is_python_file(path) for path in self._files)

    def _link(self, path: str) -> FileEntry | None:
        target = self._target(path)
        if target is None:
            return FileEntry(path, LINK_OUT) if may_be_importable(path) else None
        if target in self._inside_of:
            holds = may_be_importable(path) and self._holds_python(target)
            return FileEntry(path, LINK_TO_FOLDER) if holds else None
        if not is_python_file(path):
            return None
        return FileEntry(path, None if self.get_blob(path) else LINK_TO_NOTHING)


def _count(inside: dict[str, int], path: str, change: int) -> None:
    """Count a path for its folder, and that for its own if it appeared or disappeared by that."""
    while path:
        path = path.rpartition("/")[0]
        before = inside.get(path, 0)
        if before + change or not path:
            inside[path] = before + change
        else:
            del inside[path]
        if before and before + change:
            return
