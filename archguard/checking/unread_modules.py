"""The modules of a tree of which nobody knows what they import."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archguard.graph.module_expressions import is_within
from archguard.sources.source import UNSCANNED, may_be_folder

if TYPE_CHECKING:
    from archguard.graph.model import Analysis, UnreadFile


@dataclass(frozen=True, slots=True)
class UnreadModules:
    """The modules whose files are unread, and the folders that are unread as a whole."""

    names: frozenset[str]
    folders: tuple[str, ...] = ()
    """Names as of packages; every module below is unread, too."""

    def __contains__(self, module: str) -> bool:
        """Return whether a module's imports are unknown."""
        return module in self.names or any(is_within(module, folder) for folder in self.folders)


def find_unread_modules(analysis: Analysis) -> UnreadModules:
    """Find the modules of the unread files of a tree."""
    names = {file: name for file in analysis.unread if (name := name_unread_module(file, analysis))}
    folders = {name for file, name in names.items() if may_be_folder(file.path, file.reason)}
    return UnreadModules(frozenset(names.values()), tuple(sorted(folders)))


def name_unread_module(file: UnreadFile, analysis: Analysis) -> str | None:
    """Return the module that an unread file or folder would be; None if it would be none.

    A file that a read one of the same name hides is no module, nor is a notebook or a script. A stub or
    Cython source is one unless there is Python source of the same name.
    """
    if file.module is not None:
        return file.module
    if not file.place or file.place in analysis.modules:
        return None
    return file.place if file.reason not in UNSCANNED or file.place in analysis.foreign else None
