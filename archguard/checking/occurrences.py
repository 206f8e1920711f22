"""Where a violation stands: path, line, kind and statement of each of its imports."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from archguard.checking.report import Occurrence
from archguard.graph.parsing.decoding import DecodingError, decode
from archguard.graph.parsing.import_kinds import ImportKind, kinds
from archguard.graph.parsing.lexer import split_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archguard.contract_types.verdict import Edge
    from archguard.graph.model import Analysis, Import, Reference
    from archguard.sources.source import FileContents


_MOST_FILES = 4000  # along a history; they hold their text


class _File(NamedTuple):
    source: str
    lines: list[str]
    kinds: dict[int, ImportKind]
    """Of the lines that were asked for so far."""

    def statement(self, line: int) -> str:
        """The line, stripped; empty if the file has lost it since it was scanned."""
        return self.lines[line - 1].strip() if line <= len(self.lines) else ""


class Occurrences:
    """Looks occurrences up, reading each file that has one once more."""

    def __init__(
        self,
        analysis: Analysis,
        source: FileContents,
        names: Mapping[str, str] = MappingProxyType({}),
        files: dict[str, _File] | None = None,
    ) -> None:
        """Look in this tree.

        Args:
            analysis: what the tree holds.
            source: where contents come from.
            names: what `source` calls the content of a path, if not by the path.
            files: what was found in contents before; kept up to date.
        """
        self._analysis = analysis
        self._source = source
        self._names = names
        self._files: dict[str, _File] = {} if files is None else files

    def imports(self, edge: Edge, *, ghosts: bool) -> tuple[Occurrence, ...]:
        """The statements that make an edge."""
        path = self._analysis.modules[edge.importer].path
        file = self._file(path)
        found = [
            one for one in self._imports(edge.importer, ghosts=ghosts) if one.imported == edge.imported
        ]
        asked = {one.line for one in found if not one.lazy} - file.kinds.keys()
        if asked:
            file.kinds.update(kinds(file.source, asked))
        return tuple(
            Occurrence(
                path=path,
                line=one.line,
                kind=ImportKind.LAZY if one.lazy else file.kinds.get(one.line, ImportKind.TOP_LEVEL),
                statement=file.statement(one.line),
            )
            for one in found
        )

    def undeclared(self, edge: Edge) -> tuple[Occurrence, ...]:
        """The module that an exhaustive contract does not list; a namespace has no file."""
        module = self._analysis.modules.get(edge.importer)
        if module is None:
            return ()
        return (Occurrence(module.path, 1, ImportKind.UNDECLARED, ""),)

    def reference(self, reference: Reference) -> Occurrence:
        """The string that names a deprecated module."""
        statement = self._file(reference.path).statement(reference.line)
        return Occurrence(reference.path, reference.line, ImportKind.REFERENCE, statement)

    def _imports(self, importer: str, *, ghosts: bool) -> tuple[Import, ...]:
        if ghosts and importer in self._analysis.ghost_imports:
            return self._analysis.ghost_imports[importer]
        return self._analysis.imports[importer]

    def _file(self, path: str) -> _File:
        name = self._names.get(path, path)
        if name not in self._files:
            (content,) = self._source.read([name])
            try:
                source = decode(content).text if isinstance(content, bytes) else ""
            except DecodingError:  # it changed since it was scanned
                source = ""
            if len(self._files) >= _MOST_FILES:
                self._files.clear()
            self._files[name] = _File(source, split_lines(source), {})
        return self._files[name]
