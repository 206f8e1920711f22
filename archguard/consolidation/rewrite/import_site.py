"""Import statements that ask for deprecated modules, and what each of their names should become."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from libcst.helpers import get_full_name_for_node

from archguard.consolidation.rewrite.import_list import (
    ImportList,
    ListedName,
    read_import_list,
    write_moved,
)
from archguard.consolidation.rewrite.parsed_file import Span
from archguard.consolidation.rewrite.text_edit import TextEdit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    import libcst

    from archguard.consolidation.rewrite.parsed_file import ParsedFile
    from archguard.consolidation.rewrite.targets import Target


class ImportedName(NamedTuple):
    """One name of an import statement, and what takes its place."""

    deprecated: str
    """The deprecated module as the contract names it."""
    is_module: bool
    """Whether a module is imported, not a name of one."""
    target: Target


class ImportSite(NamedTuple):
    """An `import` statement with deprecated modules."""

    node: libcst.Import
    names: tuple[ImportedName | None, ...]
    """For each name in the list what it should become; None if it stays."""


class FromImportSite(NamedTuple):
    """A `from` import with names of deprecated modules."""

    node: libcst.ImportFrom
    aliases: Sequence[libcst.ImportAlias]
    base: str
    """In full, what it is from."""
    names: tuple[ImportedName | None, ...]
    """For each name in the list what it should become; None if it stays."""


class Importer(NamedTuple):
    """The module that a file is."""

    name: str
    is_package: bool

    def find_anchor(self, dots: int) -> str:
        """Return the package that some leading dots mean; empty if they leave the top-level package."""
        parts = self.name.split(".")
        above = dots - 1 if self.is_package else dots
        return ".".join(parts[: len(parts) - above]) if above < len(parts) else ""

    def find_base(self, node: libcst.ImportFrom) -> str:
        """Return in full what a `from` import names; empty if it leaves the top-level package."""
        written = get_full_name_for_node(node.module) if node.module else ""
        if not node.relative:
            return written or ""
        anchor = self.find_anchor(len(node.relative))
        return ".".join(part for part in (anchor, written) if part) if anchor else ""

    def write_base(self, base: str, dots: int) -> str:
        """Return how a statement that had some leading dots names a base: no more dots than before."""
        for fewer in range(1, dots + 1):
            anchor = self.find_anchor(fewer)
            if anchor and base == anchor:
                return "." * fewer
            if anchor and base.startswith(f"{anchor}."):
                return "." * fewer + base[len(anchor) + 1 :]
        return base


class Rewritten(NamedTuple):
    """The edits of one statement."""

    edits: tuple[TextEdit, ...]
    further: tuple[str, ...]
    """Statements to be added after it."""


def rewrite_from_import(
    file: ParsedFile, importer: Importer, site: FromImportSite, ready: Collection[str]
) -> Rewritten:
    """Return the edits of a `from` import of which some names move.

    Names that stay keep the statement; if there are none, it is given to those of the first home.

    Args:
        file: the file.
        importer: the module that it is.
        site: the statement.
        ready: the deprecated modules whose imports are rewritten.
    """
    node = site.node
    whole = _find_list(file, site)
    listed = read_import_list(file, site.aliases, whole)
    moves = [one if one is not None and one.deprecated in ready else None for one in site.names]
    homes = [site.base if one is None else _find_home(one) for one in moves]
    dots = len(node.relative)
    main = site.base if site.base in homes else next(filter(None, homes), "")
    if not main:  # only top-level modules, which no `from` can import
        span = file.find_span(node)
        written = [_write_name(*one) for one in zip(listed.names, moves, strict=True)]
        return Rewritten((TextEdit(*span, f"import {', '.join(written)}"),), ())
    texts = [
        _write_name(name, move) if home == main else None
        for name, move, home in zip(listed.names, moves, homes, strict=True)
    ]
    edits = list(_edit_list(file, whole, listed, texts))
    if main != site.base:
        edits.append(_edit_base(file, node, importer.write_base(main, dots)))
    further = []
    statement = _find_statement(file, node)
    for home in dict.fromkeys(homes):
        if home == main:
            continue
        names = [
            (name, _write_name(name, move))
            for name, move, own in zip(listed.names, moves, homes, strict=True)
            if own == home
        ]
        if not home:
            further += [f"import {text}" for _, text in names]
            continue
        base = importer.write_base(home, dots)
        further.append(
            write_moved(base, names, statement.indentation, file.newline, alone=statement.is_alone)
        )
    return Rewritten(tuple(edits), tuple(further))


def rewrite_import(
    file: ParsedFile, site: ImportSite, ready: Collection[str], homes: Mapping[int, Sequence[str]]
) -> Rewritten:
    """Return the edits of an `import` statement of which some modules are replaced.

    Args:
        file: the file.
        site: the statement.
        ready: the deprecated modules whose imports are rewritten.
        homes: for each name by its number, further modules that its uses need.
    """
    edits = []
    further: list[str] = []
    for number, (alias, name) in enumerate(zip(site.node.names, site.names, strict=True)):
        if name is None or name.deprecated not in ready:
            continue
        new = name.target.module
        span = file.find_span(alias.name)
        edits.append(TextEdit(span.start, span.end, new))
        further += [f"import {home}" for home in homes.get(number, ()) if home != new]
    return Rewritten(tuple(edits), tuple(dict.fromkeys(further)))


class Statement(NamedTuple):
    """Where an import statement stands."""

    indentation: str
    is_alone: bool
    """Whether its line holds no other statement."""
    end: int
    """Where a further statement is added."""


def add_statements(file: ParsedFile, node: libcst.CSTNode, further: Sequence[str]) -> Iterator[TextEdit]:
    """Yield the edit that adds statements after one: on lines of their own, or behind semicolons."""
    if not further:
        return
    statement = _find_statement(file, node)
    if not statement.is_alone:
        yield TextEdit(statement.end, statement.end, "".join(f"; {text}" for text in further))
        return
    end = file.find_line_end(statement.end)
    text = "".join(f"{file.newline}{statement.indentation}{one}" for one in further)
    yield TextEdit(end.start, end.start, text)


def _find_statement(file: ParsedFile, node: libcst.CSTNode) -> Statement:
    span = file.find_span(node)
    return Statement(file.read_indentation(span.start), node in file.statements.alone, span.end)


def _find_list(file: ParsedFile, site: FromImportSite) -> Span:
    """Return where the list of names stands, without parentheses."""
    node = site.node
    if node.lpar and node.rpar:
        opening, closing = file.find_span(node.lpar), file.find_span(node.rpar)
        return _trim_parentheses(file, opening, closing)
    first, last = site.aliases[0], site.aliases[-1]
    end = file.find_span(last.asname.name if last.asname else last.name).end
    return Span(file.find_span(first.name).start, end)


def _trim_parentheses(file: ParsedFile, opening: Span, closing: Span) -> Span:
    """Return what stands between two parentheses; their spans hold white space, too."""
    start = file.utf8.index(b"(", opening.start) + 1
    end = file.utf8.rindex(b")", closing.start, closing.end)
    return Span(start, end)


def _edit_list(
    file: ParsedFile, whole: Span, listed: ImportList, texts: Sequence[str | None]
) -> Iterator[TextEdit]:
    """Yield edits of the names alone where all stay in the statement, else of the whole list."""
    if None in texts:
        yield TextEdit(whole.start, whole.end, listed.write(texts))
        return
    for name, text in zip(listed.names, texts, strict=True):
        if text != name.text:
            start = file.find_span(name.alias.name).start
            yield TextEdit(start, start + len(name.text.encode()), text or "")


def _edit_base(file: ParsedFile, node: libcst.ImportFrom, base: str) -> TextEdit:
    """Return the edit of what stands between `from` and `import`."""
    start = file.find_span(node.relative[0] if node.relative else node.module).start  # type: ignore[arg-type]
    end = file.find_span(node.module if node.module else node.relative[-1]).end
    before = "" if base.startswith(".") or file.utf8[start - 1 : start].isspace() else " "
    after = "" if file.utf8[end : end + 1].isspace() or file.utf8[end : end + 1] == b"\\" else " "
    return TextEdit(start, end, f"{before}{base}{after}")


def _find_home(name: ImportedName) -> str:
    """Return the base from which a name is imported now; empty for a top-level module."""
    return name.target.module.rpartition(".")[0] if name.is_module else name.target.module


def _write_name(listed: ListedName, move: ImportedName | None) -> str:
    """Return a name as it is imported now, bound to the local name that it had."""
    if move is None:
        return listed.text
    new = move.target.module.rpartition(".")[2] if move.is_module else move.target.name
    if new == listed.name:
        return listed.text
    return new if new == listed.local else f"{new} as {listed.local}"
