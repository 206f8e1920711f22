"""From a source and a configuration to a report, with every step of `check` in order.

What only a full check needs is imported by `check`, so that a cached report is found without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archguard.configuration.contract_exception import KINDS
from archguard.contract_types.registry import list_deprecated_modules, list_deprecated_symbols
from archguard.graph.model import AnalysisOptions
from archguard.graph.module_expressions import join_symbol

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Sequence

    from archguard.checking.report import CheckResult
    from archguard.configuration import Configuration
    from archguard.graph.model import Analysis
    from archguard.graph.scanning.cache import Cache
    from archguard.graph.scanning.child import ChildProcess
    from archguard.graph.tree_state import FoundModules, TreeState
    from archguard.sources.source import Source


class CheckRequest(NamedTuple):
    """What to check, and how."""

    source: Source
    configuration: Configuration
    cache: Cache
    jobs: int
    """Child processes at once."""
    trust_contract_types: bool = False
    """Whether third-party contract types may be imported and run."""
    progress: Callable[[int, int], None] | None = None
    """Called with the number of files that were scanned, and of all files."""
    started: Sequence[ChildProcess] = ()
    """Child processes that wait for work."""
    list_exposed: bool = False
    """Whether to list the exposed modules of each contract, not only count them."""
    today: datetime.date | None = None
    """The day on which exceptions and deadlines are judged; None: see `find_day`."""
    is_for_upload: bool = False
    """Whether a snapshot is made of the result, which shows imports of modules that do not exist."""
    found: FoundModules | None = None
    """Keeps the modules of the source for a comparison; None: nobody compares."""


def check(request: CheckRequest, tree_state: TreeState | None = None) -> CheckResult:
    """Judge every contract of the configuration on the source.

    Args:
        request: what to check.
        tree_state: the state of the source, if it is known.

    Raises:
        ArchguardError: no verdict is possible; the message says why.
    """
    from archguard.graph.analysis import analyse  # noqa: PLC0415

    configuration = request.configuration
    running = analyse(
        request.source,
        scan_options(configuration)._replace(missing_imports=request.is_for_upload),
        cache=request.cache,
        jobs=request.jobs,
        progress=request.progress,
        started=request.started,
        tree_state=tree_state,
    )
    # Importing grimp and import-linter takes a tenth of a scan's time, and is done during the scan.
    from archguard.checking.allow_request import list_request_notices  # noqa: PLC0415
    from archguard.checking.contract_errors import add_contract_errors  # noqa: PLC0415
    from archguard.checking.report import CheckInputs, CheckResult  # noqa: PLC0415
    from archguard.checking.verdict_basis import make_basis  # noqa: PLC0415
    from archguard.checking.violations import make_report  # noqa: PLC0415
    from archguard.contract_types.loaded_contract import load_each_contract  # noqa: PLC0415
    from archguard.definitions.tree_definitions import TreeDefinitions  # noqa: PLC0415
    from archguard.graph.import_graph import build_graph  # noqa: PLC0415

    contracts, errors = load_each_contract(
        configuration, trust_contract_types=request.trust_contract_types
    )
    if errors and not contracts:
        raise next(iter(errors.values()))
    graph = build_graph(running.discovery.importable_names, running.imports())
    analysis = running.result()
    with TreeDefinitions(
        request.source, analysis, cache=request.cache, jobs=request.jobs
    ) as definitions:
        report = make_report(
            analysis,
            graph,
            contracts,
            request.source,
            definitions,
            exclude=configuration.exclude,
            list_exposed=request.list_exposed,
            day=find_day(request).isoformat() if has_dates(configuration, analysis) else "",
        )
    notices = list_request_notices(analysis, configuration)
    report = report._replace(
        notices=(*report.notices, *notices), basis=make_basis(analysis, configuration, running.discovery)
    )
    inputs = CheckInputs(configuration, tuple(contracts), analysis)
    return CheckResult(add_contract_errors(report, inputs, errors, request.source), inputs)


def find_day(request: CheckRequest) -> datetime.date:
    """Return the day on which a tree is judged: today, or that of the commit if it is one."""
    import datetime  # noqa: PLC0415

    commit = request.source.commit
    if request.today is not None:
        return request.today
    if commit is None:
        return datetime.datetime.now(datetime.UTC).date()
    from archguard.sources.git.commit_objects import CommitObjects  # noqa: PLC0415

    read = CommitObjects(request.source.spec()["git_dir"]).read(commit)
    return datetime.datetime.fromtimestamp(read.committed_at if read else 0, datetime.UTC).date()


def has_dates(configuration: Configuration, analysis: Analysis) -> bool:
    """Return whether an exception ends on some day, so that the verdict depends on the day."""
    if any(one.until for contract in configuration.contracts for one in contract.exceptions):
        return True
    return any("until" in text for comments in analysis.comments.values() for *_, text in comments)


def scan_options(configuration: Configuration) -> AnalysisOptions:
    """Return the options that a scan needs for the contracts of a configuration."""
    deprecated = {
        expression
        for contract in configuration.contracts
        for expression in list_deprecated_modules(contract)
    }
    symbols = {
        symbol for contract in configuration.contracts for symbol in list_deprecated_symbols(contract)
    }
    return AnalysisOptions(
        root_packages=configuration.root_packages,
        source_roots=configuration.source_roots,
        include_external_packages=configuration.flag("include_external_packages"),
        exclude_type_checking_imports=configuration.flag("exclude_type_checking_imports"),
        deprecated=tuple(sorted(deprecated | set(map(join_symbol, symbols)))),
        deprecated_symbols=tuple(sorted(symbols)),
        exclude=configuration.exclude,
        import_kinds=any(KINDS in contract.options for contract in configuration.contracts),
    )
