"""The contract types that need no `contract_types` entry: import-linter's and our own.

import-linter is not imported here: the scan needs the deprecated modules before it is loaded.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
from typing import TYPE_CHECKING, Any, NamedTuple

from archguard.graph.module_expressions import make_deprecation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from importlinter.domain.contract import Contract, ContractCheck

    from archguard.configuration import ContractConfiguration
    from archguard.contract_types.verdict import Finding, Passage
    from archguard.graph.grimp_api import ImportGraph

    Find = Callable[[Any, ContractCheck, ImportGraph], Finding]
    FindPassages = Callable[[Any, ContractCheck, ImportGraph], Iterator[Passage]]


class ContractType(NamedTuple):
    """A contract type; `archguard.contract_types.<name>.find` lists the violations of its contracts."""

    name: str
    class_path: str
    """Dotted path of the import-linter contract class."""
    deprecates_modules: bool = False
    """Whether `deprecated_modules` names modules that may not be imported, even if they do not exist."""
    judges_definitions: bool = False
    """Whether it is about the classes that modules define, not about imports."""

    def load_class(self) -> type[Contract]:
        """Import the contract class."""
        module, _, name = self.class_path.rpartition(".")
        contract_class: type[Contract] = getattr(importlib.import_module(module), name)
        return contract_class

    def load_find(self) -> Find:
        """Import the function that lists the violations of a checked contract."""
        find: Find = importlib.import_module(f"archguard.contract_types.{self.name}").find
        return find

    def load_find_passages(self) -> FindPassages | None:
        """Import the function that yields the ways of chains; None if the type forbids no chains."""
        module = importlib.import_module(f"archguard.contract_types.{self.name}")
        find_passages: FindPassages | None = getattr(module, "find_passages", None)
        return find_passages


def _is_installed(contract_type: ContractType) -> bool:
    """Return whether the installed import-linter has a type, without importing it."""
    top, *parts = contract_type.class_path.split(".")[:-1]
    spec = importlib.util.find_spec(top)
    folders = (spec.submodule_search_locations if spec else None) or []
    return any(os.path.exists(f"{os.path.join(folder, *parts)}.py") for folder in folders)


_NEWER_TYPES = (
    ContractType("private_modules", "importlinter.contracts.private_modules.PrivateModulesContract"),
)
"""Types that the oldest import-linter which archguard supports does not have."""

CONTRACT_TYPES = {
    contract_type.name: contract_type
    for contract_type in (
        *filter(_is_installed, _NEWER_TYPES),
        ContractType(
            "acyclic_siblings", "importlinter.contracts.acyclic_siblings.AcyclicSiblingsContract"
        ),
        ContractType(
            "canonical",
            "archguard.contract_types.canonical.CanonicalContract",
            judges_definitions=True,
        ),
        ContractType(
            "deprecated",
            "archguard.contract_types.deprecated.DeprecatedContract",
            deprecates_modules=True,
        ),
        ContractType("forbidden", "importlinter.contracts.forbidden.ForbiddenContract"),
        ContractType("independence", "importlinter.contracts.independence.IndependenceContract"),
        ContractType("layers", "importlinter.contracts.layers.LayersContract"),
        ContractType("protected", "importlinter.contracts.protected.ProtectedContract"),
    )
}


def needs_newer_import_linter(name: str) -> bool:
    """Return whether a type is one that only newer versions of import-linter have."""
    return name not in CONTRACT_TYPES and any(newer.name == name for newer in _NEWER_TYPES)


def judges_definitions(contract: ContractConfiguration) -> bool:
    """Return whether a contract is about the classes that modules define, not about imports."""
    contract_type = CONTRACT_TYPES.get(contract.type)
    return contract_type is not None and contract_type.judges_definitions


def list_deprecated_modules(contract: ContractConfiguration) -> tuple[str, ...]:
    """Return the module expressions that a contract deprecates, sorted; none for most contract types."""
    contract_type = CONTRACT_TYPES.get(contract.type)
    if contract_type is None or not contract_type.deprecates_modules:
        return ()
    return tuple(sorted(set(contract.strings("deprecated_modules"))))


def list_deprecated_symbols(contract: ContractConfiguration) -> tuple[str, ...]:
    """Return the symbols that a contract deprecates as `module:Name`, sorted; none for most types.

    A symbol in a module that the contract deprecates goes with the module.
    """
    contract_type = CONTRACT_TYPES.get(contract.type)
    if contract_type is None or not contract_type.deprecates_modules:
        return ()
    covers = make_deprecation(list_deprecated_modules(contract)).covers
    symbols = {symbol for symbol in contract.strings("deprecated_symbols") if ":" in symbol}
    return tuple(sorted(symbol for symbol in symbols if not covers(symbol.partition(":")[0])))
