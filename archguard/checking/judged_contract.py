"""One contract judged on an analysed tree, with and without its exceptions."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from archguard.checking.covering_exception import find_covering, list_entries, unite_edges
from archguard.checking.hidden_users import find_user_ways
from archguard.checking.judged_imports import JudgedImports
from archguard.checking.symbol_imports import (
    SymbolImports,
    add_symbol_imports,
    find_symbol_references,
)
from archguard.configuration.contract_exception import ContractException, split_entry
from archguard.contract_types.verdict import Edge
from archguard.definitions.ways import NO_WAYS
from archguard.graph.import_graph import graph_for_contract
from archguard.graph.model import ContractImports, ReferenceKind
from archguard.graph.module_expressions import (
    is_within,
    iter_with_ancestors,
    make_deprecation,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence, Set

    from archguard.checking.covering_exception import CoveringException
    from archguard.contract_types.canonical_family import CanonicalFamily, CanonicalRule, FamilyMember
    from archguard.contract_types.loaded_contract import LoadedContract
    from archguard.contract_types.verdict import Verdict
    from archguard.definitions.tree_definitions import Definitions
    from archguard.definitions.ways import PassingImport, Ways
    from archguard.graph.grimp_api import ImportGraph
    from archguard.graph.model import Analysis, Reference


class JudgedContract(NamedTuple):
    """A contract, its verdict, and the places that name a deprecated module, each with the module."""

    contract: LoadedContract
    """Without the exceptions that have expired."""
    verdict: Verdict
    references: tuple[tuple[Reference, str], ...] = ()
    imports: ContractImports | None = None
    """What the imports mean to a contract that judges others than grimp's graph has."""
    all_imports: ContractImports | None = None
    """The same of every kind, and with what exceptions cover."""
    exceptions: tuple[CoveringException, ...] = ()
    unexcepted: Verdict | None = None
    """The verdict with all exceptions off; None if there are none."""
    other_kinds: int = 0
    """How many more violations there would be if every kind of import were judged."""
    judged_kinds: JudgedImports | None = None
    """The imports that are judged, and those that exceptions cover."""
    family: CanonicalFamily | None = None
    """What a contract that is judged on definitions is about."""
    members: Mapping[Edge, FamilyMember] = MappingProxyType({})
    """What is counted of that if no exception is made."""
    resolved: ContractImports | None = None
    """What the imports mean to its deprecated modules, before anything is taken from them."""
    symbols: SymbolImports = SymbolImports()
    """What they mean to its deprecated symbols, too."""
    user_ways: Ways = NO_WAYS
    """The imports that lead to its deprecated modules by way of their importers."""

    @property
    def excepted_members(self) -> Set[Edge]:
        """The classes that match and that exceptions cover."""
        return self.members.keys() - self.edges

    @property
    def doubted(self) -> frozenset[Edge]:
        """What may violate the contract, as far as unread files tell: imports of symbols, or classes."""
        return (self.symbols.doubted | frozenset(self._list_undecided_members())) - self.edges

    @property
    def undecided(self) -> frozenset[Edge]:
        """The imports and classes of which nobody can know whether they violate the contract."""
        imports = self.imports.undecided if self.imports else ()
        return self.doubted.union(Edge(one.importer, one.module) for one in imports)

    def _list_undecided_members(self) -> Iterator[Edge]:
        family = self.family
        if family is not None:
            counts_aliases = bool(self.contract.option("count_aliases"))
            ids = (*family.undecided, *(family.undecided_aliases if counts_aliases else ()))
            yield from (Edge(one.partition(":")[0], one) for one in ids)

    @property
    def direct_users(self) -> frozenset[str]:
        """The modules that import what the contract deprecates, whether or not exceptions cover them."""
        if not self.contract.judges_ghosts:
            return frozenset()
        verdict = self.unexcepted or self.verdict
        return frozenset(edge.importer for edge in self.list_edges(verdict))

    @property
    def users(self) -> frozenset[str]:
        """The modules that use what the contract deprecates, directly or behind a re-export."""
        return self.direct_users.union(one.importer for one in self.list_hidden_users())

    @property
    def missing_symbols(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The symbols that the tree does not have and nothing imports, each with its module's names."""
        used = {
            *(edge.imported for edge in (self.unexcepted or self.verdict).finding.edges),
            *(edge.imported for edge in self.symbols.doubted),
            *(name for _, name in self.references),
        } - self.symbols.modules
        return tuple(one for one in sorted(self.symbols.gone.items()) if one[0] not in used)

    def list_hidden_users(self) -> list[PassingImport]:
        """Return the imports by which modules use deprecated modules behind a re-export only, sorted."""
        covers = make_deprecation(self.contract.deprecated_modules).covers
        direct = self.direct_users
        hidden = {
            one.importer: one
            for one in reversed(self.user_ways.imports)
            if one.importer not in direct and not covers(one.importer)
        }
        return sorted(hidden.values())

    @property
    def edges(self) -> frozenset[Edge]:
        """The edges of all violations."""
        return self.list_edges(self.verdict)

    @property
    def allowed(self) -> int:
        """How many more violations there would be with all exceptions off."""
        if self.unexcepted is None:
            return 0
        return len(self.list_edges(self.unexcepted) - self.edges)

    @property
    def depends_on_lines(self) -> bool:
        """Whether the lines of imports, or the day, matter to the verdict."""
        others = [one for one in self.exceptions if not one.is_listed or one.exception.until]
        return bool(self.contract.kinds or others)

    @property
    def counted_references(self) -> list[tuple[Reference, str]]:
        """The references that are violations: only a literal can be one."""
        if not self.contract.option("count_references"):
            return []
        return [pair for pair in self.references if pair[0].kind == ReferenceKind.LITERAL]

    def name_violations(self, edges: Set[Edge]) -> Set[Edge]:
        """Return imports under the names by which they would violate the contract.

        Of a contract about deprecated modules that leaves out what it does not forbid.
        """
        if self.unexcepted is None or not self.contract.judges_ghosts:
            return edges
        imports = self.unexcepted.finding.imports
        return {
            edge
            for edge, modules in imports.items()
            if any((edge.importer, module) in edges for module in modules)
        }

    def list_edges(self, verdict: Verdict) -> frozenset[Edge]:
        """Return the edges of the violations that the contract has with some verdict."""
        finding = verdict.finding
        named = {Edge(reference.module, module) for reference, module in self.counted_references}
        return finding.edges | finding.undeclared | named


def judge_contract(
    contract: LoadedContract,
    graph: ImportGraph,
    analysis: Analysis,
    day: str = "",
    definitions: Definitions | None = None,
) -> JudgedContract:
    """Judge one contract.

    Args:
        contract: the contract.
        graph: the graph of the modules that exist; it is the same again in the end.
        analysis: the analysis that the graph was built from.
        day: the day on which it is judged, in ISO format; empty: no exception has expired.
        definitions: those of the same tree, for contracts that are judged on definitions.

    Raises:
        ContractError: the contract does not fit the graph, or names a definition that does not exist.
    """
    if contract.rule is not None and definitions is not None:
        return _judge_on_definitions(contract, contract.rule, analysis, definitions, day)
    references = tuple(_find_references(contract, analysis))
    resolved = (
        analysis.deprecated_imports.resolve(contract.deprecated_modules)
        if contract.judges_ghosts
        else ContractImports({}, ())
    )
    symbols = SymbolImports(resolved)
    if contract.deprecated_symbols and definitions is not None:
        symbols = add_symbol_imports(contract, resolved, graph, analysis, definitions)
    every_kind = JudgedImports(analysis, symbols.imports.imports)
    imports = every_kind.select_kinds(contract.kinds)
    exceptions = find_covering(contract, imports, analysis, day)
    contract = remove_expired(contract, day)
    judging = Judging(graph, analysis)
    of_every_kind = None
    judged_contract = contract
    if contract.kinds:
        # An ignored import of another kind is there, so that import-linter should not miss it.
        all_exceptions = find_covering(contract, every_kind, analysis, day)
        _, of_every_kind = judging.judge(contract, every_kind, all_exceptions)
        judged_contract = contract.tolerate_unmatched_exceptions()
    judged, verdict = judging.judge(judged_contract, imports, exceptions)
    unexcepted = None
    if exceptions:
        bare = contract.replace_entries(dict.fromkeys(contract.exception_lists, ()))
        _, unexcepted = judging.judge(bare, imports, ())
    result = JudgedContract(
        contract,
        verdict,
        references,
        imports=_describe(judged, symbols.imports, contract, every_kind),
        all_imports=symbols.imports if contract.judges_ghosts else None,
        exceptions=tuple(exceptions),
        unexcepted=unexcepted,
        judged_kinds=imports,
        resolved=resolved,
        symbols=symbols,
    )
    if definitions is not None:
        result = result._replace(
            user_ways=find_user_ways(contract, result.direct_users, graph, analysis, definitions)
        )
    if of_every_kind is None:
        return result
    return result._replace(
        verdict=verdict._replace(warnings=of_every_kind.warnings),
        other_kinds=len(result.list_edges(of_every_kind) - result.edges),
    )


def _judge_on_definitions(
    contract: LoadedContract,
    rule: CanonicalRule,
    analysis: Analysis,
    definitions: Definitions,
    day: str,
) -> JudgedContract:
    # Not above: most configurations have no such contract.
    from archguard.checking.judged_definitions import (  # noqa: PLC0415
        find_covering_members,
        judge_family,
        make_verdict,
        name_counted,
    )

    family = judge_family(contract, rule, analysis, definitions)
    members = name_counted(family, count_aliases=bool(contract.option("count_aliases")))
    exceptions = find_covering_members(contract, family, members, analysis, day)
    everything = frozenset(members)
    return JudgedContract(
        contract,
        make_verdict(contract, family, everything - unite_edges(exceptions)),
        exceptions=tuple(exceptions),
        unexcepted=make_verdict(contract, family, everything) if exceptions else None,
        family=family,
        members=members,
    )


class Judging(NamedTuple):
    """What contracts are judged on."""

    graph: ImportGraph
    analysis: Analysis

    def judge(
        self, contract: LoadedContract, imports: JudgedImports, exceptions: Sequence[CoveringException]
    ) -> tuple[JudgedImports, Verdict]:
        """Return the imports that are left to judge, and the verdict on them.

        An import that `ignore_imports` names stays: import-linter removes it, and misses it otherwise.
        """
        left = _remove_covered(imports, exceptions)
        if not left.changed and not contract.judges_ghosts:
            return left, contract.judge(self.graph)
        with graph_for_contract(self.graph, self.analysis.imports, left.changed) as graph:
            return left, contract.judge(graph)


def find_judged_imports(
    contract: LoadedContract, analysis: Analysis, day: str = ""
) -> tuple[LoadedContract, JudgedImports]:
    """Return a contract as it judges a tree, and the imports on which it does, before judging.

    Args:
        contract: the contract, one that judges no ghosts.
        analysis: the tree.
        day: the day on which it is judged, in ISO format; empty: no exception has expired.
    """
    imports = JudgedImports(analysis, {}).select_kinds(contract.kinds)
    left = _remove_covered(imports, find_covering(contract, imports, analysis, day))
    contract = remove_expired(contract, day)
    return contract.tolerate_unmatched_exceptions() if contract.kinds else contract, left


def _remove_covered(imports: JudgedImports, exceptions: Sequence[CoveringException]) -> JudgedImports:
    ignored = unite_edges(one for one in exceptions if one.source == "ignore_imports")
    covered = unite_edges(one for one in exceptions if not one.is_listed)
    return imports.remove(covered - ignored)


def remove_expired(contract: LoadedContract, day: str) -> LoadedContract:
    """Return a contract without the entries of its options that have expired on a day."""
    expired = {(option, str(one)) for option, one in list_entries(contract) if one.is_expired(day)}
    if not any(option in contract.exception_lists for option, _ in expired):
        return contract
    return contract.replace_entries(
        {
            option: [
                entry
                for entry in contract.strings(option)
                if (option, str(ContractException(*split_entry(entry)))) not in expired
            ]
            for option in contract.exception_lists
        }
    )


def _describe(
    judged: JudgedImports,
    resolved: ContractImports,
    contract: LoadedContract,
    every_kind: JudgedImports,
) -> ContractImports | None:
    """Return what the imports mean to a contract; None if that is what grimp's graph has."""
    if not judged.changed and not contract.judges_ghosts:
        return None
    undecided = resolved.undecided
    if contract.kinds:
        undecided = tuple(
            one for one in undecided if every_kind.get_kind(one.importer, one.line) in contract.kinds
        )
    return ContractImports(judged.changed, undecided, resolved.ways)


def _find_references(contract: LoadedContract, analysis: Analysis) -> list[tuple[Reference, str]]:
    """Find the places that name a contract's deprecated modules, each with the module."""
    deprecation = make_deprecation(contract.deprecated_modules)
    references = []
    for reference in analysis.references:
        if deprecation.covers(reference.module) or not deprecation.covers(reference.name):
            continue
        covered = filter(deprecation.covers, iter_with_ancestors(reference.name))
        name = next(
            (name for name in covered if name in analysis.modules or name in analysis.foreign),
            reference.name,
        )
        module = deprecation.identify(name) or name
        if reference.kind != ReferenceKind.ATTRIBUTE or _is_use(reference, module, contract, analysis):
            references.append((reference, module))
    return references + list(find_symbol_references(contract, analysis))


def _is_use(reference: Reference, module: str, contract: LoadedContract, analysis: Analysis) -> bool:
    """Return whether an attribute is a deprecated module, and one that the file does not import anyway.

    Under a wildcard any attribute of a package could be a module, so it has to exist.
    """
    if module not in contract.deprecated_modules and module not in analysis.importable_names:
        return False
    imports = analysis.deprecated_imports.resolve(contract.deprecated_modules).imports
    statements = imports.get(reference.module) or analysis.imports.get(reference.module, ())
    return not any(is_within(statement.imported, module) for statement in statements)
