"""What is known of a tree once it is read: frozen values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from archguard.graph.module_expressions import is_within

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    from archguard.graph.discovery import Module, Root


RawImport = tuple[str, int, bool, bool]
"""One name that one statement imports, before it is known which modules there are.

The name in full (`base.item` of `from base import item`, else what follows `import`), its line, whether
it is lazy, whether it is `from` a base. Plain, or as JSON gives it back: a history has millions.
"""


class Scanned(NamedTuple):
    """What one file says, whichever modules there are: it can be kept as long as its content stays."""

    imports: tuple[RawImport, ...] = ()
    references: tuple[tuple[str, int], ...] = ()
    """(dotted name, line) of each string literal that names a deprecated module."""
    reason: str | None = None
    """Why it could not be read; None if it was."""
    line: int | None = None
    names: tuple[tuple[str, bool], ...] = ()
    """Of an unread file: the names in its text, and whether as `from base import item`."""


def scanned(result: Mapping[str, Any]) -> Scanned:
    """What a child process said of a file, as it is also kept between runs."""
    imports = tuple(result.get("imports", ()))
    if "reason" not in result and "references" not in result:  # as most files are
        return Scanned(imports)
    return Scanned(
        imports=imports,
        references=tuple(map(tuple, result.get("references", ()))),
        reason=result.get("reason"),
        line=result.get("line"),
        names=tuple(map(tuple, result.get("names", ()))),
    )


class Import(NamedTuple):
    """One module that one statement imports."""

    imported: str
    line: int
    lazy: bool


Importing = tuple[str, tuple[Import, ...]]
"""A module, and what it imports."""


class UnreadFile(NamedTuple):
    """A file that is not in the graph, and what its text says all the same."""

    path: str
    reason: str
    line: int | None
    names: tuple[str, ...]
    """The deprecated modules that its text names."""
    module: str | None = None
    """The module that it would be; None if it cannot be one."""


class Reference(NamedTuple):
    """A literal string that names a deprecated module."""

    module: str
    path: str
    line: int
    name: str


class Options(NamedTuple):
    """How to read the roots; the names are import-linter's session options, or our own."""

    root_packages: tuple[str, ...]
    source_roots: tuple[str, ...] = ()
    include_external_packages: bool = False
    exclude_type_checking_imports: bool = False
    deprecated: tuple[str, ...] = ()
    """The module expressions of every deprecated contract."""


class Analysis(NamedTuple):
    """Everything that the contracts are judged on."""

    modules: Mapping[str, Module]
    namespaces: Set[str]
    roots: tuple[Root, ...]
    imports: Mapping[str, tuple[Import, ...]]
    """Importer -> what it imports, as grimp resolves it among the modules that exist."""
    ghost_imports: Mapping[str, tuple[Import, ...]]
    """The same for the importers of ghosts, resolved among the ghosts as well."""
    references: tuple[Reference, ...]
    unread: tuple[UnreadFile, ...]
    files: int
    state: str | None = None
    """A name for the tree's content, see `TreeState.state`; None if a change could go unnoticed."""

    @property
    def nodes(self) -> Set[str]:
        """The modules and namespaces."""
        return self.namespaces | self.modules.keys()

    def exists(self, name: str) -> bool:
        """Whether a module of a root exists; what lies outside the roots is taken to exist."""
        if name in self.modules or name in self.namespaces:
            return True
        return not any(is_within(name, root.name) for root in self.roots)
