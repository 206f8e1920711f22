"""Rewrite the imports of deprecated modules in one file."""

from __future__ import annotations

from collections import defaultdict
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import libcst

from archguard.consolidation.rewrite.bound_modules import BoundModule, ModuleUse, UseFinder, is_free
from archguard.consolidation.rewrite.import_site import (
    FromImportSite,
    ImportedName,
    Importer,
    ImportSite,
    add_statements,
    rewrite_from_import,
    rewrite_import,
)
from archguard.consolidation.rewrite.parsed_file import ParsedFile, UnreadableError
from archguard.consolidation.rewrite.quoted_modules import find_named_modules
from archguard.consolidation.rewrite.refusal import Refusal, RefusalCode
from archguard.consolidation.rewrite.targets import Blocked

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from archguard.consolidation.rewrite.targets import TargetFinder
    from archguard.consolidation.rewrite.text_edit import TextEdit
    from archguard.graph.module_expressions import Deprecation


class RewriteRequest(NamedTuple):
    """What to rewrite in a file, and how."""

    importer: Importer
    content: bytes
    lines: Mapping[str, frozenset[int]]
    """For each deprecated module, as the contract names it, the lines of the imports that count."""
    deprecation: Deprecation
    targets: TargetFinder
    rewrites_strings: bool = False
    """Whether strings that name a module are rewritten; else they block its imports."""
    is_partial: bool = False
    """Whether names that can move do so although others of the same module cannot."""
    symbols: Mapping[str, str] = MappingProxyType({})
    """Names that lead to deprecated symbols: as written, `module:Name`, and the symbol."""
    is_read_elsewhere: Callable[[str], bool] = lambda _: False
    """Whether another module imports this name from the file."""


def rewrite_file(request: RewriteRequest) -> FileRewrite:
    """Find out what can be done with a file's imports of deprecated modules.

    Raises:
        WorkerError: no child process can be started to read a module.
    """
    try:
        file = ParsedFile(request.content)
    except UnreadableError as error:
        detail = f"The file cannot be rewritten: {error}."
        refusals = [Refusal(one, RefusalCode.UNREAD_FILE, 1, detail) for one in sorted(request.lines)]
        return FileRewrite(request, ParsedFile(b""), refusals)
    rewrite = FileRewrite(request, file, [])
    rewrite.read()
    return rewrite


class FileRewrite:
    """What can be done in a file: what is in the way of each deprecated module, and the edits."""

    def __init__(self, request: RewriteRequest, file: ParsedFile, refusals: list[Refusal]) -> None:
        """Read nothing yet."""
        self._request = request
        self._file = file
        self._targets = request.targets
        self._refusals = refusals
        self._sites: list[ImportSite | FromImportSite] = []
        self._bound: list[BoundModule] = []
        self._uses: list[ModuleUse] = []
        self._strings: list[tuple[str, TextEdit]] = []
        self._seen: set[str] = set()

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Why the file still imports deprecated modules; sorted."""
        return tuple(sorted(set(self._refusals)))

    @property
    def ready(self) -> frozenset[str]:
        """The deprecated modules whose imports can all be rewritten."""
        return frozenset(self._seen - {refusal.deprecated for refusal in self._refusals})

    def list_homes(self, deprecated: str) -> frozenset[str]:
        """Return the modules that the file would import instead of a deprecated one."""
        names = (one.target.module for one in self._list_names() if one.deprecated == deprecated)
        return frozenset(names) | {use.home for use in self._uses if use.bound.deprecated == deprecated}

    def list_notes(self, deprecated: str) -> tuple[str, ...]:
        """Return what a reader should know about the rewriting of a module's imports."""
        notes = (one.target.note for one in self._list_names() if one.deprecated == deprecated)
        return tuple(dict.fromkeys(note for note in notes if note))

    def make_edits(self, stays: Collection[str] = ()) -> tuple[TextEdit, ...]:
        """Return the edits, in order, in terms of the text's UTF-8; they do not overlap.

        All imports of a module are rewritten, or none of them; with `--partial`, also those that can
        be where others ask for a name that is missing.

        Args:
            stays: deprecated modules whose imports are left as they are, though they are ready.
        """
        moved = self._select_moved().difference(stays)
        edits = [*self._edit_sites(moved), *(edit for one, edit in self._strings if one in moved)]
        edits += [use.edit for use in self._uses if use.edit and use.bound.deprecated in moved]
        return tuple(sorted(set(edits)))

    def read(self) -> None:
        """Look for imports and uses, and for what is in the way.

        Raises:
            WorkerError: no child process can be started to read a module.
        """
        statements = self._file.statements
        for node in statements.imports:
            self._read_import(node)
        for from_import in statements.from_imports:
            self._read_from_import(from_import)
        for bound in self._bound:
            self._check_bound(bound, statements.exported)
        uses = UseFinder(self._file, self._bound, self._targets).find() if self._bound else ()
        for use in uses:
            if isinstance(use, Refusal):
                self._refusals.append(use)
            else:
                self._uses.append(use)
        self._read_strings()
        for deprecated in self._request.lines.keys() - self._seen:
            line = min(self._request.lines[deprecated], default=1)
            detail = f"{deprecated} is imported by a call, not by a statement."
            self._refusals.append(Refusal(deprecated, RefusalCode.DYNAMIC_USE, line, detail))

    def _list_names(self) -> list[ImportedName]:
        return [one for site in self._sites for one in site.names if one is not None]

    def _select_moved(self) -> frozenset[str]:
        """Return the modules of which something moves: with `--partial` also where a name is missing."""
        if not self._request.is_partial:
            return self.ready
        other = {one.deprecated for one in self._refusals if one.code is not RefusalCode.MISSING_SYMBOL}
        bound = {one.deprecated for one in self._bound}
        return self.ready | (self._seen - other - bound)

    def _edit_sites(self, moved: Collection[str]) -> Iterator[TextEdit]:
        homes: defaultdict[libcst.CSTNode, defaultdict[int, list[str]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for use in self._uses:
            if use.home != use.bound.new and use.bound.deprecated in moved:
                homes[use.bound.node][use.bound.number].append(use.home)
        for site in self._sites:
            if not any(one is not None and one.deprecated in moved for one in site.names):
                continue
            if isinstance(site, ImportSite):
                rewritten = rewrite_import(self._file, site, moved, homes[site.node])
            else:
                rewritten = rewrite_from_import(self._file, self._request.importer, site, moved)
                needed = dict.fromkeys(home for several in homes[site.node].values() for home in several)
                rewritten = rewritten._replace(
                    further=(*rewritten.further, *(f"import {home}" for home in needed))
                )
            yield from rewritten.edits
            yield from add_statements(self._file, site.node, rewritten.further)

    def _identify(self, name: str, node: libcst.CSTNode) -> str | None:
        """Return the deprecated module that a name is or lies in, if this import of it counts."""
        deprecated = self._request.deprecation.identify(name)
        if deprecated is None or deprecated not in self._request.lines:
            return None
        lines = self._request.lines[deprecated]
        return deprecated if self._file.find_line(node) in lines else None

    def _read_import(self, node: libcst.Import) -> None:
        names = [self._read_imported_module(node, number) for number in range(len(node.names))]
        if any(names):
            self._sites.append(ImportSite(node, tuple(names)))

    def _read_imported_module(self, node: libcst.Import, number: int) -> ImportedName | None:
        alias = node.names[number]
        old = alias.evaluated_name
        deprecated = self._identify(old, node)
        if deprecated is None:
            return None
        self._seen.add(deprecated)
        local = alias.evaluated_alias
        target = self._targets.find_module(old)
        if isinstance(target, Blocked):
            self._refuse(deprecated, target, node)
            return None
        written = (local,) if local else tuple(old.split("."))
        if not local and not is_free(self._file.find_scope(node), target.module):
            top = target.module.partition(".")[0]
            if top != old.partition(".")[0]:
                self._refuse(
                    deprecated,
                    Blocked(RefusalCode.NAME_TAKEN, f"{top} means something else here."),
                    node,
                )
        self._bound.append(BoundModule(deprecated, old, written, target.module, node, number))
        return ImportedName(deprecated, is_module=True, target=target)

    def _read_from_import(self, node: libcst.ImportFrom) -> None:
        base = self._request.importer.find_base(node)
        if isinstance(node.names, libcst.ImportStar):
            for deprecated in self._list_starred(node, base):
                self._seen.add(deprecated)
                detail = f"Which names `from {base} import *` brings is not in this file; list them."
                self._refuse(deprecated, Blocked(RefusalCode.STAR_IMPORT, detail), node)
            return
        if not base:
            return
        names = [self._read_listed(node, alias, base, number) for number, alias in enumerate(node.names)]
        if any(names):
            self._sites.append(FromImportSite(node, node.names, base, tuple(names)))

    def _list_starred(self, node: libcst.ImportFrom, base: str) -> list[str]:
        """Return what a star brings of deprecated modules and symbols."""
        module = self._identify(base, node) if base else None
        symbols = sorted(set(self._request.symbols.values()))
        line = self._file.find_line(node)
        starred = [symbol for symbol in symbols if line in self._request.lines.get(symbol, ())]
        return [*([module] if module else []), *starred]

    def _read_symbol(self, node: libcst.ImportFrom, base: str, name: str) -> ImportedName | None:
        """Return what a name should become that leads to a deprecated symbol."""
        symbol = self._request.symbols.get(f"{base}:{name}", "")
        if self._file.find_line(node) not in self._request.lines.get(symbol, ()):
            return None
        self._seen.add(symbol)
        target = self._targets.find_symbol(*symbol.split(":"))
        if isinstance(target, Blocked):
            self._refuse(symbol, target, node)
            return None
        return ImportedName(symbol, is_module=False, target=target)

    def _read_listed(
        self, node: libcst.ImportFrom, alias: libcst.ImportAlias, base: str, number: int
    ) -> ImportedName | None:
        name = alias.evaluated_name
        if symbol := self._read_symbol(node, base, name):
            return symbol
        full = f"{base}.{name}"
        is_base = self._identify(base, node) is not None
        is_module = self._targets.is_module(full) or not is_base
        deprecated = self._identify(full if is_module else base, node)
        if deprecated is None:
            return None
        self._seen.add(deprecated)
        target = self._targets.find_module(full) if is_module else self._targets.find_symbol(base, name)
        if isinstance(target, Blocked):
            self._refuse(deprecated, target, node)
            return None
        if is_module:
            local = alias.evaluated_alias or name
            self._bound.append(BoundModule(deprecated, full, (local,), target.module, node, number))
        return ImportedName(deprecated, is_module=is_module, target=target)

    def _check_bound(self, bound: BoundModule, exported: Collection[str]) -> None:
        """Refuse a module that others can take from this file."""
        if bound.is_dotted:
            return
        local = bound.written[0]
        if local in exported or self._request.is_read_elsewhere(local):
            detail = f"Other modules may import {local} from here."
            self._refuse(bound.deprecated, Blocked(RefusalCode.MODULE_ESCAPES, detail), bound.node)

    def _read_strings(self) -> None:
        for named in find_named_modules(self._file, self._request.deprecation, self._targets):
            if named.deprecated not in self._request.lines:
                continue
            if named.refusal is not None:
                self._refusals.append(named.refusal)
            elif self._request.rewrites_strings:
                self._strings += [(named.deprecated, edit) for edit in named.edits]
            else:
                detail = f"A string names {named.deprecated}, for example to patch it; see --strings."
                self._refusals.append(
                    Refusal(named.deprecated, RefusalCode.STRING_REFERENCE, named.line, detail)
                )

    def _refuse(self, deprecated: str, blocked: Blocked, node: libcst.CSTNode) -> None:
        line = self._file.find_line(node)
        self._refusals.append(Refusal(deprecated, blocked.code, line, blocked.detail))
