"""Contracts judged on what was read: edges become violations, with the places that make them."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, NamedTuple

from archguard.checking.occurrences import Occurrences
from archguard.checking.report import ContractReport, Coverage, ReferenceReport, Report, Violation
from archguard.contract_types.verdict import Edge
from archguard.errors import SourceError
from archguard.graph.import_graph import add_ghosts
from archguard.graph.module_expressions import compile_expressions

if TYPE_CHECKING:
    from archguard.contract_types.registry import LoadedContract
    from archguard.contract_types.verdict import Verdict
    from archguard.graph.grimp_api import ImportGraph
    from archguard.graph.model import Analysis, Reference
    from archguard.sources.source import Source


class Judged(NamedTuple):
    """A contract, its verdict, and the strings that name one of its modules, each with the module."""

    contract: LoadedContract
    verdict: Verdict
    references: tuple[tuple[Reference, str], ...]

    @property
    def edges(self) -> frozenset[Edge]:
        """What is a violation: identities, without places."""
        finding = self.verdict.finding
        counted = self.references if self.contract.option("count_references") else ()
        return finding.edges | finding.undeclared | {Edge(one.module, to) for one, to in counted}


def report_on(
    analysis: Analysis, graph: ImportGraph, contracts: list[LoadedContract], source: Source
) -> Report:
    """Every contract's verdict, and its violations.

    Args:
        analysis: what was read.
        graph: the graph that was made of it; ghosts may be added to it.
        contracts: what to judge.
        source: where contents come from.

    Raises:
        SourceError: nothing could be read.
        ContractError: a contract does not fit the graph.
    """
    if not analysis.imports:
        roots = ", ".join(root.name for root in analysis.roots)
        raise SourceError(f"no Python module could be read in {roots}: there is nothing to judge.")
    modules, imports = len(graph.modules), graph.count_imports()
    # To copy a graph takes a while, and most projects judge deprecated modules only.
    with_ghosts = graph if all(one.judges_ghosts for one in contracts) else deepcopy(graph)
    add_ghosts(with_ghosts, analysis)
    occurrences = Occurrences(analysis, source)
    reports, violations, references = [], [], []
    for contract in contracts:
        judged = judge_one(contract, with_ghosts if contract.judges_ghosts else graph, analysis)
        reports.append(contract_report(judged, analysis))
        violations += violations_of(judged, analysis, occurrences)
        references += [
            ReferenceReport(contract.id, to, one.path, one.line) for one, to in judged.references
        ]
    return Report(
        commit=source.commit,
        contracts=tuple(reports),
        violations=tuple(sorted(violations, key=lambda one: one.identity)),
        references=tuple(sorted(references, key=lambda r: (r.contract, r.path, r.line, r.module))),
        coverage=Coverage(analysis.files, analysis.unread),
        modules=modules,
        imports=imports,
    )


def judge_one(contract: LoadedContract, graph: ImportGraph, analysis: Analysis) -> Judged:
    """Judge one contract.

    Args:
        contract: the contract.
        graph: the graph that it is judged on: see `LoadedContract.judges_ghosts`.
        analysis: what the graph was made of.

    Raises:
        ContractError: the contract does not fit the graph.
    """
    from archguard.contract_types.registry import judge  # noqa: PLC0415 (see `check`)

    return Judged(contract, judge(contract, graph), tuple(_references(contract, analysis)))


def _references(contract: LoadedContract, analysis: Analysis) -> list[tuple[Reference, str]]:
    """The strings that name one of a contract's modules, each with the module it names."""
    deprecated = compile_expressions(contract.deprecated_modules)
    found = []
    for reference in analysis.references:
        match = deprecated.match(reference.name)
        if match is None or deprecated.match(reference.module):
            continue
        module = reference.name
        while module not in analysis.modules and len(module) > len(match[1]):
            module = module.rpartition(".")[0]
        found.append((reference, module))
    return found


def violations_of(judged: Judged, analysis: Analysis, occurrences: Occurrences) -> list[Violation]:
    """A contract's violations, each with the places that make it."""
    contract, finding = judged.contract, judged.verdict.finding
    found = {edge: occurrences.imports(edge, ghosts=contract.judges_ghosts) for edge in finding.edges}
    for edge in finding.undeclared:
        found[edge] = (*found.get(edge, ()), *occurrences.undeclared(edge))
    if contract.option("count_references"):
        for reference, module in judged.references:
            edge = Edge(reference.module, module)
            found[edge] = (*found.get(edge, ()), occurrences.reference(reference))
    return [
        Violation(
            contract=contract.id,
            importer=edge.importer,
            imported=edge.imported,
            ghost=not analysis.exists(edge.imported),
            status="new",
            occurrences=tuple(sorted(set(where))),
            replacement=contract.replacement_for(edge.imported),
        )
        for edge, where in found.items()
    ]


def contract_report(judged: Judged, analysis: Analysis) -> ContractReport:
    """A contract's verdict and its counts."""
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
        return bool(analysis.unread)  # nobody knows what an unread file imports
    deprecated = compile_expressions(contract.deprecated_modules).match
    return any(
        any(deprecated(name) for name in file.names)
        and not (file.module is not None and deprecated(file.module))
        for file in analysis.unread
    )
