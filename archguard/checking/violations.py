"""Judging contracts on an analysed tree: edges become violations with their occurrences."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, NamedTuple

from archguard.checking.occurrences import Occurrences
from archguard.checking.report import ContractReport, Coverage, ReferenceReport, Report, Violation
from archguard.contract_types.verdict import Edge
from archguard.errors import SourceError
from archguard.graph.import_graph import add_ghosts
from archguard.graph.module_expressions import compile_expressions
from archguard.sources.source import STUB

if TYPE_CHECKING:
    from archguard.contract_types.loaded_contract import LoadedContract
    from archguard.contract_types.verdict import Verdict
    from archguard.graph.grimp_api import ImportGraph
    from archguard.graph.model import Analysis, Reference
    from archguard.sources.source import Source


class JudgedContract(NamedTuple):
    """A contract, its verdict, and the strings that name a deprecated module, each with the module."""

    contract: LoadedContract
    verdict: Verdict
    references: tuple[tuple[Reference, str], ...]

    @property
    def edges(self) -> frozenset[Edge]:
        """The edges of all violations."""
        finding = self.verdict.finding
        references = self.references if self.contract.option("count_references") else ()
        named = {Edge(reference.module, module) for reference, module in references}
        return finding.edges | finding.undeclared | named


def make_report(
    analysis: Analysis, graph: ImportGraph, contracts: list[LoadedContract], source: Source
) -> Report:
    """Judge all contracts and report their violations.

    Args:
        analysis: the analysed tree.
        graph: its import graph; ghosts may be added to it.
        contracts: the contracts to judge.
        source: reads the contents of files.

    Raises:
        SourceError: no file could be read.
        ContractError: a contract does not fit the graph.
    """
    if not analysis.imports:
        roots = ", ".join(root.name for root in analysis.roots)
        raise SourceError(f"no Python module could be read in {roots}: there is nothing to judge.")
    modules, imports = len(graph.modules), graph.count_imports()
    # Copying a graph is slow, and most projects have only contracts that judge ghosts.
    with_ghosts = graph if all(contract.judges_ghosts for contract in contracts) else deepcopy(graph)
    add_ghosts(with_ghosts, analysis)
    occurrences = Occurrences(analysis, source)
    reports, violations, references = [], [], []
    for contract in contracts:
        judged = judge_contract(contract, with_ghosts if contract.judges_ghosts else graph, analysis)
        reports.append(make_contract_report(judged, analysis))
        violations += list_violations(judged, analysis, occurrences)
        references += [
            ReferenceReport(contract.id, module, reference.path, reference.line)
            for reference, module in judged.references
        ]
    return Report(
        commit=source.commit,
        contracts=tuple(reports),
        violations=tuple(sorted(violations, key=lambda violation: violation.identity)),
        references=tuple(sorted(references, key=lambda r: (r.contract, r.path, r.line, r.module))),
        coverage=Coverage(analysis.files, analysis.unread),
        modules=modules,
        imports=imports,
    )


def judge_contract(contract: LoadedContract, graph: ImportGraph, analysis: Analysis) -> JudgedContract:
    """Judge one contract.

    Args:
        contract: the contract.
        graph: with ghosts if the contract `judges_ghosts`.
        analysis: the analysis that the graph was built from.

    Raises:
        ContractError: the contract does not fit the graph.
    """
    return JudgedContract(contract, contract.judge(graph), tuple(_find_references(contract, analysis)))


def _find_references(contract: LoadedContract, analysis: Analysis) -> list[tuple[Reference, str]]:
    """Find the strings that name a contract's deprecated modules, each with the module."""
    deprecated = compile_expressions(contract.deprecated_modules)
    references = []
    for reference in analysis.references:
        match = deprecated.match(reference.name)
        if match is None or deprecated.match(reference.module):
            continue
        module = reference.name
        while module not in analysis.modules and len(module) > len(match[1]):
            module = module.rpartition(".")[0]
        references.append((reference, module))
    return references


def list_violations(
    judged: JudgedContract, analysis: Analysis, occurrences: Occurrences
) -> list[Violation]:
    """List a contract's violations with their occurrences."""
    contract, finding = judged.contract, judged.verdict.finding
    places = {edge: occurrences.imports(edge, ghosts=contract.judges_ghosts) for edge in finding.edges}
    for edge in finding.undeclared:
        places[edge] = (*places.get(edge, ()), *occurrences.undeclared(edge))
    if contract.option("count_references"):
        for reference, module in judged.references:
            edge = Edge(reference.module, module)
            places[edge] = (*places.get(edge, ()), occurrences.reference(reference))
    return [
        Violation(
            contract=contract.id,
            importer=edge.importer,
            imported=edge.imported,
            ghost=not analysis.exists(edge.imported),
            status="new",
            occurrences=tuple(sorted(set(edge_places))),
            replacement=contract.find_replacement(edge.imported),
            foreign=edge.imported in analysis.foreign,
        )
        for edge, edge_places in places.items()
    ]


def make_contract_report(judged: JudgedContract, analysis: Analysis) -> ContractReport:
    """Make the report of one contract: its verdict and counts."""
    contract, verdict = judged.contract, judged.verdict
    violations = len(judged.edges)
    return ContractReport(
        id=verdict.id,
        name=verdict.name,
        type=verdict.type,
        kept=verdict.kept and not violations,
        violations=violations,
        new=violations,
        lower_bound=_is_lower_bound(contract, analysis),
        exposure=len(verdict.finding.exposed),
        ignored=verdict.ignored,
        owner=contract.option("owner"),
        deadline=contract.option("deadline"),
        warnings=verdict.warnings,
        text=verdict.text,
        guidance=verdict.guidance,
    )


def _is_lower_bound(contract: LoadedContract, analysis: Analysis) -> bool:
    if not contract.judges_ghosts:
        # An unread file or a module that is not Python may import anything; a stub beside its module is
        # for type checkers.
        return bool(analysis.foreign) or any(file.reason != STUB for file in analysis.unread)
    deprecated = compile_expressions(contract.deprecated_modules).match
    return any(
        (file.unknown or any(deprecated(name) for name in file.names))
        and not deprecated(file.module or file.place)
        for file in analysis.unread
    )
