"""A folder on disk as a source."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
import time
from functools import cached_property
from typing import TYPE_CHECKING

from archguard.errors import SourceError
from archguard.sources.configuration_files import find_configuration_files
from archguard.sources.source import (
    EXECUTABLE_FILE,
    LINK_OUT,
    LINK_TO_FOLDER,
    LINK_TO_NOTHING,
    MAX_FILE_BYTES,
    MAX_SHEBANG_BYTES,
    NOT_REGULAR,
    SCRIPT,
    SKIPPED_FOLDERS,
    SUBMODULE_IN_FOLDER,
    TOO_LARGE,
    FileEntry,
    PathKind,
    Unreadable,
    decode_path,
    encode_path,
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
    from collections.abc import Callable, Container, Iterator, Sequence

    from archguard.sources.git.tracked_files import TrackedFiles

# O_NONBLOCK keeps a pipe without a writer from blocking. Neither flag exists on Windows.
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_CHUNK = 1 << 20
_EXECUTABLE = 0o111 if os.name == "posix" else 0
RACY_NANOSECONDS = 2_000_000_000
"""The resolution of FAT's timestamps, the coarsest in use: a file has no stamp until it is older."""
_SEPARATOR = os.fsencode(os.sep)
_SUBMODULES_FILE = b".gitmodules"
_SUBMODULE_PATH = re.compile(rb"^[ \t]*path[ \t]*=[ \t]*\"?([^\"\r\n]*?)\"?[ \t]*\r?$", re.MULTILINE)
_MAX_SUBMODULES_BYTES = 1 << 20


class WorkingTree:
    """The files below a folder. Links are followed only if they lead to files below it."""

    commit: str | None = None

    def __init__(self, root: str, clock: Callable[[], int] = time.time_ns) -> None:
        """Open the tree below `root`; `clock` returns the nanoseconds since 1970, as file times do.

        Raises:
            SourceError: `root` is not a folder.
        """
        if not os.path.isdir(root):
            raise SourceError(f"--root {root}: there is no such folder.")
        self.root = os.path.abspath(root)
        self._top = os.fsencode(os.path.realpath(root))
        self._clock = clock
        self._contains_python_cache: dict[bytes, bool] = {}
        self._tracked: TrackedFiles | None = None
        self._listed: dict[bytes, list[os.DirEntry[bytes]]] | None = None
        """The entries of folders that were listed since `prepare_listing`, where git lists no files."""

    def spec(self) -> dict[str, str]:
        """Return what `reopen` needs."""
        return {"adapter": "working_tree", "root": self.root}

    def get_kind(self, path: str) -> PathKind | None:
        """Return what `path` leads to, None if it does not exist; OTHER for a link to a folder."""
        full = self._full(path)
        folder = os.path.dirname(full)
        try:
            if path and os.path.realpath(folder) != folder:
                return None  # below a link to a folder, which is never followed
            mode = os.lstat(full).st_mode
            if stat.S_ISLNK(mode):
                return PathKind.FILE if os.path.isfile(self._resolve(full) or b"") else PathKind.OTHER
        except (OSError, ValueError):
            return None
        if stat.S_ISDIR(mode):
            return PathKind.FOLDER
        return PathKind.FILE if stat.S_ISREG(mode) else PathKind.OTHER

    def list_folders(self, path: str) -> list[str]:
        """Return the names of the folders directly inside the folder `path`, sorted."""
        try:
            with os.scandir(self._full(path)) as entries:
                names = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
        except OSError:
            return []
        return sorted(map(decode_path, names))

    def find_python_files(self, folder: str) -> Iterator[FileEntry]:
        """Yield the entries below `folder`: see `FileTree`."""
        pending = [self._full(folder)]
        while pending:
            current = pending.pop()
            try:
                with os.scandir(current) as scanned:
                    entries = list(scanned)
            except OSError as error:
                yield FileEntry(self._relative(current), f"the folder cannot be read: {_reason(error)}")
                continue
            if self._listed is not None:
                self._listed[current] = entries
            if not entries and current in self._submodules:
                yield FileEntry(self._relative(current), SUBMODULE_IN_FOLDER)
            for entry in entries:
                if is_python_file(entry.name) and entry.is_file(follow_symlinks=False):
                    yield FileEntry(self._relative(entry.path))
                elif entry.is_dir(follow_symlinks=False):
                    pending.append(entry.path)
                elif other := self._link(entry) if entry.is_symlink() else self._find_other(entry):
                    yield other

    def holds_python(self, folder: str) -> bool:
        """Return whether `find_python_files` yields anything that may be a module."""
        return any(map(may_be_module, self.find_python_files(folder)))

    def prepare_listing(self) -> None:
        """Have git list the files that it tracks, or remember what is listed without it."""
        tracked = self._start_git()
        self._listed = None if tracked.may_know else {}

    def _start_git(self) -> TrackedFiles:
        if self._tracked is None:
            from archguard.sources.git.tracked_files import TrackedFiles  # noqa: PLC0415

            self._tracked = TrackedFiles(self.root)
        return self._tracked

    def list_project_files(self, known: Container[str]) -> list[str]:
        """Return the paths of all Python files of the tree: see `Source`."""
        listing, self._tracked, self._listed = self._start_git(), None, None
        tracked = listing.find(holds_python_by_name)
        if tracked is None:
            return sorted(self._walk_project(known))
        return sorted(
            file.path
            for file in tracked
            if holds_python_by_name(file.path) or (file.is_executable and self._is_script(file.path))
        )

    def _walk_project(self, known: Container[str]) -> Iterator[str]:
        pending = [self._top]
        while pending:
            try:
                with os.scandir(pending.pop()) as scanned:
                    entries = list(scanned)
            except OSError:
                continue
            for entry in entries:
                name = decode_path(entry.name)
                if entry.is_dir(follow_symlinks=False):
                    is_skipped = name.startswith(".") or name in SKIPPED_FOLDERS
                    if not is_skipped and self._relative(entry.path) not in known:
                        pending.append(entry.path)
                elif holds_python_by_name(name):
                    if entry.is_file(follow_symlinks=False):
                        yield self._relative(entry.path)
                elif may_be_script(name) and _confirm_reason(entry, SCRIPT) == SCRIPT:
                    yield self._relative(entry.path)

    def _is_script(self, path: str) -> bool:
        return may_be_script(path) and _find_script_reason(self._full(path)) == SCRIPT

    def list_configuration_files(self) -> list[str]:
        """Return the paths of the configuration files: see `FileTree`."""
        listed, self._listed = self._listed or {}, None
        tracked = self._start_git().find(is_configuration_file)
        return find_configuration_files(
            self._top, None if tracked is None else [f.path for f in tracked], listed
        )

    def fingerprints(self, paths: Sequence[str]) -> Iterator[str | None]:
        """Yield the SHA-256 of each file, None if it cannot be read."""
        # Not in threads: two of them contend for the GIL and take 1.6 times as long.
        for path, content in zip(paths, self.read(paths), strict=True):
            yield None if isinstance(content, Unreadable) else self.fingerprint(path, content)

    def stamps(self, paths: Sequence[str]) -> Iterator[str | None]:
        """Yield the size, times and inode of each file; None if it was changed just now."""
        # Two writes within one tick of the file system's clock get the same time: git calls this "racy".
        newest = self._clock() - RACY_NANOSECONDS
        for path in paths:
            try:
                status = os.lstat(self._full(path))
            except (OSError, ValueError):
                yield None
                continue
            # A link does not change with the file that it leads to. No program can set `ctime`.
            if stat.S_ISREG(status.st_mode) and status.st_ctime_ns < newest:
                yield (
                    f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} "
                    f"{status.st_ino} {status.st_dev}"
                )
            else:
                yield None

    def fingerprint(self, path: str, content: bytes) -> str:  # noqa: ARG002 (part of the interface)
        """Return the SHA-256 of a content."""
        return "sha256:" + hashlib.sha256(content).hexdigest()

    def read(self, paths: Sequence[str], limit: int = MAX_FILE_BYTES) -> Iterator[bytes | Unreadable]:
        """Yield the content of each file, in the order of `paths`."""
        for path in paths:
            yield self._read(path, limit)

    def _read(self, path: str, limit: int) -> bytes | Unreadable:
        return self._read_regular(self._full(path), limit)

    def _read_regular(self, full: bytes, limit: int) -> bytes | Unreadable:
        try:
            descriptor = self._open(full)
        except OSError as error:
            return Unreadable(f"cannot be opened: {_reason(error)}")
        if descriptor is None:
            return Unreadable(LINK_OUT)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                return Unreadable(NOT_REGULAR)
            if status.st_size > limit:
                return Unreadable(TOO_LARGE)
            content = _read_all(descriptor, status.st_size, limit)
            return content if len(content) <= limit else Unreadable(TOO_LARGE)
        except OSError as error:
            return Unreadable(f"cannot be read: {_reason(error)}")
        finally:
            os.close(descriptor)

    def _open(self, full: bytes) -> int | None:
        try:
            return os.open(full, _OPEN_FLAGS)
        except OSError as error:
            if error.errno != errno.ELOOP:
                raise
        target = self._resolve(full)
        return None if target is None else os.open(target, _OPEN_FLAGS)

    def _find_other(self, entry: os.DirEntry[bytes]) -> FileEntry | None:
        """Return the entry for what is no Python file, folder or link; None if it holds no Python."""
        reason = guess_unscanned_reason(decode_path(entry.name))
        if reason is None:  # as for nearly all of them
            return None
        reason = NOT_REGULAR if is_python_file(entry.name) else _confirm_reason(entry, reason)
        return FileEntry(self._relative(entry.path), reason) if reason else None

    def _link(self, entry: os.DirEntry[bytes]) -> FileEntry | None:
        path = self._relative(entry.path)
        target = self._resolve(entry.path)
        if target is None:
            return FileEntry(path, LINK_OUT) if may_be_importable(path) else None
        if os.path.isdir(target):
            holds = may_be_importable(path) and self._contains_python(target)
            return FileEntry(path, LINK_TO_FOLDER) if holds else None
        if not is_python_file(path):
            reason = guess_unscanned_reason(path)
            holds_python = reason is not None and reason != SCRIPT and os.path.isfile(target)
            return FileEntry(path, reason) if holds_python else None
        return FileEntry(path, None if os.path.isfile(target) else LINK_TO_NOTHING)

    @cached_property
    def _submodules(self) -> frozenset[bytes]:
        """The folders that `.gitmodules` of the repository names; git leaves them empty at first."""
        folder = self._top
        while not os.path.lexists(os.path.join(folder, b".git")):
            if folder == (folder := os.path.dirname(folder)):
                return frozenset()
        file = self._read_regular(os.path.join(folder, _SUBMODULES_FILE), _MAX_SUBMODULES_BYTES)
        paths = _SUBMODULE_PATH.findall(file) if isinstance(file, bytes) else []
        return frozenset(os.path.normpath(os.path.join(folder, path)) for path in paths)

    def _contains_python(self, folder: bytes) -> bool:
        if folder not in self._contains_python_cache:
            walk = os.walk(folder)
            self._contains_python_cache[folder] = any(
                is_python_file(name) for _, _, names in walk for name in names
            )
        return self._contains_python_cache[folder]

    def _resolve(self, full: bytes) -> bytes | None:
        """Return where a link leads; None if that is outside the tree."""
        target = os.path.realpath(full)
        inside = target == self._top or target.startswith(self._top + _SEPARATOR)
        return target if inside else None

    def _full(self, path: str) -> bytes:
        return b"/".join((self._top, encode_path(path))) if path else self._top

    def _relative(self, full: bytes) -> str:
        return decode_path(full[len(self._top) + 1 :].replace(_SEPARATOR, b"/"))


def _confirm_reason(entry: os.DirEntry[bytes], guess: str) -> str | None:
    """Return why a file is not analysed, as its name lets guess; None if it holds no Python."""
    if guess != SCRIPT:
        return guess if entry.is_file(follow_symlinks=False) else None
    try:
        mode = entry.stat(follow_symlinks=False).st_mode
    except OSError:  # it has gone meanwhile
        return None
    return _find_script_reason(entry.path) if stat.S_ISREG(mode) and mode & _EXECUTABLE else None


def _find_script_reason(full: bytes) -> str | None:
    """Return why an executable file is not analysed; None if it is no Python script."""
    try:
        descriptor = os.open(full, _OPEN_FLAGS)
    except OSError as error:
        return f"{EXECUTABLE_FILE} that cannot be opened: {_reason(error)}"
    try:
        return SCRIPT if is_python_script(os.read(descriptor, MAX_SHEBANG_BYTES)) else None
    except OSError as error:
        return f"{EXECUTABLE_FILE} that cannot be read: {_reason(error)}"
    finally:
        os.close(descriptor)


def _read_all(descriptor: int, size: int, limit: int) -> bytes:
    content = os.read(descriptor, size + 1)
    if len(content) == size:  # unless the file is being written to
        return content
    parts = [content]
    while parts[-1] and sum(map(len, parts)) <= limit:
        parts.append(os.read(descriptor, _CHUNK))
    return b"".join(parts)


def _reason(error: OSError) -> str:
    # Not the message of the operating system, which depends on platform and language.
    if error.errno in (errno.EACCES, errno.EPERM):
        return "permission denied"
    return errno.errorcode.get(error.errno or 0, "input/output error")
