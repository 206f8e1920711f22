"""The files of a commit; changes turn them into those of the next commit."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from archguard.sources.git.tree_entries import LINK, SUBMODULE, TreeEntries, count_children
from archguard.sources.source import (
    EXECUTABLE_FILE,
    LINK_INTO_SUBMODULE,
    LINK_OUT,
    LINK_TO_FOLDER,
    LINK_TO_NOTHING,
    MAX_FILE_BYTES,
    MAX_SHEBANG_BYTES,
    SCRIPT,
    SUBMODULE_IN_COMMIT,
    TOO_LARGE,
    FileEntry,
    PathKind,
    Unreadable,
    decode_path,
    guess_unscanned_reason,
    holds_python_by_name,
    is_configuration_file,
    is_python_file,
    is_python_script,
    may_be_importable,
    may_be_module,
    may_be_script,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Sequence

    from archguard.sources.git.commands import BlobReader
    from archguard.sources.git.tree_entries import TreeEntry

MISSING = "its content is missing from the object store"
EXECUTABLE = "100755"
_MAX_LINKS = 40  # as many as Linux follows before it reports a loop
_MAX_LINK_BYTES = 4096


class GitTree:
    """A mutable tree of files, links and submodules, by path."""

    def __init__(
        self, blobs: BlobReader, list_files: Callable[[], Iterable[tuple[str, TreeEntry]]] = tuple
    ) -> None:
        """Create a tree.

        Args:
            blobs: reads contents.
            list_files: see `TreeEntries`.
        """
        self._blobs = blobs
        self._listing = TreeEntries(list_files)
        self._python_counts: dict[str, int] | None = None
        """The same for Python files, and folders that contain some; None until they are asked for."""
        self._targets: dict[str, str | None] = {}
        self._links: dict[str, bytes | None] = {}
        self._script_reasons: dict[str, str | None] = {}
        """Object id of an executable file -> why it is not analysed; None if it is no Python script."""
        self._subfolders: dict[str, set[str]] | None = None
        """Folder -> the names of its folders; None until they are asked for."""

    @property
    def _files(self) -> dict[str, TreeEntry]:
        return self._listing.files

    @property
    def _child_counts(self) -> dict[str, int]:
        return self._listing.child_counts

    @property
    def _special_paths(self) -> set[str]:
        return self._listing.special_paths

    def apply(self, changes: Iterable[tuple[str, TreeEntry | None]]) -> bool:
        """Put a file at each path, or delete it (None).

        Returns:
            Whether a path was added or deleted, or the mode of one changed; not only contents.
        """
        moved = False
        files, counts, special_paths = self._files, self._child_counts, self._special_paths
        for path, file in changes:
            old = files.pop(path, None)
            if file is not None:
                files[path] = file
            if (old is None) != (file is None):
                change = 1 if old is None else -1
                _count(counts, path, change)
                if self._python_counts is not None and is_python_file(path):
                    _count(self._python_counts, path, change)
                moved = True
            elif file is not None and old is not None and file[0] != old[0]:
                moved = True
            if file is not None and file[0] in (LINK, SUBMODULE):
                special_paths.add(path)
            else:
                special_paths.discard(path)
        self._targets = {}
        if moved:
            self._subfolders = None
        return moved

    def get_kind(self, path: str) -> PathKind | None:
        """Return what `path` leads to, None if it does not exist; OTHER for a link to a folder."""
        if path in self._child_counts:
            return PathKind.FOLDER
        if path not in self._files:
            return None
        return PathKind.FILE if self.get_blob(path) else PathKind.OTHER

    def list_folders(self, path: str) -> list[str]:
        """Return the names of the folders directly inside the folder `path`, sorted."""
        if self._subfolders is None:
            self._subfolders = {}
            for folder in self._child_counts:
                if folder:
                    outer, name = posixpath.split(folder)
                    self._subfolders.setdefault(outer, set()).add(name)
        return sorted(self._subfolders.get(path, ()))

    def has_namesake(self, folder: str) -> bool:
        """Return whether another folder, at any depth, has the same name."""
        name = folder.rpartition("/")[2]
        end = f"/{name}"
        return any(
            other != folder and (other == name or other.endswith(end)) for other in self._child_counts
        )

    def find_python_files(self, folder: str) -> Iterator[FileEntry]:
        """Yield the entries below `folder`: see `FileTree`."""
        start = f"{folder}/" if folder else ""
        files = self._files
        for path in [path for path in files if path.startswith(start)]:
            if is_python_file(path) and files[path][0] not in (LINK, SUBMODULE):
                yield FileEntry(path)
            elif (entry := self.get_entry(path)) is not None:
                yield entry

    def holds_python(self, folder: str) -> bool:
        """Return whether `find_python_files` yields anything that may be a module."""
        if not self._special_paths:
            if self._python_counts is None:
                self._python_counts = count_children(filter(is_python_file, self._files))
            return self._python_counts.get(folder, 0) > 0
        return any(map(may_be_module, self.find_python_files(folder)))

    def list_configuration_files(self) -> list[str]:
        """Return the paths of the configuration files, sorted."""
        return sorted(
            path
            for path, (mode, _) in self._files.items()
            if is_configuration_file(path) and mode not in (LINK, SUBMODULE)
        )

    def get_entry(self, path: str) -> FileEntry | None:
        """Return the entry at a path; None if it cannot be Python."""
        file = self._files.get(path)
        if file is None:
            return None
        mode = file[0]
        if mode == LINK:
            return self._link(path)
        if mode == SUBMODULE:
            return FileEntry(path, SUBMODULE_IN_COMMIT)
        if is_python_file(path):
            return FileEntry(path)
        reason = guess_unscanned_reason(path)
        if reason == SCRIPT:
            reason = self._find_script_reason(file[1]) if mode == EXECUTABLE else None
        return FileEntry(path, reason) if reason else None

    def list_project_files(self, known: Container[str]) -> list[str]:  # noqa: ARG002 (of the interface)
        """Return the paths of all Python files of the tree: see `Source`."""
        return sorted(
            path
            for path, (mode, blob) in self._files.items()
            if mode not in (LINK, SUBMODULE)
            and (holds_python_by_name(path) or self._is_script(path, mode, blob))
        )

    def _is_script(self, path: str, mode: str, blob: str) -> bool:
        if mode != EXECUTABLE or not may_be_script(path):
            return False
        return self._find_script_reason(blob) == SCRIPT

    def list_special_paths(self) -> frozenset[str]:
        """Return the paths of links and submodules; what a link leads to depends on other paths."""
        return frozenset(self._special_paths)

    def read(self, paths: Sequence[str], limit: int = MAX_FILE_BYTES) -> Iterator[bytes | Unreadable]:
        """Yield the content of each file, in the order of `paths`."""
        ids = [self.get_blob(path) for path in paths]
        contents = self._blobs.read([blob for blob in ids if blob], limit)
        for blob in ids:
            content = next(contents, None) if blob else None
            if isinstance(content, bytes):
                yield content
            else:
                yield Unreadable(MISSING if content is None else TOO_LARGE)

    def get_blob(self, path: str) -> str | None:
        """Return the object id of a file, links followed; None if the path leads to no file."""
        file = self._files.get(path)
        if file is None or file[0] == LINK or self._special_paths:
            target = self._target(path)
            file = self._files.get(target) if target is not None else None
        return file[1] if file and file[0] not in (LINK, SUBMODULE) else None

    def _target(self, path: str) -> str | None:
        """Return the path that `path` leads to after all links; None if that is outside the tree."""
        if path not in self._targets:
            self._targets[path] = self._follow(path)
        return self._targets[path]

    def _follow(self, path: str) -> str | None:
        pending = path.split("/")[::-1]
        reached: list[str] = []
        links = 0
        while pending:
            part = pending.pop()
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
            pending += decode_path(content).split("/")[::-1]
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
        if target in self._child_counts:
            holds = may_be_importable(path) and self._holds_python(target)
            return FileEntry(path, LINK_TO_FOLDER) if holds else None
        if self._is_in_submodule(target):
            return FileEntry(path, LINK_INTO_SUBMODULE) if may_be_importable(path) else None
        if not is_python_file(path):
            reason = guess_unscanned_reason(path)
            holds_python = reason is not None and reason != SCRIPT and self.get_blob(path) is not None
            return FileEntry(path, reason) if holds_python else None
        return FileEntry(path, None if self.get_blob(path) else LINK_TO_NOTHING)

    def _find_script_reason(self, blob: str) -> str | None:
        """Return why an executable file is not analysed; None if it is no Python script."""
        if blob not in self._script_reasons:
            beginning = self._blobs.read_beginning(blob, MAX_SHEBANG_BYTES)
            if beginning is None:
                self._script_reasons[blob] = f"{EXECUTABLE_FILE}: {MISSING}"
            else:
                self._script_reasons[blob] = SCRIPT if is_python_script(beginning) else None
        return self._script_reasons[blob]

    def _is_in_submodule(self, path: str) -> bool:
        while path:
            entry = self._files.get(path)
            if entry is not None:
                return entry[0] == SUBMODULE
            path = path.rpartition("/")[0]
        return False


def _count(counts: dict[str, int], path: str, change: int) -> None:
    """Count a path that appears or disappears for its folder.

    A folder counts for the one above it when its first child appears or its last one disappears.
    """
    while path:
        path = path.rpartition("/")[0]
        before = counts.get(path, 0)
        if before + change or not path:
            counts[path] = before + change
        else:
            del counts[path]
        if before and before + change:
            return
