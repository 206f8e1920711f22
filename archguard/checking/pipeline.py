"""From a source and a configuration to a report: reading begins before anything else is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.checking.request import options_of
from archguard.errors import ConfigurationError
from archguard.graph.analysis import analyse

if TYPE_CHECKING:
    from archguard.checking.report import CheckResult
    from archguard.checking.request import Request
    from archguard.configuration import Configuration
    from archguard.contract_types.registry import LoadedContract
    from archguard.graph.tree_state import TreeState


def check_all(request: Request, tree_state: TreeState | None = None) -> CheckResult:
    """Judge every contract of a configuration on a source: the report, and what it rests on.

    Args:
        request: what to check.
        tree_state: of that source, if there is one.

    Raises:
        ArchguardError: there can be no verdict; its message says why.
    """
    configuration = request.configuration
    running = analyse(
        request.source,
        options_of(configuration),
        cache=request.cache,
        jobs=request.jobs,
        progress=request.progress,
        started=request.started,
        tree_state=tree_state,
    )
    # These import grimp and import-linter, a tenth of a scan's time: meanwhile the scan goes on.
    from archguard.checking.report import CheckInputs, CheckResult  # noqa: PLC0415
    from archguard.checking.violations import report_on  # noqa: PLC0415
    from archguard.graph.import_graph import build_graph  # noqa: PLC0415

    contracts = load_contracts(configuration, trust_contract_types=request.trust_contract_types)
    graph = build_graph(running.discovery.importable_names, running.imports())
    analysis = running.result()
    report = report_on(analysis, graph, contracts, request.source)
    return CheckResult(report, CheckInputs(configuration, tuple(contracts), analysis))


def load_contracts(configuration: Configuration, *, trust_contract_types: bool) -> list[LoadedContract]:
    """The contracts of a configuration, their options checked.

    Raises:
        ConfigurationError: one cannot be; or it is code, and not trusted.
    """
    from archguard.contract_types.registry import load  # noqa: PLC0415

    try:
        return load(
            configuration.contracts,
            configuration.session_options,
            trust_contract_types=trust_contract_types,
        )
    except ConfigurationError as error:
        raise ConfigurationError(f"{configuration.path}: {error}") from error
