"""Find what the contracts say to import instead of a module or a name, as the plan does."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archguard.consolidation.file_search import make_target_finder
from archguard.consolidation.rewrite.targets import Blocked
from archguard.definitions.tree_definitions import TreeDefinitions
from archguard.graph.module_expressions import make_deprecation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archguard.checking.pipeline import CheckRequest
    from archguard.checking.report import CheckResult
    from archguard.contract_types.loaded_contract import LoadedContract
    from archguard.definitions.tree_definitions import Definitions
    from archguard.graph.model import Analysis


class Substitute(NamedTuple):
    """What one contract says about a deprecated module or name."""

    contract: str
    deprecated: str
    """What the contract deprecates, as it names it."""
    replacement: str | None
    """A module, or `module:Name`; None if there is none."""
    code: str | None
    """A `RefusalCode`; None if there is a replacement."""
    reason: str
    """Why there is none; of a replacement, what a reader should know."""


def find_substitutes(request: CheckRequest, result: CheckResult, written: str) -> list[Substitute]:
    """Return what each contract that deprecates something says to import instead.

    Args:
        request: the tree.
        result: what was found in it.
        written: a module, or a name of one: `module:Name`, or `module.Name` if that is no module.

    Raises:
        WorkerError: no child process can be started to read a module.
    """
    analysis = result.inputs.analysis
    module, name = _split(written, analysis)
    with TreeDefinitions(
        request.source, analysis, cache=request.cache, jobs=request.jobs
    ) as definitions:
        return [
            _ask(contract, deprecated, (module, name), analysis, definitions)
            for contract in result.inputs.contracts
            for deprecated in _find_deprecated(contract, module, name)
        ]


def _split(written: str, analysis: Analysis) -> tuple[str, str]:
    """Return a module and one of its names; that is empty if the module itself is meant."""
    module, colon, name = written.partition(":")
    parent, _, last = module.rpartition(".")
    if not colon and parent in analysis.modules and module not in analysis.importable_names:
        return parent, last
    return module, name


def _find_deprecated(contract: LoadedContract, module: str, name: str) -> Iterator[str]:
    if name and f"{module}:{name}" in contract.deprecated_symbols:
        yield f"{module}:{name}"
    elif deprecated := make_deprecation(contract.deprecated_modules).identify(module):
        yield deprecated


def _ask(
    contract: LoadedContract,
    deprecated: str,
    asked: tuple[str, str],
    analysis: Analysis,
    definitions: Definitions,
) -> Substitute:
    module, name = asked
    finder = make_target_finder(contract, analysis, definitions)
    target = finder.find_symbol(module, name) if name else finder.find_module(module)
    if isinstance(target, Blocked):
        return Substitute(contract.id, deprecated, None, target.code.value, target.detail)
    written = f"{target.module}:{target.name}" if target.name else target.module
    return Substitute(contract.id, deprecated, written, None, target.note)
