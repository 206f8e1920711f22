"""The modules of a tree of which nobody knows what they import."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archguard.graph.module_expressions import is_within
from archguard.sources.source import is_python_file, module_name, package_folder

if TYPE_CHECKING:
    from archguard.graph.discovery import Root
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
    names = {file.path: name for file in analysis.unread if (name := name_unread_module(file, analysis))}
    return UnreadModules(
        frozenset(names.values()),
        tuple(sorted(name for path, name in names.items() if not is_python_file(path))),
    )


def name_unread_module(file: UnreadFile, analysis: Analysis) -> str | None:
    """Return the module that an unread file or folder would be; None if it is below no root.

    A file that a read one of the same name hides is no module either.
    """
    if file.module is not None:
        return file.module
    roots = [root for root in analysis.roots if _is_below(file.path, root)]
    if not roots:
        return _name_hidden_module(file.path, analysis)
    root = max(roots, key=lambda other: len(other.path))
    relative_path = file.path[len(root.path) :].lstrip("/")
    name, _ = module_name(relative_path, root.name) if relative_path else (root.name, False)
    return None if name in analysis.modules else name


def _name_hidden_module(path: str, analysis: Analysis) -> str | None:
    """Return the module of a file in a portion of a root that a package elsewhere hides."""
    for root in analysis.roots:
        _, folder, below = f"/{path}".partition(f"/{package_folder(root.name)}/")
        if folder:
            name, _ = module_name(below, root.name)
            return None if name in analysis.modules else name
    return None


def _is_below(path: str, root: Root) -> bool:
    return bool(root.path) and (path == root.path or path.startswith(f"{root.path}/"))
