"""Why violations are no longer counted although the code still has them.

The values of `how`:

contract-removed    the contract is gone
root-removed        its root package is no longer listed in root_packages
excluded            `exclude` leaves its file out
module-dropped      the contract no longer names the module
module-renamed      the module was renamed, and the contract still has the old name
exception-added     allowed_importers or ignore_imports covers it
contract-changed    another option of the contract, or of the session, differs
enforcement-lowered `enforce`, `stages`, `deadline` or `enforce_deadline` is less strict, today or
                    on a day to come: about no single import
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.checking.report import Weakening
from archguard.contract_types.registry import list_deprecated_modules
from archguard.graph.exclusion import compile_patterns
from archguard.graph.module_expressions import compile_expressions, is_within
from archguard.ratchet.contract_line import ContractLine
from archguard.ratchet.exceptions import EXCEPTION_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from archguard.checking.report import Violation
    from archguard.configuration import Configuration, ContractConfiguration

CONTRACT_REMOVED = "contract-removed"
ROOT_REMOVED = "root-removed"
EXCLUDED = "excluded"
MODULE_DROPPED = "module-dropped"
MODULE_RENAMED = "module-renamed"
EXCEPTION_ADDED = "exception-added"
CONTRACT_CHANGED = "contract-changed"
ENFORCEMENT_LOWERED = "enforcement-lowered"


def list_weakenings(
    violations: Iterable[Violation],
    configuration: Configuration,
    base: Configuration,
    is_renamed: Callable[[str], bool],
) -> tuple[Weakening, ...]:
    """Return what a change stopped counting, sorted.

    Args:
        violations: those that the base's contracts find in the tree, and the tree's own do not.
        configuration: the tree's.
        base: the base's, with the names of today.
        is_renamed: whether a module had another name at the base.
    """
    line = ContractLine(configuration)
    contracts = {contract.id: contract for contract in configuration.contracts}
    old_contracts = {contract.id: contract for contract in base.contracts}
    weakenings = set()
    for violation in violations:
        name = line.find_id(violation.contract)
        how = _explain(
            violation,
            None if name is None else contracts[name],
            old_contracts[violation.contract],
            configuration,
            is_renamed=is_renamed(violation.imported),
        )
        contract = name or violation.contract
        weakenings.add(Weakening(contract, violation.importer, violation.imported, how))
    return tuple(sorted(weakenings))


def _explain(
    violation: Violation,
    contract: ContractConfiguration | None,
    old: ContractConfiguration,
    configuration: Configuration,
    *,
    is_renamed: bool,
) -> str:
    if contract is None:
        return CONTRACT_REMOVED
    if not any(is_within(violation.importer, root) for root in configuration.root_packages):
        return ROOT_REMOVED
    is_excluded = compile_patterns(configuration.exclude).fullmatch
    if any(is_excluded(place.path) for place in violation.occurrences):
        return EXCLUDED
    is_same_rule = contract.type == old.type
    if is_same_rule and _drops_module(contract, old, violation.imported):
        return MODULE_RENAMED if is_renamed else MODULE_DROPPED
    if is_same_rule and any(
        contract.options.get(name) != old.options.get(name) for name in EXCEPTION_OPTIONS
    ):
        return EXCEPTION_ADDED
    return CONTRACT_CHANGED


def _drops_module(contract: ContractConfiguration, old: ContractConfiguration, module: str) -> bool:
    modules = list_deprecated_modules(contract)
    is_named = compile_expressions(modules).match(module) is not None
    return modules != list_deprecated_modules(old) and not is_named
