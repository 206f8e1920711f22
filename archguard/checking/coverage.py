"""Which files a report covers, and which it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from archguard.graph.model import UnreadFile


class OutsideFile(NamedTuple):
    """A Python file that lies under no root and names deprecated modules."""

    path: str
    names: tuple[str, ...]
    """The deprecated modules, sorted."""


class Outside(NamedTuple):
    """The Python files of the repository that lie under no root."""

    files: int = 0
    names: tuple[OutsideFile, ...] = ()
    """Those that name a deprecated module, sorted by path."""

    def below(self, folder: str) -> Outside:
        """Return the same files with their paths below a folder."""
        return self._replace(
            names=tuple(file._replace(path=f"{folder}/{file.path}") for file in self.names)
        )


class Excluded(NamedTuple):
    """The files that `exclude` of [tool.archguard] leaves out."""

    files: int = 0
    patterns: tuple[str, ...] = ()
    naming: int = 0
    """How many of the files name a deprecated module."""


class Undecided(NamedTuple):
    """An import of which nobody can know whether it asks for a deprecated module."""

    contract: str
    module: str
    """The deprecated module that it may ask for."""
    importer: str
    path: str
    line: int


class Coverage(NamedTuple):
    """The files that the report covers."""

    files: int
    unread: tuple[UnreadFile, ...]
    outside: Outside = Outside()
    excluded: Excluded = Excluded()
    undecided: tuple[Undecided, ...] = ()
    """Sorted."""

    @property
    def analysed(self) -> int:
        """The number of files in the graph."""
        return self.files - len(self.unread)
