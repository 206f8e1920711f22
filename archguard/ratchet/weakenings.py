"""Why violations are no longer counted although the code still has them.

The values of `how`:

contract-removed    the contract is gone
root-removed        its root package is no longer listed in root_packages
excluded            `exclude` leaves its file out
module-dropped      the contract no longer names the module
module-renamed      the module was renamed, and the contract still has the old name
exception-added     allowed_importers, ignore_imports or a table of exceptions covers it
comment-added       a comment in the code covers it
kinds-changed       `kinds` leaves out its imports
contract-changed    another option of the contract, or of the session, differs
enforcement-lowered `enforce`, `stages`, `deadline` or `enforce_deadline` is less strict, today or
                    on a day to come: about no single import
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.checking.report import Weakening
from archguard.configuration.contract_exception import KINDS
from archguard.contract_types.registry import list_deprecated_modules, list_deprecated_symbols
from archguard.graph.exclusion import compile_patterns
from archguard.graph.module_expressions import compile_expressions, is_within
from archguard.ratchet.contract_line import ContractLine
from archguard.ratchet.exceptions import have_same_exceptions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Set

    from archguard.checking.report import Violation
    from archguard.configuration import Configuration, ContractConfiguration
    from archguard.configuration.contract_exception import ContractException
    from archguard.ratchet.exceptions import Comments

CONTRACT_REMOVED = "contract-removed"
ROOT_REMOVED = "root-removed"
EXCLUDED = "excluded"
MODULE_DROPPED = "module-dropped"
MODULE_RENAMED = "module-renamed"
EXCEPTION_ADDED = "exception-added"
COMMENT_ADDED = "comment-added"
KINDS_CHANGED = "kinds-changed"
CONTRACT_CHANGED = "contract-changed"
ENFORCEMENT_LOWERED = "enforcement-lowered"


def list_weakenings(
    violations: Iterable[Violation],
    configuration: Configuration,
    base: Configuration,
    is_renamed: Callable[[str], bool],
    comments: Comments,
) -> tuple[Weakening, ...]:
    """Return what a change stopped counting, sorted.

    Args:
        violations: those that the base's contracts find in the tree, and the tree's own do not.
        configuration: the tree's.
        base: the base's, with the names of today.
        is_renamed: whether a module had another name at the base.
        comments: by contract, what comments cover and did not at the base.
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
            comments.get(name or "", set()),
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
    comments: Set[ContractException],
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
    if contract.type != old.type:
        return CONTRACT_CHANGED
    if _drops_module(contract, old, violation.imported):
        return MODULE_RENAMED if is_renamed else MODULE_DROPPED
    return _explain_by_exceptions(violation, contract, old, comments)


def _explain_by_exceptions(
    violation: Violation,
    contract: ContractConfiguration,
    old: ContractConfiguration,
    comments: Set[ContractException],
) -> str:
    kinds = set(contract.strings(KINDS))
    if kinds and not any(place.kind in kinds for place in violation.occurrences):
        return KINDS_CHANGED
    if any(
        one.importer == violation.importer and is_within(one.imported, violation.imported)
        for one in comments
    ):
        return COMMENT_ADDED
    if not have_same_exceptions(contract, old):
        return EXCEPTION_ADDED
    if comments:  # one of them covers an import of its chain
        return COMMENT_ADDED
    return KINDS_CHANGED if kinds and kinds != set(old.strings(KINDS)) else CONTRACT_CHANGED


def _drops_module(contract: ContractConfiguration, old: ContractConfiguration, module: str) -> bool:
    if ":" in module:
        return module not in list_deprecated_symbols(contract) and module in list_deprecated_symbols(old)
    modules = list_deprecated_modules(contract)
    is_named = compile_expressions(modules).match(module) is not None
    return modules != list_deprecated_modules(old) and not is_named
