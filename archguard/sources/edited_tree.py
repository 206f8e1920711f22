"""A tree in which some files have another content: to judge a change before it is made."""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING

from archguard.sources.source import MAX_FILE_BYTES, Unreadable

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

    from archguard.sources.source import FileContents, FileEntry, PathKind, Source


class EditedContents:
    """The contents of a source; where a folder holds another one for a file, that."""

    def __init__(self, base: FileContents, folder: str) -> None:
        """Take the place of another source.

        Args:
            base: the source.
            folder: holds the new contents, each named after its path as `name_content` says.
        """
        self._contents = base
        self._folder = folder
        self._names = frozenset(os.listdir(folder))

    def spec(self) -> dict[str, str]:
        """Return what `reopen` needs."""
        return {"adapter": "edited", "base": json.dumps(self._contents.spec()), "folder": self._folder}

    def fingerprints(self, paths: Sequence[str]) -> Iterator[str | None]:
        """Yield a hash of each new content, and for the other files what the base says."""
        others = [path for path in paths if self._read(path) is None]
        known = dict(zip(others, self._contents.fingerprints(others), strict=True))
        for path in paths:
            content = self._read(path)
            yield known[path] if content is None else self.fingerprint(path, content)

    def fingerprint(self, path: str, content: bytes) -> str:
        """Return a hash of a new content, and for another file what the base says."""
        if self._read(path) is None:
            return self._contents.fingerprint(path, content)
        return f"edited:{hashlib.sha256(content).hexdigest()}"

    def read(self, paths: Sequence[str], limit: int = MAX_FILE_BYTES) -> Iterator[bytes | Unreadable]:
        """Yield the content of each file in the order of `paths`."""
        others = iter(self._contents.read([path for path in paths if self._read(path) is None], limit))
        for path in paths:
            content = self._read(path)
            yield next(others) if content is None else content

    def stamps(self, paths: Sequence[str]) -> Iterator[str | None]:
        """Yield None for a new content, so that it is always read, and else what the base says."""
        others = [path for path in paths if self._read(path) is None]
        known = dict(zip(others, self._contents.stamps(others), strict=True))
        yield from (known.get(path) for path in paths)

    def _read(self, path: str) -> bytes | None:
        name = name_content(path)
        if name not in self._names:
            return None
        with open(os.path.join(self._folder, name), "rb") as file:
            return file.read()


class EditedTree(EditedContents):
    """A source in which some files have another content. No file is added or removed."""

    commit: str | None = None

    def __init__(self, base: Source, folder: str) -> None:
        """See `EditedContents`."""
        super().__init__(base, folder)
        self._base = base

    def get_kind(self, path: str) -> PathKind | None:
        """Return what the base has there."""
        return self._base.get_kind(path)

    def list_folders(self, path: str) -> list[str]:
        """Return the folders of the base."""
        return self._base.list_folders(path)

    def find_python_files(self, folder: str) -> Iterator[FileEntry]:
        """Yield the files of the base."""
        return self._base.find_python_files(folder)

    def holds_python(self, folder: str) -> bool:
        """Return what the base says."""
        return self._base.holds_python(folder)

    def prepare_listing(self) -> None:
        """Prepare the base."""
        self._base.prepare_listing()

    def list_project_files(self, known: Container[str]) -> list[str]:
        """Return the files of the base."""
        return self._base.list_project_files(known)

    def list_configuration_files(self) -> list[str]:
        """Return the configuration files of the base."""
        return self._base.list_configuration_files()


def edit_tree(base: Source, folder: str, contents: Mapping[str, bytes]) -> EditedTree:
    """Return a source with other contents for some files.

    Args:
        base: the source.
        folder: an empty folder, which has to stay while the tree is read.
        contents: path -> content.
    """
    for path, content in contents.items():
        with open(os.path.join(folder, name_content(path)), "wb") as file:
            file.write(content)
    return EditedTree(base, folder)


def name_content(path: str) -> str:
    """Return the name of the file that holds the new content of a path."""
    return hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()
