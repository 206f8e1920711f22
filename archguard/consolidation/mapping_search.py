"""Propose what could take the place of names of deprecated modules; nothing is applied."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from archguard.consolidation.audit_report import MappingProposal
from archguard.consolidation.audited_definition import list_definitions, split_modules
from archguard.consolidation.clone_index import MIN_SHARE
from archguard.consolidation.family_names import find_stem
from archguard.definitions.fact_scan import scan_facts
from archguard.definitions.model import BindingKind, Outcome
from archguard.definitions.tokens import MIN_COPY_TOKENS, measure_containment
from archguard.graph.module_expressions import make_deprecation

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from archguard.consolidation.audit_request import AuditRequest
    from archguard.consolidation.audited_definition import AuditedDefinition
    from archguard.definitions.fact_reader import DefinitionFacts

SAME_NAME, ALIAS, CLONE, SUBCLASS, BASE = "same name", "alias", "clone", "subclass", "base class"
_ORDER = (CLONE, SAME_NAME, ALIAS, SUBCLASS, BASE)
"""The most convincing reason first."""


class _Wanted(NamedTuple):
    symbol: str
    """`module:Name` as it is imported."""
    definition: str
    """The id of what it leads to; empty if it does not exist (any more)."""
    importers: int


def propose_mappings(request: AuditRequest) -> list[MappingProposal]:
    """Return candidates for each name that is imported from a deprecated module and defined there.

    A name that the module only re-exports has a home, and needs none.

    Raises:
        WorkerError: no child process can be started.
    """
    if not request.tree.options.deprecated:
        return []
    covers = make_deprecation(request.tree.options.deprecated).covers
    wanted = list(_list_wanted(request, covers))
    if not wanted:
        return []
    production, _ = split_modules(request.analysis.modules.values())
    definitions = [one for one in list_definitions(request, production) if one.definition.is_top_level]
    search = _CandidateSearch(request, definitions, covers)
    search.read_facts(one.definition for one in wanted)
    return [
        MappingProposal(one.symbol, one.importers, *candidate)
        for one in wanted
        for candidate in search.find(one)
    ]


def _list_wanted(request: AuditRequest, covers: Callable[[str], bool]) -> Iterator[_Wanted]:
    importers: defaultdict[str, set[str]] = defaultdict(set)
    modules = request.analysis.importable_names
    for importer, imports in request.analysis.raw_imports.items():
        for name, _, _, is_from in imports if not covers(importer) else ():
            base, _, item = name.rpartition(".")
            if is_from and item != "*" and covers(base) and name not in modules:
                importers[f"{base}:{item}"].add(importer)
    request.scan.read(
        {symbol.partition(":")[0] for symbol in importers} & request.analysis.modules.keys()
    )
    for symbol, its_importers in sorted(importers.items()):
        resolution = request.resolver.resolve(*symbol.split(":"))
        target = resolution.target if resolution.outcome is Outcome.DEFINITION else ""
        if resolution.outcome is not Outcome.OUTSIDE and (
            not target or covers(target.partition(":")[0])
        ):
            yield _Wanted(symbol, target, len(its_importers))


class _CandidateSearch:
    """Knows the definitions of production code that are not deprecated."""

    def __init__(
        self,
        request: AuditRequest,
        definitions: Collection[AuditedDefinition],
        covers: Callable[[str], bool],
    ) -> None:
        self._request = request
        self._covers = covers
        self._all = {one.id: one for one in definitions}
        self._by_name: defaultdict[str, list[AuditedDefinition]] = defaultdict(list)
        self._by_last_word: defaultdict[str, list[AuditedDefinition]] = defaultdict(list)
        self._aliases: defaultdict[str, set[str]] = defaultdict(set)
        self._subclasses: defaultdict[str, set[str]] = defaultdict(set)
        self._facts: Mapping[str, DefinitionFacts] = {}
        for one in self._all.values():
            if not covers(one.definition.module):
                self._by_name[one.definition.name].append(one)
                self._by_last_word[find_stem(one.definition.name)[-1]].append(one)
                for base in self._list_bases(one):
                    self._subclasses[base].add(one.id)
        for module in sorted({one.definition.module for one in definitions}):
            self._read_aliases(module)

    def find(self, wanted: _Wanted) -> list[tuple[str, str]]:
        """Return the candidates, each as `module:Name` with the reason; the most convincing first."""
        name = wanted.symbol.partition(":")[2]
        reasons: dict[str, str] = {}
        found = (
            *((one, CLONE) for one in self._find_clones(wanted.definition)),
            *((one.id, SAME_NAME) for one in self._by_name.get(name, ())),
            *((one, ALIAS) for one in self._aliases.get(name, ())),
            *((one, SUBCLASS) for one in self._subclasses.get(wanted.definition, ())),
            *((one, BASE) for one in self._find_bases(wanted.definition)),
        )
        for candidate, reason in found:
            reasons.setdefault(candidate.partition("#")[0], reason)
        return sorted(reasons.items(), key=lambda one: (_ORDER.index(one[1]), one[0]))

    def _read_aliases(self, module: str) -> None:
        symbols = self._request.scan.get(module)
        if symbols is None or self._covers(module):
            return
        for binding in symbols.bindings:
            if binding.kind is BindingKind.ALIAS:
                resolution = self._request.resolver.resolve(module, binding.name)
                home = resolution.target.partition(":")[0]
                if resolution.outcome is Outcome.DEFINITION and not self._covers(home):
                    self._aliases[binding.name].add(resolution.target)

    def _list_bases(self, one: AuditedDefinition) -> Iterator[str]:
        if one.definition.bases:
            for resolution in self._request.resolver.resolve_bases(one.definition):
                if resolution.outcome is Outcome.DEFINITION:
                    yield resolution.target

    def _find_bases(self, definition: str) -> Iterator[str]:
        if definition in self._all:
            for base in self._list_bases(self._all[definition]):
                if not self._covers(base.partition(":")[0]):
                    yield base

    def read_facts(self, ids: Iterable[str]) -> None:
        """Read what tells whether definitions are copies of others whose names end in the same word."""
        wanted = [self._all[one] for one in ids if one in self._all]
        needed = {one.id: one for one in wanted}
        needed |= {other.id: other for one in wanted for other in self._list_alike(one)}
        if len(needed) > len(wanted):
            request = self._request
            self._facts = scan_facts(
                [one.definition for one in needed.values()],
                request.tree.source,
                request.analysis.modules,
                jobs=request.jobs,
            )

    def _list_alike(self, one: AuditedDefinition) -> list[AuditedDefinition]:
        return self._by_last_word.get(find_stem(one.definition.name)[-1], [])

    def _find_clones(self, definition: str) -> Iterator[str]:
        """Yield the definitions with nearly the same code."""
        own = self._facts.get(definition)
        if own is None or own.tokens < MIN_COPY_TOKENS:
            return
        for other in self._list_alike(self._all[definition]):
            its = self._facts.get(other.id)
            if its is not None and its.tokens >= MIN_COPY_TOKENS and _is_copy(own, its):
                yield other.id


def _is_copy(one: DefinitionFacts, other: DefinitionFacts) -> bool:
    if one.shape and one.shape == other.shape:
        return True
    return measure_containment(one.shingles, other.shingles) >= MIN_SHARE
