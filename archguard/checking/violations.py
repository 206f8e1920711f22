"""Judging contracts on an analysed tree: edges become violations with their occurrences."""

from __future__ import annotations

from itertools import starmap
from typing import TYPE_CHECKING

from archguard.checking.chain_steps import add_chains
from archguard.checking.class_violations import list_aliases, list_class_violations
from archguard.checking.coverage import Coverage, Excluded, Outside, OutsideFile, Undecided
from archguard.checking.exception_report import list_exception_warnings, list_exceptions
from archguard.checking.judged_contract import Judging, judge_contract
from archguard.checking.occurrences import Occurrences
from archguard.checking.report import ContractReport, HiddenUser, ReferenceReport, Report, Violation
from archguard.checking.useless_exceptions import find_useless
from archguard.contract_types.verdict import Edge
from archguard.errors import ContractError, SourceError
from archguard.graph.module_expressions import compile_expressions
from archguard.sources.source import STUB

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archguard.checking.judged_contract import JudgedContract
    from archguard.configuration import ContractConfiguration
    from archguard.contract_types.loaded_contract import LoadedContract
    from archguard.definitions.tree_definitions import Definitions
    from archguard.graph.grimp_api import ImportGraph
    from archguard.graph.model import Analysis
    from archguard.sources.source import Source


def make_report(
    analysis: Analysis,
    graph: ImportGraph,
    contracts: list[LoadedContract],
    source: Source,
    definitions: Definitions,
    *,
    exclude: tuple[str, ...] = (),
    list_exposed: bool = False,
    day: str = "",
) -> Report:
    """Judge all contracts and report their violations.

    Args:
        analysis: the analysed tree.
        graph: its import graph; it is the same again in the end.
        contracts: the contracts to judge.
        source: reads the contents of files.
        definitions: those of the tree.
        exclude: the patterns of the files that were left out.
        list_exposed: whether to list the exposed modules, not only count them.
        day: the day on which exceptions are judged, in ISO format; empty: none has expired.

    Raises:
        SourceError: no file could be read.
    """
    if not analysis.imports:
        roots = ", ".join(dict.fromkeys(root.name for root in analysis.roots))
        raise SourceError(f"no Python module could be read in {roots}: there is nothing to judge.")
    modules, imports = len(graph.modules), graph.count_imports()
    occurrences = Occurrences(analysis, source)
    reports, violations, references, undecided = [], [], [], []
    for contract in contracts:
        try:
            judged = judge_contract(contract, graph, analysis, day, definitions)
        except ContractError as error:
            reports.append(make_unjudged_report(contract, str(error)))
            continue
        undecided += list_undecided(judged, analysis)
        exposed = sorted(judged.verdict.finding.exposed) if list_exposed else ()
        report = make_contract_report(judged, analysis)
        useless = find_useless(judged, Judging(graph, analysis))
        warnings = (*report.warnings, *list_exception_warnings(judged, useless))
        reports.append(
            report._replace(
                exposed=tuple(exposed), warnings=warnings, exceptions=list_exceptions(judged)
            )
        )
        violations += list_violations(judged, analysis, occurrences)
        references += [
            ReferenceReport(
                contract=contract.id,
                module=module,
                path=reference.path,
                line=reference.line,
                kind=str(reference.kind),
                text=reference.text or occurrences.reference(reference).statement,
            )
            for reference, module in judged.references
        ]
        references += list_aliases(judged, occurrences)
    return Report(
        commit=source.commit,
        contracts=tuple(reports),
        violations=tuple(sorted(violations, key=lambda violation: violation.identity)),
        references=tuple(
            sorted(references, key=lambda r: (r.contract, r.path, r.line, r.module, r.kind))
        ),
        coverage=make_coverage(analysis, exclude, undecided),
        modules=modules,
        imports=imports,
    )


def make_coverage(
    analysis: Analysis, exclude: tuple[str, ...], undecided: Iterable[Undecided]
) -> Coverage:
    """Make the report of the files that an analysis covers.

    Args:
        analysis: the analysed tree.
        exclude: the patterns of the files that were left out.
        undecided: the imports of which nobody can know what they ask for.
    """
    return Coverage(
        files=analysis.files,
        unread=analysis.unread,
        outside=Outside(analysis.outside.files, tuple(starmap(OutsideFile, analysis.outside.names))),
        excluded=Excluded(analysis.excluded.files, exclude, naming=len(analysis.excluded.names)),
        undecided=tuple(sorted(undecided)),
    )


def list_undecided(judged: JudgedContract, analysis: Analysis) -> list[Undecided]:
    """List the imports that may ask for a contract's deprecated modules."""
    if judged.imports is None:
        return []
    is_deprecated = compile_expressions(judged.contract.deprecated_modules).match
    return [
        Undecided(judged.contract.id, module, importer, analysis.modules[importer].path, line)
        for importer, line, module in judged.imports.undecided
        if not is_deprecated(importer)
    ]


def list_violations(
    judged: JudgedContract, analysis: Analysis, occurrences: Occurrences
) -> list[Violation]:
    """List a contract's violations with their occurrences."""
    if judged.family is not None:
        return list_class_violations(judged, occurrences)
    contract, finding = judged.contract, judged.verdict.finding
    places = {
        edge: occurrences.imports(edge, finding.imports.get(edge, (edge.imported,)), judged.imports)
        for edge in finding.edges
    }
    for edge in finding.undeclared:
        places[edge] = (*places.get(edge, ()), *occurrences.undeclared(edge))
    for reference, module in judged.counted_references:
        edge = Edge(reference.module, module)
        places[edge] = (*places.get(edge, ()), occurrences.reference(reference))
    violations = [
        Violation(
            contract=contract.id,
            importer=edge.importer,
            imported=edge.imported,
            ghost=_is_ghost(edge.imported, judged, analysis),
            status="open",
            occurrences=tuple(sorted(set(edge_places))),
            replacement=contract.find_replacement(edge.imported),
            foreign=edge.imported in analysis.foreign,
        )
        for edge, edge_places in places.items()
    ]
    return add_chains(violations, finding.chains, analysis, judged.imports)


def _is_ghost(imported: str, judged: JudgedContract, analysis: Analysis) -> bool:
    if imported in judged.contract.deprecated_symbols:
        return imported in judged.symbols.gone
    return not analysis.exists(imported)


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
        new=None,
        lower_bound=_is_lower_bound(judged, analysis),
        exposure=len(verdict.finding.exposed),
        users=len(judged.users) if contract.judges_ghosts else None,
        hidden_users=tuple(
            HiddenUser(one.importer, analysis.modules[one.importer].path, one.line, one.way)
            for one in judged.list_hidden_users()
        ),
        missing_symbols=judged.missing_symbols,
        doubted=tuple(sorted(judged.doubted)),
        excepted_definitions=tuple(sorted(judged.excepted_members)),
        ignored=verdict.ignored,
        owner=contract.option("owner"),
        deadline=contract.option("deadline"),
        warnings=verdict.warnings,
        text=verdict.text,
        guidance=verdict.guidance,
        allowed=judged.allowed,
        kinds=tuple(sorted(contract.kinds)),
        other_kinds=judged.other_kinds,
        canonical_missing=judged.family and bool(judged.family.missing),
    )


def make_unjudged_report(contract: LoadedContract | ContractConfiguration, error: str) -> ContractReport:
    """Make the report of a contract that could not be judged."""
    return ContractReport(
        id=contract.id,
        name=contract.name,
        type=contract.type,
        kept=None,
        violations=0,
        new=None,
        lower_bound=True,
        exposure=0,
        error=error,
    )


def _is_lower_bound(judged: JudgedContract, analysis: Analysis) -> bool:
    contract = judged.contract
    if judged.family is not None:
        unread_aliases = contract.option("count_aliases") and judged.family.unread_modules
        return judged.family.is_lower_bound or bool(judged.doubted or unread_aliases)
    if list_undecided(judged, analysis):
        return True
    if not contract.judges_ghosts:
        # An unread file or a module that is not Python may import anything; a stub beside its module is
        # for type checkers.
        return bool(analysis.foreign) or any(file.reason != STUB for file in analysis.unread)
    deprecated = compile_expressions(contract.deprecated_modules).match
    symbols = contract.deprecated_symbols
    return any(
        (file.unknown or any(deprecated(name) or name in symbols for name in file.names))
        and not deprecated(file.module or file.place)
        for file in analysis.unread
    )
