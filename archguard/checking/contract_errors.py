"""Add to a report what is wrong with the contracts themselves."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from archguard.checking.unknown_modules import find_missing_replacements, find_unknown_modules
from archguard.checking.violations import make_unjudged_report
from archguard.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archguard.checking.report import CheckInputs, ContractReport, Report
    from archguard.checking.unknown_modules import FindPast
    from archguard.contract_types.loaded_contract import LoadedContract
    from archguard.errors import ArchguardError
    from archguard.graph.model import Analysis
    from archguard.sources.git.past_paths import PastPaths
    from archguard.sources.source import Source


def add_contract_errors(
    report: Report,
    inputs: CheckInputs,
    errors: Mapping[str, ArchguardError],
    source: Source,
) -> Report:
    """Return a report in which each contract that is wrong has an error or warnings.

    Args:
        report: the report of the valid contracts.
        inputs: what it was made from.
        errors: why the other contracts of the configuration are not valid, by id.
        source: the tree; the history of its repository may be asked.

    Raises:
        ArchguardError: no contract could be judged.
    """
    configuration, find_past = inputs.configuration, _make_past_finder(source)
    reports = {contract.id: contract for contract in report.contracts}
    for contract in inputs.contracts:
        reports[contract.id] = _add_errors(
            reports[contract.id], contract, inputs.analysis, find_past, configuration.path
        )
    for contract_configuration in configuration.contracts:
        if error := errors.get(contract_configuration.id):
            reports[contract_configuration.id] = make_unjudged_report(contract_configuration, str(error))
    ordered = tuple(reports[contract.id] for contract in configuration.contracts)
    if all(contract.error is not None for contract in ordered):
        raise ContractError(ordered[0].error or "")
    judged = {contract.id for contract in ordered if contract.error is None}
    return report._replace(
        contracts=ordered,
        violations=tuple(v for v in report.violations if v.contract in judged),
        references=tuple(r for r in report.references if r.contract in judged),
        coverage=report.coverage._replace(
            undecided=tuple(u for u in report.coverage.undecided if u.contract in judged)
        ),
    )


def _add_errors(
    report: ContractReport,
    contract: LoadedContract,
    analysis: Analysis,
    find_past: FindPast,
    path: str,
) -> ContractReport:
    if report.error is not None:
        return report._replace(error=f"{path}: {report.error}")
    unknown = find_unknown_modules(contract, analysis, find_past, report.missing_symbols)
    if unknown.mistyped:
        sentence = " ".join(unknown.mistyped)
        return make_unjudged_report(contract, f'{path}: contract "{contract.name}": {sentence}')
    warnings = [*unknown.unknowable, *find_missing_replacements(contract, analysis)]
    return report._replace(warnings=(*report.warnings, *warnings))


def _make_past_finder(source: Source) -> FindPast:
    @cache
    def find_past() -> PastPaths | None:
        from archguard.sources.git.past_paths import PastPaths  # noqa: PLC0415 (needed for few trees)

        return PastPaths.find(source)

    return find_past
