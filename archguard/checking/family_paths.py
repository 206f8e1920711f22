"""Who imports the definitions of a `canonical` contract's family, by path."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from archguard.definitions.file_roles import is_test_path
from archguard.definitions.importers import FromImports, PathSearch
from archguard.definitions.resolver import Resolver

if TYPE_CHECKING:
    from archguard.contract_types.canonical_family import CanonicalFamily
    from archguard.definitions.tree_definitions import Definitions
    from archguard.graph.incremental.discovery import ModuleChanges
    from archguard.graph.model import Analysis


class FamilyPath(NamedTuple):
    """One way in which a definition of a family is imported."""

    contract: str
    definition: str
    """Its id, `module:QualName`."""
    path: str
    """`module:Name`, as importers write it."""
    importers: int


class FamilyPathCounter:
    """Counts them in a tree, and in those of the commits after it."""

    def __init__(self) -> None:
        """Count nothing yet."""
        self._from_imports: FromImports | None = None
        self._searches: dict[str, _Search] = {}

    def advance(self, changes: ModuleChanges, analysis: Analysis) -> None:
        """Go on to the next commit: forget what it may change.

        Args:
            changes: what the commit changes.
            analysis: the commit's tree.
        """
        if self._from_imports is None:
            return
        names = {*changes.added, *changes.removed, *changes.changed}
        asked = self._from_imports.update(analysis.raw_imports, changes.changed)
        self._searches = {
            contract: search
            for contract, search in self._searches.items()
            if search.rests_on.isdisjoint(names) and search.asks.isdisjoint(asked)
        }

    def count(
        self, contract: str, family: CanonicalFamily, analysis: Analysis, definitions: Definitions
    ) -> tuple[FamilyPath, ...]:
        """Return by which paths the family of a contract is imported, sorted.

        Only definitions of production code at module scope count: nothing else can be imported by a
        name.

        Args:
            contract: the contract's id.
            family: what the tree has of its family.
            analysis: the tree.
            definitions: those of the tree.

        Raises:
            WorkerError: no child process can be started.
        """
        ids = {one.id for one in family.definitions} | family.uncounted
        importable = frozenset(one for one in ids if _is_importable(one, analysis))
        known = self._searches.get(contract)
        if known is None or known[:2] != (importable, analysis.foreign):
            if self._from_imports is None:
                self._from_imports = FromImports(analysis.raw_imports)
            known = _search(importable, self._from_imports, analysis, definitions)
            self._searches[contract] = known
        return tuple(FamilyPath(contract, *one) for one in known.paths)


class _Search(NamedTuple):
    """The paths of some definitions, and what they rest on."""

    definitions: frozenset[str]
    foreign: frozenset[str]
    """See `Analysis.foreign`."""
    paths: tuple[tuple[str, str, int], ...]
    """Definition, path and number of importers; sorted."""
    rests_on: frozenset[str]
    """The modules whose text, or existence, the paths rest on."""
    asks: frozenset[str]
    """The modules of which it matters which names are imported."""


def _search(
    ids: frozenset[str], from_imports: FromImports, analysis: Analysis, definitions: Definitions
) -> _Search:
    resolver = Resolver(analysis, definitions.symbols)
    search = PathSearch(ids, from_imports, resolver)
    search.run(definitions.symbols)
    paths = tuple(
        (definition, path, importers)
        for definition, found in search.make_paths().items()
        for path, importers in sorted(Counter(one.path for one in found.importers).items())
    )
    return _Search(
        ids,
        frozenset(analysis.foreign),
        paths,
        frozenset(search.visited | resolver.consulted),
        frozenset(search.considered),
    )


def _is_importable(definition: str, analysis: Analysis) -> bool:
    module, _, name = definition.partition(":")
    return "." not in name and not is_test_path(analysis.modules[module].path)
