"""The results of reading a tree, as immutable values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from archguard.graph.module_expressions import is_within

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    from archguard.graph.discovery import Module, Root


RawImport = tuple[str, int, bool, bool]
"""One name that one statement imports, not yet resolved to a module that exists.

The name in full (`base.item` of `from base import item`, else what follows `import`), the line, whether
the import is lazy, and whether it is `from` a base. A plain tuple, as JSON or a list: a history has
millions.
"""


class ScanResult(NamedTuple):
    """What the content of one file says, whichever modules exist; valid until the content changes."""

    imports: tuple[RawImport, ...] = ()
    references: tuple[tuple[str, int], ...] = ()
    """(dotted name, line) of each string literal that names a deprecated module."""
    reason: str | None = None
    """Why the file could not be read; None if it was read."""
    line: int | None = None
    """The line of the syntax error, if that is the reason."""
    names: tuple[tuple[str, bool], ...] = ()
    """For an unread file: the deprecated names in its text, each with whether it is `from` a base."""
    unknown: bool = False
    """Whether not even the text of an unread file is known, so that it may import anything."""


def parse_scan_result(result: Mapping[str, Any]) -> ScanResult:
    """Return the result that a child process sent for a file, or that a cache holds."""
    imports = tuple(result.get("imports", ()))
    if "reason" not in result and "references" not in result:  # true of most files
        return ScanResult(imports)
    return ScanResult(
        imports=imports,
        references=tuple(map(tuple, result.get("references", ()))),
        reason=result.get("reason"),
        line=result.get("line"),
        names=tuple(map(tuple, result.get("names", ()))),
        unknown=result.get("unknown", False),
    )


class Import(NamedTuple):
    """A module that a statement imports."""

    imported: str
    line: int
    lazy: bool


ModuleImports = tuple[str, tuple[Import, ...]]
"""A module, and what it imports."""


class UnreadFile(NamedTuple):
    """A file that is not in the graph."""

    path: str
    reason: str
    line: int | None
    names: tuple[str, ...]
    """The deprecated modules that its text names."""
    module: str | None = None
    """The module that it defines; None if it cannot be one."""
    unknown: bool = False
    """Whether not even its text is known, so that it may import anything."""
    place: str = ""
    """What its place would make the name of a module, if it defines none."""


class Reference(NamedTuple):
    """A literal string that names a deprecated module."""

    module: str
    path: str
    line: int
    name: str


class AnalysisOptions(NamedTuple):
    """How to read the roots; the first four fields are named after options of the configuration."""

    root_packages: tuple[str, ...]
    source_roots: tuple[str, ...] = ()
    include_external_packages: bool = False
    exclude_type_checking_imports: bool = False
    deprecated: tuple[str, ...] = ()
    """The module expressions of all deprecated contracts."""


class Analysis(NamedTuple):
    """Everything that contracts are judged on."""

    modules: Mapping[str, Module]
    namespaces: Set[str]
    roots: tuple[Root, ...]
    imports: Mapping[str, tuple[Import, ...]]
    """Importer -> what it imports among the modules that exist, resolved as grimp does."""
    ghost_imports: Mapping[str, tuple[Import, ...]]
    """The same for the importers of ghosts, resolved among existing modules and ghosts."""
    references: tuple[Reference, ...]
    unread: tuple[UnreadFile, ...]
    files: int
    """The number of files below the roots, unread ones included."""
    state: str | None = None
    """See `TreeState.compute_state`."""
    foreign: Set[str] = frozenset()
    """The modules that exist as a stub, Cython source or compiled, and not as Python source."""

    @property
    def importable_names(self) -> Set[str]:
        """The names of the modules and namespaces."""
        return self.namespaces | self.modules.keys()

    def exists(self, name: str) -> bool:
        """Return whether a module of a root exists; a module outside the roots is assumed to exist."""
        if name in self.modules or name in self.namespaces:
            return True
        return not any(is_within(name, root.name) for root in self.roots)
