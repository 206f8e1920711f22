"""grimp's scanner over files in memory: the one module that touches what is not grimp's public API.

grimp reads modules through a file system port, filled here from memory, so that a working tree and a
commit are read by the same code. It resolves what they import among known modules; which names were
written is read off the line that it gives, so that the answer holds whichever modules there are. Where
that line does not tell, grimp is given every name that the text could import, and answers with them.
When a new grimp breaks this, `tests/graph/parsing/test_grimp_scanner.py` says which part moved.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import lru_cache, partial
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


# All texts are put into one package: grimp compares each import with every package that it knows.
# No text can import this one.
_AROUND = "archguard-scan"
_OF_DOTS = (_AROUND, "")  # relative imports lead into it, or out of it
_MOST_LINES = 1 << 15  # most of a project's statements stand in many of its files

_Found = tuple[str, int, str, bool]
"""Of what grimp calls a DirectImport: imported, line number, line contents, is lazy."""


def _found(
    importer: str,  # noqa: ARG001 (grimp's)
    imported: str,
    line_number: int,
    line_contents: str,
    is_lazy: bool = False,
) -> _Found:
    return imported, line_number, line_contents, is_lazy


class ModuleSource(NamedTuple):
    """A module's source."""

    name: str
    is_package: bool
    source: str
    utf8: bytes
    """The same, encoded."""


# grimp scans a lone module on the caller's thread, whose stack is the user's to set, and several on its
# own, whose stack is ours. With a companion every module is on those: "too deep" is the same everywhere.
_COMPANION = ModuleSource("archguard-companion", is_package=False, source="", utf8=b"")


class ScanError(Exception):
    """The scanner cannot read a module."""

    def __init__(self, reason: str, line: int | None = None, module: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.module = module


class GrimpScanner:
    """Reads imports as they are written: the name in full, not the module that it leads to."""

    def __init__(
        self, top_level_names: Collection[str] | None, *, exclude_type_checking_imports: bool = False
    ) -> None:
        """Look for some imports.

        Args:
            top_level_names: only names that begin with one of these components; None: all.
            exclude_type_checking_imports: leave out those under `if TYPE_CHECKING`.
        """
        self._top_level_names = top_level_names
        self._exclude_type_checking = exclude_type_checking_imports
        self._lines_known = _Lines(self._that_matter)

    def scan(self, texts: Iterable[ModuleSource]) -> dict[str, list[RawImport]]:
        """What each module imports, sorted.

        Raises:
            ScanError: one module cannot be read, and with it none; `module` names it, if known.
        """
        texts = list(texts)
        found = _scan(texts, (), self._exclude_type_checking, externals=True, around=_AROUND)
        raw = {text.name: self._as_usual(text, found[text.name]) for text in texts}
        odd = [text for text in texts if raw[text.name] is None]
        if odd:
            raw |= self._by_names(odd)
        return {name: sorted(one or ()) for name, one in raw.items()}

    def probe(self, text: ModuleSource) -> None:
        """Read one module on its own, against nothing: cheap, and its failure is its own.

        Raises:
            ScanError: the module cannot be read.
        """
        _scan([text], (), exclude_type_checking=False)

    def _as_usual(self, text: ModuleSource, found: Iterable[_Found]) -> set[RawImport] | None:
        """What the lines say that statements begin on; None: there is one that does not tell."""
        raw: set[RawImport] = set()
        lines_known = self._lines_known
        for package, number, line, lazy in found:
            first = lines_known[line]
            names = first and first.names
            if names is None:
                if not self._may_matter(package):
                    continue
                lines = partial(_lines_behind, text.source, line, number)
                names = first and read_imported_names(
                    first, lines, text.name, is_package=text.is_package
                )
                if names is None:
                    return None
                names = self._that_matter(names)
            for name, is_from in names:
                raw.add((name, number, lazy, is_from))
        return raw

    def _may_matter(self, package: str) -> bool:
        """Whether a statement may name what is looked for if grimp says that it imports a package."""
        head = package.partition(".")[0]
        return self._top_level_names is None or head in self._top_level_names or head in _OF_DOTS

    def _that_matter(self, names: ImportedNames) -> ImportedNames:
        top_level_names = self._top_level_names
        return (
            names
            if top_level_names is None
            else tuple(n for n in names if n[0].partition(".")[0] in top_level_names)
        )

    def _by_names(self, texts: Iterable[ModuleSource]) -> dict[str, set[RawImport]]:
        """The same by a second scan, among every name that the texts could import."""
        names = {text.name: _names(text, self._top_level_names) for text in texts}
        found = _scan(texts, set().union(*names.values()), self._exclude_type_checking)
        return {text.name: set(_raw(text, names[text.name], found[text.name])) for text in texts}


class _Lines(dict[str, "FirstLine | None"]):
    """What statements' first lines say, with the names that matter; read once for all files."""

    def __init__(self, that_matter: Callable[[ImportedNames], ImportedNames]) -> None:
        super().__init__()
        self._that_matter = that_matter

    def __missing__(self, line: str) -> FirstLine | None:
        found = read_first_line(line)
        if found is not None and found.names is not None:
            found = found._replace(names=self._that_matter(found.names))
        if len(self) == _MOST_LINES:
            self.clear()
        self[line] = found
        return found


def find_external_packages(names: Iterable[str], roots: Iterable[str]) -> dict[str, str]:
    """The external package that each name stands for, as grimp tells it for these root packages.

    `roots` are all that it depends on. A name that stands for none is left out.
    """
    lines = list(names)
    text = "".join(f"import {name.removesuffix('.*')}\n" for name in lines)
    asking = ModuleSource(_COMPANION.name + "-asking", is_package=False, source=text, utf8=b"")
    packages = [FoundPackage(root, root, frozenset()) for root in roots]
    found = _scan([asking], (), exclude_type_checking=False, packages=packages, externals=True)
    return {lines[number - 1]: package for package, number, _, _ in found[asking.name]}


def _names(text: ModuleSource, top_level_names: Collection[str] | None) -> dict[str, bool | None]:
    return import_candidates.find_candidates(
        text.utf8, text.name, is_package=text.is_package, top_level_names=top_level_names
    )


def _raw(
    text: ModuleSource, names: Mapping[str, bool | None], imports: Iterable[_Found]
) -> Iterator[RawImport]:
    for name, line, _, lazy in imports:
        is_from = names.get(name)
        if is_from is None:
            # Both kinds of statement name it, or grimp read one where the text seemed to hold none.
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
    around: str = "",
) -> Mapping[str, Iterable[_Found]]:
    """What grimp finds in these texts if the modules of these names exist besides them.

    With a package `around` them, all of them are in it.
    """
    files = rust.FakeBasicFileSystem()
    paths = {}
    modules = {}
    for text in [*texts, _COMPANION]:
        module = f"{around}.{text.name}" if around else text.name
        path = module_file(module, is_package=text.is_package)
        paths[path] = text.name
        modules[module] = text.name
        files.write(path, text.source)
    try:
        with _plain_values():
            found: dict[str, set[_Found]] = rust.scan_for_imports(
                module_files=tuple(map(_module_file, modules)),
                found_packages={*_found_packages({*names, *modules}), *packages},
                include_external_packages=externals,
                exclude_type_checking_imports=exclude_type_checking,
                file_system=files,
            )
    except SourceSyntaxError as error:
        raise ScanError(SYNTAX_ERROR, error.lineno, paths.get(error.filename)) from error
    except BaseException as error:
        # A Rust panic derives from BaseException and is not exported: it is known by its name.
        if type(error).__name__ != "PanicException":
            raise
        raise ScanError(TOO_MANY_DOTS) from error
    return {modules[module]: imports for module, imports in found.items()}


@contextmanager
def _plain_values() -> Iterator[None]:
    """A tuple for grimp's three dataclasses an import, meanwhile: making those is a tenth of a scan."""
    kept = valueobjects.Module, valueobjects.DirectImport
    valueobjects.Module, valueobjects.DirectImport = str, _found  # type: ignore[misc,assignment]
    try:
        yield
    finally:
        valueobjects.Module, valueobjects.DirectImport = kept  # type: ignore[misc]


def _found_packages(names: Iterable[str]) -> Iterator[FoundPackage]:
    by_head: dict[str, set[ModuleFile]] = {}
    for name in names:
        by_head.setdefault(name.partition(".")[0], set()).add(_module_file(name))
    for head, files in by_head.items():
        yield FoundPackage(head, head, frozenset(files))


def _lines_behind(source: str, line: str, number: int) -> Iterator[str]:
    """The lines of a source behind the one of this number, which holds this text."""
    at = source.find(line)
    # Most often it stands there only: to count the lines before it is a tenth of splitting them.
    if "\r" in source or at < 0 or source.count("\n", 0, at) != number - 1:
        lines = _lines(source)
        yield from (lines[at] for at in range(number, len(lines)))
        return
    start = source.find("\n", at + len(line)) + 1
    while start and (end := source.find("\n", start)) >= 0:
        yield source[start:end]
        start = end + 1
    if start:
        yield source[start:]


@lru_cache(maxsize=1)
def _lines(source: str) -> list[str]:
    return split_lines(source)


@lru_cache(maxsize=100_000)
def _module_file(name: str) -> ModuleFile:
    return ModuleFile(GrimpModule(name), 0.0)
