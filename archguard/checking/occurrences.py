"""Where a violation stands: path, line, kind and statement of each of its imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.checking.report import Occurrence
from archguard.graph.decoding import DecodingError, decode
from archguard.graph.kinds import ImportKind, kinds
from archguard.graph.literals import split_lines

if TYPE_CHECKING:
    from archguard.contract_types.finding import Edge
    from archguard.graph.facts import Analysis, Import, Reference
    from archguard.sources import Source


class Occurrences:
    """Looks occurrences up, reading each file that has one once more."""

    def __init__(self, analysis: Analysis, source: Source) -> None:
        self._analysis = analysis
        self._source = source
        self._files: dict[str, tuple[list[str], dict[int, ImportKind]]] = {}

    def imports(self, edge: Edge, *, ghosts: bool) -> tuple[Occurrence, ...]:
        """The statements that make an edge."""
        imports = self._imports(edge.importer, ghosts=ghosts)
        path = self._analysis.modules[edge.importer].path
        lines, line_kinds = self._read(path, imports)
        return tuple(
            Occurrence(
                path=path,
                line=one.line,
                kind=line_kinds.get(one.line, ImportKind.TOP_LEVEL),
                statement=_line(lines, one.line),
            )
            for one in imports
            if one.imported == edge.imported
        )

    def undeclared(self, edge: Edge) -> tuple[Occurrence, ...]:
        """The module that an exhaustive contract does not list; a namespace has no file."""
        module = self._analysis.modules.get(edge.importer)
        if module is None:
            return ()
        return (Occurrence(module.path, 1, ImportKind.UNDECLARED, ""),)

    def reference(self, reference: Reference) -> Occurrence:
        """The string that names a deprecated module."""
        lines, _ = self._read(reference.path, ())
        statement = _line(lines, reference.line)
        return Occurrence(reference.path, reference.line, ImportKind.REFERENCE, statement)

    def _imports(self, importer: str, *, ghosts: bool) -> tuple[Import, ...]:
        if ghosts and importer in self._analysis.ghost_imports:
            return self._analysis.ghost_imports[importer]
        return self._analysis.imports[importer]

    def _read(self, path: str, imports: tuple[Import, ...]) -> tuple[list[str], dict[int, ImportKind]]:
        if path not in self._files:
            (content,) = self._source.read([path])
            try:
                source = decode(content) if isinstance(content, bytes) else ""
            except DecodingError:  # it changed since it was scanned
                source = ""
            self._files[path] = (split_lines(source), {})
        lines, known = self._files[path]
        asked = {one.line for one in imports} - known.keys()
        if asked:
            known |= kinds("\n".join(lines), asked)
            known |= {one.line: ImportKind.LAZY for one in imports if one.lazy}
        return lines, known


def _line(lines: list[str], number: int) -> str:
    return lines[number - 1].strip() if number <= len(lines) else ""
