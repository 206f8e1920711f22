"""Count the violations whose names have a home outside of the deprecated modules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.checking.pipeline import check
from archguard.consolidation.audit_report import ImportHomes
from archguard.consolidation.file_search import make_target_finder
from archguard.consolidation.rewrite.targets import Target
from archguard.definitions.tree_definitions import TreeDefinitions
from archguard.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archguard.checking.pipeline import CheckRequest
    from archguard.checking.report import CheckResult, Violation
    from archguard.consolidation.rewrite.targets import Blocked, TargetFinder
    from archguard.definitions.tree_definitions import Definitions


def count_homes(request: CheckRequest) -> ImportHomes:
    """Judge a tree, and count the violations of contracts that deprecate modules by what they import.

    No file is parsed for it, so it cannot tell what else is in the way of a rewrite: a plan does.

    Raises:
        ArchguardError: there is no verdict on the tree, or on one of its contracts.
    """
    result = check(request)
    if result.report.errors:
        raise ConfigurationError(result.report.errors[0])
    analysis = result.inputs.analysis
    with TreeDefinitions(
        request.source, analysis, cache=request.cache, jobs=request.jobs
    ) as definitions:
        homes = [[*targets] for targets in _find_targets(result, definitions)]
    known = [targets for targets in homes if all(isinstance(target, Target) for target in targets)]
    return ImportHomes(
        violations=len(homes),
        known=len(known),
        re_exported=sum(any(_is_re_exported(target) for target in targets) for targets in known),
        unknown=len(homes) - len(known),
    )


def _find_targets(result: CheckResult, definitions: Definitions) -> Iterator[Iterator[Target | Blocked]]:
    """Yield for each violation what there is instead of each name that it imports."""
    analysis = result.inputs.analysis
    for contract in result.inputs.contracts:
        if contract.judges_ghosts:
            finder = make_target_finder(contract, analysis, definitions)
            for violation in result.report.violations:
                if violation.contract == contract.id:
                    yield _find_each(violation, finder)


def _find_each(violation: Violation, finder: TargetFinder) -> Iterator[Target | Blocked]:
    names = {name for occurrence in violation.occurrences for name in occurrence.names}
    for name in sorted(names or {violation.imported}):
        module, _, symbol = name.replace(":", ".").rpartition(".")
        if finder.is_module(name) or (name == violation.imported and ":" not in name):
            yield finder.find_module(name)
        else:
            yield finder.find_symbol(module, symbol)


def _is_re_exported(target: Target | Blocked) -> bool:
    return isinstance(target, Target) and target.is_home
