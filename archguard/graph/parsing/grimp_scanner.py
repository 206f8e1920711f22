"""Scan source text with grimp: the only module that uses what is not grimp's public API.

grimp reads modules through a file system object, which is filled here from memory, so that a working
tree and a commit are scanned by the same code. grimp resolves imports among the modules that it is told
of, but we need the names as written, which hold for any set of modules. They are read from the line that
grimp reports. If that line does not tell, grimp scans again and is told that every name which the text
could import is a module, so that it answers with those names.
When a new grimp breaks this, `tests/graph/parsing/test_grimp_scanner.py` says which part changed.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import lru_cache, partial
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from grimp import _rustgrimp as rust  # type: ignore[attr-defined]
from grimp.application.ports.modulefinder import FoundPackage, ModuleFile
from grimp.domain import valueobjects
from grimp.domain.valueobjects import Module as GrimpModule
from grimp.exceptions import SourceSyntaxError

from archguard.graph.parsing import import_candidates
from archguard.graph.parsing.import_lines import read_first_line, read_imported_names
from archguard.graph.parsing.lexer import split_lines
from archguard.sources.source import module_file

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from archguard.graph.model import RawImport
    from archguard.graph.parsing.import_lines import FirstLine, ImportedNames

SYNTAX_ERROR = "a syntax error"
TOO_MANY_DOTS = "a relative import that leaves the top-level package"


# All modules are put into one package, because grimp compares each import with every package that it
# is told of. No source can import a package of this name.
_PACKAGE = "archguard-scan"
_RELATIVE_HEADS = (_PACKAGE, "")  # of the packages that grimp reports for relative imports
_MAX_LINES = 1 << 15  # in the cache of first lines: the same statement often stands in many files

_DirectImport = tuple[str, int, str, bool]
"""The fields of grimp's DirectImport that are used: imported, line number, line contents, is lazy."""


def _make_direct_import(
    importer: str,  # noqa: ARG001 (grimp passes it)
    imported: str,
    line_number: int,
    line_contents: str,
    is_lazy: bool = False,
) -> _DirectImport:
    return imported, line_number, line_contents, is_lazy


class ModuleSource(NamedTuple):
    """A module's source."""

    name: str
    is_package: bool
    source: str
    utf8: bytes
    """The source encoded as UTF-8."""


# grimp scans a single module in the calling thread, whose stack size the user sets, and several modules
# in threads of its own, whose stack size we set. The companion always makes them several, so that the
# same nesting is too deep on every machine.
_COMPANION = ModuleSource("archguard-companion", is_package=False, source="", utf8=b"")


class ScanError(Exception):
    """A module cannot be scanned.

    Attributes:
        reason: why, in words.
        line: where, if it is known.
        module: which module it is, if it is known.
    """

    def __init__(self, reason: str, line: int | None = None, module: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.module = module


class GrimpScanner:
    """Reads the imports in sources: each name as written, in full, not the module that it leads to."""

    def __init__(
        self, top_level_names: Collection[str] | None, *, exclude_type_checking_imports: bool = False
    ) -> None:
        """Choose what to look for.

        Args:
            top_level_names: the first components of the names to look for; None: look for all names.
            exclude_type_checking_imports: leave out imports under `if TYPE_CHECKING`.
        """
        self._top_level_names = top_level_names
        self._exclude_type_checking = exclude_type_checking_imports
        self._first_lines = _FirstLines(self._select_names)

    def scan(self, texts: Iterable[ModuleSource]) -> dict[str, list[RawImport]]:
        """Return the imports of each module, sorted.

        Raises:
            ScanError: a module cannot be scanned, and so none of them was.
        """
        texts = list(texts)
        direct_imports = _scan(texts, (), self._exclude_type_checking, externals=True, package=_PACKAGE)
        raw = {text.name: self._read_from_lines(text, direct_imports[text.name]) for text in texts}
        unclear = [text for text in texts if raw[text.name] is None]
        if unclear:
            raw |= self._read_from_candidates(unclear)
        return {name: sorted(imports or ()) for name, imports in raw.items()}

    def probe(self, text: ModuleSource) -> None:
        """Scan one module on its own, only to see whether it can be scanned.

        Raises:
            ScanError: it cannot.
        """
        _scan([text], (), exclude_type_checking=False)

    def _read_from_lines(
        self, text: ModuleSource, direct_imports: Iterable[_DirectImport]
    ) -> set[RawImport] | None:
        """Return a module's imports, read from its statements' lines; None if a line does not tell."""
        raw: set[RawImport] = set()
        first_lines = self._first_lines
        for package, number, line, lazy in direct_imports:
            first_line = first_lines[line]
            names = first_line and first_line.names
            if names is None:
                if not self._may_matter(package):
                    continue
                find_rest = partial(_find_rest, text.source, line, number)
                names = first_line and read_imported_names(
                    first_line, find_rest, text.name, is_package=text.is_package
                )
                if names is None:
                    return None
                names = self._select_names(names)
            for name, is_from in names:
                raw.add((name, number, lazy, is_from))
        return raw

    def _may_matter(self, package: str) -> bool:
        """Return whether a statement for which grimp reports a package may import a name to look for."""
        head = package.partition(".")[0]
        return self._top_level_names is None or head in self._top_level_names or head in _RELATIVE_HEADS

    def _select_names(self, names: ImportedNames) -> ImportedNames:
        heads = self._top_level_names
        return names if heads is None else tuple(n for n in names if n[0].partition(".")[0] in heads)

    def _read_from_candidates(self, texts: Iterable[ModuleSource]) -> dict[str, set[RawImport]]:
        """Return the imports of each module, found by a second scan among all names it could import."""
        candidates = {text.name: self._find_candidates(text) for text in texts}
        modules = set().union(*candidates.values())
        direct_imports = _scan(texts, modules, self._exclude_type_checking)
        return {
            text.name: set(_iterate_raw_imports(text, candidates[text.name], direct_imports[text.name]))
            for text in texts
        }

    def _find_candidates(self, text: ModuleSource) -> dict[str, bool | None]:
        return import_candidates.find_candidates(
            text.utf8, text.name, is_package=text.is_package, top_level_names=self._top_level_names
        )


class _FirstLines(dict[str, "FirstLine | None"]):
    """The first lines of statements, each read once for all files, with the names to look for."""

    def __init__(self, select_names: Callable[[ImportedNames], ImportedNames]) -> None:
        super().__init__()
        self._select_names = select_names

    def __missing__(self, line: str) -> FirstLine | None:
        first_line = read_first_line(line)
        if first_line is not None and first_line.names is not None:
            first_line = first_line._replace(names=self._select_names(first_line.names))
        if len(self) == _MAX_LINES:
            self.clear()
        self[line] = first_line
        return first_line


def find_external_packages(names: Iterable[str], roots: Iterable[str]) -> dict[str, str]:
    """Return the external package that grimp reports for each name, given these root packages.

    The answer depends on nothing but `roots`. Names for which grimp reports none are left out.
    """
    lines = list(names)
    source = "".join(f"import {name.removesuffix('.*')}\n" for name in lines)
    text = ModuleSource(_COMPANION.name + "-asking", is_package=False, source=source, utf8=b"")
    packages = [FoundPackage(root, root, frozenset()) for root in roots]
    direct_imports = _scan([text], (), exclude_type_checking=False, packages=packages, externals=True)
    return {lines[number - 1]: package for package, number, _, _ in direct_imports[text.name]}


def _iterate_raw_imports(
    text: ModuleSource,
    candidates: Mapping[str, bool | None],
    direct_imports: Iterable[_DirectImport],
) -> Iterator[RawImport]:
    for name, line, _, lazy in direct_imports:
        is_from = candidates.get(name)
        if is_from is None:
            # Both kinds of statement import it, or grimp found an import that is no candidate.
            is_from = import_candidates.is_from_import(
                text.utf8, name, line, text.name, is_package=text.is_package
            )
        yield name, line, lazy, is_from


def _scan(
    texts: Iterable[ModuleSource],
    names: Iterable[str],
    exclude_type_checking: bool,
    packages: Iterable[FoundPackage] = (),
    *,
    externals: bool = False,
    package: str = "",
) -> Mapping[str, Iterable[_DirectImport]]:
    """Return what grimp finds in sources.

    Args:
        texts: what to scan.
        names: modules that exist besides these.
        exclude_type_checking: leave out imports under `if TYPE_CHECKING`.
        packages: further packages that exist.
        externals: report imports of other packages, too.
        package: put the sources into a package of this name.

    Raises:
        ScanError: a module cannot be scanned.
    """
    files = rust.FakeBasicFileSystem()
    paths = {}
    modules = {}
    for text in [*texts, _COMPANION]:
        module = f"{package}.{text.name}" if package else text.name
        path = module_file(module, is_package=text.is_package)
        paths[path] = text.name
        modules[module] = text.name
        files.write(path, text.source)
    try:
        with _replaced_dataclasses():
            imports_by_module: dict[str, set[_DirectImport]] = rust.scan_for_imports(
                module_files=tuple(map(_make_module_file, modules)),
                found_packages={*_make_packages({*names, *modules}), *packages},
                include_external_packages=externals,
                exclude_type_checking_imports=exclude_type_checking,
                file_system=files,
            )
    except SourceSyntaxError as error:
        raise ScanError(SYNTAX_ERROR, error.lineno, paths.get(error.filename)) from error
    except BaseException as error:
        # A Rust panic derives from BaseException and is not exported, so it is recognised by its name.
        if type(error).__name__ != "PanicException":
            raise
        raise ScanError(TOO_MANY_DOTS) from error
    return {modules[module]: imports for module, imports in imports_by_module.items()}


@contextmanager
def _replaced_dataclasses() -> Iterator[None]:
    """Have grimp make a tuple for each import, not three dataclasses, which take a tenth of a scan."""
    originals = valueobjects.Module, valueobjects.DirectImport
    valueobjects.Module, valueobjects.DirectImport = str, _make_direct_import  # type: ignore[misc,assignment]
    try:
        yield
    finally:
        valueobjects.Module, valueobjects.DirectImport = originals  # type: ignore[misc]


def _make_packages(names: Iterable[str]) -> Iterator[FoundPackage]:
    by_head: dict[str, set[ModuleFile]] = {}
    for name in names:
        by_head.setdefault(name.partition(".")[0], set()).add(_make_module_file(name))
    for head, files in by_head.items():
        yield FoundPackage(head, head, frozenset(files))


def _find_rest(source: str, line: str, number: int) -> tuple[str, int]:
    """Return a text, and where in it begins what follows the line of this number in a source.

    Args:
        source: the source.
        line: what the line holds.
        number: the number of the line.
    """
    position = source.find(line)
    # Most often the text stands there only, and counting the lines before it takes a tenth of splitting.
    if "\r" in source or position < 0 or source.count("\n", 0, position) != number - 1:
        text, starts = _index_lines(source)
        return text, starts[number] if number < len(starts) else len(text)
    start = source.find("\n", position + len(line)) + 1
    return source, start or len(source)


@lru_cache(maxsize=1)
def _index_lines(source: str) -> tuple[str, list[int]]:
    """Return a source with a newline at the end of each line, and where each line begins."""
    lines = split_lines(source)
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    return "\n".join(lines), starts[:-1]


@lru_cache(maxsize=100_000)
def _make_module_file(name: str) -> ModuleFile:
    return ModuleFile(GrimpModule(name), 0.0)
