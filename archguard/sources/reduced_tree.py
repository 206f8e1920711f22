"""A tree without some of its files: to judge a deletion before it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.sources.source import MAX_FILE_BYTES, may_be_module

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from archguard.sources.source import FileEntry, PathKind, Source, Unreadable


class ReducedTree:
    """A source in which some files do not exist; folders stay."""

    commit: str | None = None

    def __init__(self, base: Source, removed: Iterable[str]) -> None:
        """Take the place of another source.

        Args:
            base: the source.
            removed: the paths of the files that do not exist.
        """
        self._base = base
        self._removed = frozenset(removed)

    def spec(self) -> dict[str, str]:
        """Return what `reopen` needs: nobody asks for a file that is not listed."""
        return self._base.spec()

    def fingerprints(self, paths: Sequence[str]) -> Iterator[str | None]:
        """Yield what the base says."""
        return self._base.fingerprints(paths)

    def fingerprint(self, path: str, content: bytes) -> str:
        """Return what the base says."""
        return self._base.fingerprint(path, content)

    def read(self, paths: Sequence[str], limit: int = MAX_FILE_BYTES) -> Iterator[bytes | Unreadable]:
        """Yield what the base holds."""
        return self._base.read(paths, limit)

    def stamps(self, paths: Sequence[str]) -> Iterator[str | None]:
        """Yield what the base says."""
        return self._base.stamps(paths)

    def get_kind(self, path: str) -> PathKind | None:
        """Return what the base has there; None for a file that is removed."""
        return None if path in self._removed else self._base.get_kind(path)

    def list_folders(self, path: str) -> list[str]:
        """Return the folders of the base."""
        return self._base.list_folders(path)

    def find_python_files(self, folder: str) -> Iterator[FileEntry]:
        """Yield the files of the base that are left."""
        return (one for one in self._base.find_python_files(folder) if one.path not in self._removed)

    def holds_python(self, folder: str) -> bool:
        """Return whether a file is left that may be a module."""
        return any(map(may_be_module, self.find_python_files(folder)))

    def prepare_listing(self) -> None:
        """Prepare the base."""
        self._base.prepare_listing()

    def list_project_files(self, known: Container[str]) -> list[str]:
        """Return the files of the base that are left."""
        return [one for one in self._base.list_project_files(known) if one not in self._removed]

    def list_configuration_files(self) -> list[str]:
        """Return the configuration files of the base that are left."""
        return [one for one in self._base.list_configuration_files() if one not in self._removed]
