"""From a source and a configuration to a report."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from archguard.checking.occurrences import Occurrences
from archguard.checking.report import (
    ContractReport,
    Coverage,
    ReferenceReport,
    Report,
    Violation,
)
from archguard.contract_types.finding import Edge
from archguard.errors import ConfigurationError, SourceError
from archguard.graph.analysis import analyse
from archguard.graph.building import build, build_with_ghosts
from archguard.graph.facts import Options
from archguard.graph.names import pattern

if TYPE_CHECKING:
    from collections.abc import Callable

    from archguard.configuration import Configuration
    from archguard.contract_types.finding import Verdict
    from archguard.contract_types.judging import LoadedContract
    from archguard.graph.ahead import Ahead
    from archguard.graph.cache import Cache
    from archguard.graph.facts import Analysis, Reference
    from archguard.sources import Source


@dataclass(frozen=True, slots=True)
class Request:
    """What to check, and how."""

    source: Source
    configuration: Configuration
    cache: Cache
    jobs: int
    contract_ids: tuple[str, ...] = ()
    """Only these contracts; empty: all."""
    trust_contract_types: bool = False
    progress: Callable[[int, int], None] | None = None


def check(request: Request) -> Report:
    """Judge every contract of a configuration on a source.

    Raises:
        ArchguardError: there can be no verdict; its message says why.
    """
    configuration = _selected(request.configuration, request.contract_ids)
    reading = read(
        request.source,
        configuration,
        cache=request.cache,
        jobs=request.jobs,
        progress=request.progress,
    )
    # This imports import-linter, a tenth of a scan's time: meanwhile the scan goes on.
    contracts = load_contracts(configuration, trust_contract_types=request.trust_contract_types)
    return _report(reading.result(), contracts, request.source)


def load_contracts(configuration: Configuration, *, trust_contract_types: bool) -> list[LoadedContract]:
    """The contracts of a configuration, their options checked.

    Raises:
        ConfigurationError: one cannot be; or it is code, and not trusted.
    """
    from archguard.contract_types.judging import load  # noqa: PLC0415

    try:
        return load(
            configuration.contracts,
            configuration.session_options,
            trust_contract_types=trust_contract_types,
        )
    except ConfigurationError as error:
        raise ConfigurationError(f"{configuration.path}: {error}") from error


def read(
    source: Source,
    configuration: Configuration,
    *,
    cache: Cache,
    jobs: int,
    progress: Callable[[int, int], None] | None = None,
) -> Ahead[Analysis]:
    """Everything that the contracts of a configuration are judged on.

    Raises:
        SourceError: a root does not exist.
    """
    return analyse(source, _options(configuration), cache=cache, jobs=jobs, progress=progress)


def _selected(configuration: Configuration, ids: tuple[str, ...]) -> Configuration:
    known = [contract.id for contract in configuration.contracts]
    for one in ids:
        if one not in known:
            near = difflib.get_close_matches(one, known, n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(known)}."
            raise ConfigurationError(f"--contract {one}: there is no such contract; {hint}")
    selected = tuple(c for c in configuration.contracts if not ids or c.id in ids)
    return replace(configuration, contracts=selected)


def _options(configuration: Configuration) -> Options:
    expressions = {
        expression
        for contract in configuration.contracts
        if contract.type == "deprecated"
        for expression in contract.strings("deprecated_modules")
    }
    return Options(
        root_packages=configuration.root_packages,
        source_roots=configuration.source_roots,
        include_external_packages=configuration.flag("include_external_packages"),
        exclude_type_checking_imports=configuration.flag("exclude_type_checking_imports"),
        deprecated=tuple(sorted(expressions)),
    )


def _report(analysis: Analysis, contracts: list[LoadedContract], source: Source) -> Report:
    from archguard.contract_types.judging import judge  # noqa: PLC0415 (see above)

    if not analysis.imports:
        roots = ", ".join(root.name for root in analysis.roots)
        raise SourceError(f"no Python module could be read in {roots}: there is nothing to judge.")
    graph = build(analysis)
    with_ghosts = build_with_ghosts(graph, analysis)
    occurrences = Occurrences(analysis, source)
    reports, violations, references = [], [], []
    for contract in contracts:
        verdict = judge(contract, with_ghosts if contract.judges_ghosts else graph)
        named = _references(contract, analysis)
        found = _violations(contract, verdict, named, analysis, occurrences)
        reports.append(_contract_report(contract, verdict, len(found), analysis))
        violations += found
        references += [ReferenceReport(contract.id, to, one.path, one.line) for one, to in named]
    return Report(
        commit=source.commit,
        contracts=tuple(reports),
        violations=tuple(sorted(violations, key=lambda v: (v.contract, v.importer, v.imported))),
        references=tuple(sorted(references, key=lambda r: (r.contract, r.path, r.line, r.module))),
        coverage=Coverage(analysis.files, analysis.unread),
        modules=len(graph.modules),
        imports=graph.count_imports(),
    )


def _references(contract: LoadedContract, analysis: Analysis) -> list[tuple[Reference, str]]:
    """The strings that name one of a contract's modules, each with the module it names."""
    deprecated = pattern(contract.deprecated_modules)
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


def _violations(
    contract: LoadedContract,
    verdict: Verdict,
    references: list[tuple[Reference, str]],
    analysis: Analysis,
    occurrences: Occurrences,
) -> list[Violation]:
    found = {
        edge: occurrences.imports(edge, ghosts=contract.judges_ghosts) for edge in verdict.finding.edges
    }
    for edge in verdict.finding.undeclared:
        found[edge] = (*found.get(edge, ()), *occurrences.undeclared(edge))
    if contract.option("count_references"):
        for reference, module in references:
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


def _contract_report(
    contract: LoadedContract, verdict: Verdict, violations: int, analysis: Analysis
) -> ContractReport:
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
    deprecated = pattern(contract.deprecated_modules)
    own = {module.path for module in analysis.modules.values() if deprecated.match(module.name)}
    return any(
        file.path not in own and any(deprecated.match(name) for name in file.names)
        for file in analysis.unread
    )
