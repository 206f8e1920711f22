"""The results of reading a tree, as immutable values."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from archguard.graph.module_expressions import is_within

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence, Set

    from archguard.graph.discovery import Module, Root


IMPORTLIB = "importlib"
"""The package whose calls import what a string names."""

RawImport = tuple[str, int, bool, bool]
"""One name that one statement imports, not yet resolved to a module that exists.

The name in full (`base.item` of `from base import item`, else what follows `import`), the line, whether
the import is lazy, and whether it is `from` a base. A plain tuple, as JSON or a list: a history has
millions.
"""


class ImportKind(StrEnum):
    """When, and whether, an import is executed."""

    TOP_LEVEL = "top-level"
    """When its module is imported."""
    FUNCTION = "function"
    """When a function is called."""
    TYPE_CHECKING = "type-checking"
    """Never: it is meant for type checkers."""
    GUARDED = "guarded"
    """When its module is imported, which may go on without it: a `try` catches the ImportError."""
    LAZY = "lazy"
    """When its name is first used (PEP 810)."""
    REFERENCE = "reference"
    """Not a statement but a string that names the module: see `count_references`."""
    UNDECLARED = "undeclared"
    """Not a statement but a module that an exhaustive contract does not list."""
    DEFINITION = "definition"
    """Not an import but the statement of a class, see the `canonical` contract."""
    ALIAS = "alias"
    """An assignment or import that gives a class another name or home, see the `canonical` contract."""


class ReferenceKind(StrEnum):
    """How a place names a deprecated module without importing it."""

    LITERAL = "literal"
    """By a string in Python source, or by some that a call of `import_module` puts together."""
    CONFIGURATION = "configuration"
    """In a configuration file."""
    ATTRIBUTE = "attribute"
    """As an attribute of a package that is imported."""


RawReference = tuple[str, int, str]
"""A dotted name, its line, and a `ReferenceKind`; a plain tuple, as JSON or a list."""


RawComment = tuple[int, int, int, str]
"""A comment that asks for an exception: see `find_allow_comments`.

The first and the last line of the statement that it is about, 0 if there is none; the comment's own
line; its text from `allow` on. A plain tuple, as JSON or a list.
"""


class ScanResult(NamedTuple):
    """What the content of one file says, whichever modules exist; valid until the content changes."""

    imports: tuple[RawImport, ...] = ()
    references: tuple[RawReference, ...] = ()
    """The names of deprecated modules in it, besides its imports."""
    reason: str | None = None
    """Why the file could not be read; None if it was read."""
    line: int | None = None
    """The line of the syntax error, if that is the reason."""
    names: tuple[tuple[str, bool], ...] = ()
    """For an unread file: the deprecated names in its text, each with whether it is `from` a base."""
    unknown: bool = False
    """Whether not even the text of an unread file is known, so that it may import anything."""
    kinds: tuple[tuple[int, str], ...] = ()
    """Line and `ImportKind` of each import that is not at the top level, where kinds were looked for."""
    comments: tuple[RawComment, ...] = ()


_RARE_KEYS = frozenset({"reason", "references", "kinds", "comments"})


def parse_scan_result(result: Mapping[str, Any]) -> ScanResult:
    """Return the result that a child process sent for a file, or that a cache holds."""
    imports = tuple(result.get("imports", ()))
    if _RARE_KEYS.isdisjoint(result):  # true of most files
        return ScanResult(imports)
    return ScanResult(
        imports=imports,
        references=tuple(map(tuple, result.get("references", ()))),
        reason=result.get("reason"),
        line=result.get("line"),
        names=tuple(map(tuple, result.get("names", ()))),
        unknown=result.get("unknown", False),
        kinds=tuple(map(tuple, result.get("kinds", ()))),
        comments=tuple(map(tuple, result.get("comments", ()))),
    )


class Import(NamedTuple):
    """A module that a statement imports."""

    imported: str
    line: int
    lazy: bool


ModuleImports = tuple[str, tuple[Import, ...]]
"""A module, and what it imports."""


Way = tuple[str, ...]
"""Each name that an import passes as `module:Name`: what it asks for first, what is deprecated last."""


class UndecidedImport(NamedTuple):
    """An import of which nobody can know whether it asks for a deprecated module."""

    importer: str
    line: int
    module: str
    """The deprecated module that it may ask for."""


class ContractImports(NamedTuple):
    """What the imports of a tree mean to one contract."""

    imports: Mapping[str, tuple[Import, ...]]
    """Importer -> all that it imports, if that is more than grimp's graph has."""
    undecided: tuple[UndecidedImport, ...]
    ways: Mapping[tuple[str, str, int], tuple[Way, ...]] = MappingProxyType({})
    """(importer, symbol, line) -> the ways by which the statement imports a deprecated symbol."""


class DeprecatedImports(Protocol):
    """The imports that may concern deprecated modules, resolved for each contract by itself."""

    def resolve(self, expressions: tuple[str, ...]) -> ContractImports:
        """Return what the imports mean to a contract that deprecates these module expressions."""

    def list_all_names(self) -> Iterable[str]:
        """Return every name that an import statement of the tree asks for."""

    def list_names(self, importer: str, line: int) -> list[str]:
        """Return the names that the statement on a line asks for, in full, sorted."""

    def list_concerned(self) -> Mapping[str, Iterable[RawImport]]:
        """Return the imports that may ask for a deprecated module, by importer."""

    def list_consulted(self) -> Iterable[str]:
        """Return the modules that were asked which names they bind, so far."""


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
    """A place that names a deprecated module without importing it."""

    module: str
    """The module that the place is in; empty for a configuration file."""
    path: str
    line: int
    name: str
    kind: str = ReferenceKind.LITERAL
    text: str = ""
    """What is written there, in a configuration file. This is untrusted text."""


class NamingFiles(NamedTuple):
    """Python files that are in no graph, and which of them name deprecated modules."""

    files: int = 0
    names: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """The path of each file whose text names some, with the deprecated modules; sorted."""


class AnalysisOptions(NamedTuple):
    """How to read the roots; all fields but `deprecated` are named after options of a configuration."""

    root_packages: tuple[str, ...]
    source_roots: tuple[str, ...] = ()
    include_external_packages: bool = False
    exclude_type_checking_imports: bool = False
    deprecated: tuple[str, ...] = ()
    """The module expressions of all deprecated contracts."""
    exclude: tuple[str, ...] = ()
    """The patterns of files to leave out."""
    deprecated_symbols: tuple[str, ...] = ()
    """Those of all deprecated contracts as `module:Name`; `deprecated` has them as `module.Name`."""
    import_kinds: bool = False
    """Whether some contract judges only some kinds of import, so that they have to be known."""
    missing_imports: bool = False
    """Whether to resolve among modules that certainly do not exist, too, as uploads show them."""


class Analysis(NamedTuple):
    """Everything that contracts are judged on."""

    modules: Mapping[str, Module]
    namespaces: Set[str]
    roots: tuple[Root, ...]
    imports: Mapping[str, tuple[Import, ...]]
    """Importer -> what it imports among the modules that exist, resolved as grimp does."""
    deprecated_imports: DeprecatedImports
    """The imports that may concern deprecated modules, to be resolved for each contract."""
    references: tuple[Reference, ...]
    unread: tuple[UnreadFile, ...]
    files: int
    """The number of files below the roots, unread ones included."""
    state: str | None = None
    """See `TreeState.compute_state`."""
    foreign: Set[str] = frozenset()
    """The modules that exist as a stub, Cython source or compiled, and not as Python source."""
    outside: NamingFiles = NamingFiles()
    """The files below no root; not known in a history."""
    excluded: NamingFiles = NamingFiles()
    """The files that the configuration excludes; not known in a history."""
    kinds: Mapping[str, Mapping[int, str]] = MappingProxyType({})
    """Importer -> line -> `ImportKind` of the imports that are not at the top level.

    Empty unless `import_kinds` was asked for. A lazy import may be missing: `Import.lazy` tells.
    """
    comments: Mapping[str, tuple[RawComment, ...]] = MappingProxyType({})
    """Importer -> the comments in it that ask for an exception."""
    raw_imports: Mapping[str, Sequence[RawImport]] = MappingProxyType({})
    """Importer -> each name that it imports, as its statements ask for it."""
    missing_imports: Mapping[str, tuple[Import, ...]] = MappingProxyType({})
    """Of the importers of modules that certainly do not exist: what `imports` says, and these.

    Empty unless `AnalysisOptions.missing_imports` was asked for, as finding them takes a while.
    """

    @property
    def importable_names(self) -> Set[str]:
        """The names of the modules and namespaces."""
        return self.namespaces | self.modules.keys()

    def exists(self, name: str) -> bool:
        """Return whether a module of a root exists; a module outside the roots is assumed to exist."""
        if name in self.modules or name in self.namespaces:
            return True
        return not any(is_within(name, root.name) for root in self.roots)
