"""The occurrences of violations: path, line, kind and statement of each import."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from archguard.checking.report import Occurrence
from archguard.graph.model import ImportKind
from archguard.graph.module_expressions import is_within, join_symbol
from archguard.graph.parsing.decoding import DecodingError, decode_source
from archguard.graph.parsing.import_kinds import find_import_kinds
from archguard.graph.parsing.import_position import find_import_position
from archguard.graph.parsing.lexer import blank_text, split_lines

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from archguard.contract_types.verdict import Edge
    from archguard.graph.model import Analysis, ContractImports, Import, Reference, Way
    from archguard.sources.source import FileContents


_MAX_FILES = 4000  # kept along a history; they hold their text


class _File(NamedTuple):
    source: str
    lines: list[str]
    kinds: dict[int, ImportKind]
    """Import kind by line, of the lines that were looked up so far."""
    code_lines: list[str]
    """The lines with strings and comments blanked; empty until one is needed."""

    def line(self, number: int) -> str:
        """Return a line; empty if the file became shorter since it was scanned."""
        return self.lines[number - 1] if number <= len(self.lines) else ""

    def code_line(self, number: int) -> str:
        """Return a line with strings and comments blanked."""
        if not self.code_lines:
            self.code_lines.extend(split_lines(blank_text(self.source)))
        return self.code_lines[number - 1]

    def find_statement(self, number: int, imported: str) -> tuple[str, int]:
        """Return the first line of the statement that imports a module, and its column."""
        line = self.line(number)
        start, end = find_import_position(line, partial(self.code_line, number), imported)
        return line[start:end].strip(), start + 1


class Occurrences:
    """Looks up occurrences; reads each file that has one a second time."""

    def __init__(
        self,
        analysis: Analysis,
        source: FileContents,
        names: Mapping[str, str] = MappingProxyType({}),
        files: dict[str, _File] | None = None,
    ) -> None:
        """Look up occurrences in one tree.

        Args:
            analysis: the analysis of the tree.
            source: reads the contents of files.
            names: the name by which `source` knows the content of a path, if it is not the path.
            files: files that were read before, by name; new ones are added.
        """
        self._analysis = analysis
        self._source = source
        self._names = names
        self._files: dict[str, _File] = {} if files is None else files

    def imports(
        self, edge: Edge, imported_modules: Collection[str], imports: ContractImports | None
    ) -> tuple[Occurrence, ...]:
        """Return the statements that import an edge's module.

        Args:
            edge: the edge.
            imported_modules: the modules whose imports make the edge.
            imports: what the imports mean to the contract, if that is more than grimp's graph has.
        """
        path = self._analysis.modules[edge.importer].path
        file = self._file(path)
        statements = {
            (statement.line, statement.lazy)
            for statement in self._list_imports(edge.importer, imports)
            if statement.imported in imported_modules
        }
        new_lines = {line for line, lazy in statements if not lazy} - file.kinds.keys()
        if new_lines:
            file.kinds.update(find_import_kinds(file.source, new_lines))
        return tuple(
            self._make_occurrence(edge, path, line, _find_ways(edge, line, imports), lazy=lazy)
            for line, lazy in sorted(statements)
        )

    def _make_occurrence(
        self, edge: Edge, path: str, line: int, ways: tuple[Way, ...], *, lazy: bool
    ) -> Occurrence:
        file = self._file(path)
        asked = tuple(dict.fromkeys(join_symbol(way[0]) for way in ways))
        statement, column = file.find_statement(line, asked[0] if asked else edge.imported)
        return Occurrence(
            path=path,
            line=line,
            kind=ImportKind.LAZY if lazy else file.kinds.get(line, ImportKind.TOP_LEVEL),
            statement=statement,
            column=column,
            names=asked or self._list_names(edge, line),
            ways=ways,
        )

    def _list_names(self, edge: Edge, line: int) -> tuple[str, ...]:
        """Return what the statement on a line asks for below the edge's module or in it."""
        names = self._analysis.deprecated_imports.list_names(edge.importer, line)
        return tuple(name for name in names if is_within(name, edge.imported))

    def undeclared(self, edge: Edge) -> tuple[Occurrence, ...]:
        """Return the file of a module that an exhaustive contract does not list, unless it has none."""
        module = self._analysis.modules.get(edge.importer)
        if module is None:
            return ()
        return (Occurrence(module.path, 1, ImportKind.UNDECLARED, ""),)

    def reference(self, reference: Reference) -> Occurrence:
        """Return the string that names a deprecated module."""
        return self.statement(reference.path, reference.line, ImportKind.REFERENCE)

    def statement(self, path: str, line: int, kind: ImportKind) -> Occurrence:
        """Return a statement by its line."""
        text = self._file(path).line(line)
        return Occurrence(path, line, kind, text.strip(), len(text) - len(text.lstrip()) + 1)

    def _list_imports(self, importer: str, imports: ContractImports | None) -> tuple[Import, ...]:
        if imports is not None and importer in imports.imports:
            return imports.imports[importer]
        return self._analysis.imports[importer]

    def _file(self, path: str) -> _File:
        name = self._names.get(path, path)
        if name not in self._files:
            (content,) = self._source.read([name])
            try:
                source = decode_source(content).text if isinstance(content, bytes) else ""
            except DecodingError:  # the file changed since it was scanned
                source = ""
            if len(self._files) >= _MAX_FILES:
                self._files.clear()
            self._files[name] = _File(source, split_lines(source), {}, [])
        return self._files[name]


def _find_ways(edge: Edge, line: int, imports: ContractImports | None) -> tuple[Way, ...]:
    """Return the ways by which a statement imports a deprecated symbol; none for a module."""
    return () if imports is None else imports.ways.get((edge.importer, edge.imported, line), ())
