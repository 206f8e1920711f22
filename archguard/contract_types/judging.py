"""Running contracts through import-linter, and reading their violations off as edges."""

from __future__ import annotations

import difflib
import importlib
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from importlinter import configuration as importlinter_configuration
from importlinter.application import output
from importlinter.contracts.acyclic_siblings import AcyclicSiblingsContract
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.independence import IndependenceContract
from importlinter.contracts.layers import LayersContract
from importlinter.contracts.protected import ProtectedContract
from importlinter.domain.contract import Contract, InvalidContractOptions
from importlinter.domain.helpers import MissingImport

from archguard.contract_types import (
    acyclic_siblings,
    deprecated,
    forbidden,
    independence,
    layers,
    protected,
)
from archguard.contract_types.finding import Finding, Verdict
from archguard.errors import ConfigurationError, ContractError
from archguard.graph import GraphError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from importlinter.domain.contract import ContractCheck

    from archguard.graph import ImportGraph

    Find = Callable[[Any, ContractCheck, ImportGraph], Finding]

importlinter_configuration.configure()

DEPRECATED = "deprecated"

_TYPES: Mapping[str, tuple[type[Contract], Find]] = {
    "acyclic_siblings": (AcyclicSiblingsContract, acyclic_siblings.find),
    DEPRECATED: (deprecated.DeprecatedContract, deprecated.find),
    "forbidden": (ForbiddenContract, forbidden.find),
    "independence": (IndependenceContract, independence.find),
    "layers": (LayersContract, layers.find),
    "protected": (ProtectedContract, protected.find),
}
_BUILT_IN = {
    f"{name}: {contract.__module__}.{contract.__name__}" for name, (contract, _) in _TYPES.items()
}


class ContractOptions(Protocol):
    """A contract as the configuration has it."""

    @property
    def id(self) -> str:
        """What its violations are known by."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def type(self) -> str:
        """Its contract type's name."""

    @property
    def options(self) -> Mapping[str, Any]:
        """Everything import-linter reads of it."""


@dataclass(frozen=True, slots=True)
class LoadedContract:
    """A contract whose options are valid."""

    id: str
    type: str
    contract: Contract
    find: Find | None
    """None for a third-party type: nobody but itself can read its result."""

    @property
    def judges_ghosts(self) -> bool:
        """Whether imports of modules that do not exist concern it."""
        return self.type == DEPRECATED

    @property
    def deprecated_modules(self) -> tuple[str, ...]:
        """The module expressions of a `deprecated` contract; of others, none."""
        expressions = getattr(self.contract, "deprecated_modules", ())
        return tuple(sorted(str(e) for e in expressions)) if self.judges_ghosts else ()

    def option(self, name: str) -> Any:
        """The parsed value of an option, or None."""
        return getattr(self.contract, name, None)


def load(
    contracts: Iterable[ContractOptions],
    session_options: Mapping[str, Any],
    *,
    trust_contract_types: bool,
) -> list[LoadedContract]:
    """The contracts, their options checked.

    Raises:
        ConfigurationError: an option is wrong, a type is unknown, or it is code that is not trusted.
    """
    third_party = _third_party(session_options, trusted=trust_contract_types)
    return [_load(one, session_options, third_party) for one in contracts]


def judge(loaded: LoadedContract, graph: ImportGraph) -> Verdict:
    """Kept or broken as import-linter says, and the edges that make it so.

    Args:
        loaded: the contract.
        graph: for a contract that `judges_ghosts`, the one with ghosts. It is not changed.

    Raises:
        ContractError: the contract does not fit the graph: a module that it names does not exist,
            an ignored import matches nothing.
    """
    contract = loaded.contract
    copy = deepcopy(graph)
    try:
        check = contract.check(copy, verbose=False)
    except (ValueError, MissingImport, GraphError) as error:
        raise ContractError(f'contract "{contract.name}": {_sentence(error)}') from error
    except Exception as error:
        if loaded.find is not None:
            raise
        # Somebody else's code: whatever it raises, it is not a verdict.
        problem = f"{type(error).__name__}: {error}"
        raise ContractError(f'contract "{contract.name}" failed: {problem}') from error
    find = loaded.find or _no_edges
    return Verdict(
        id=loaded.id,
        name=contract.name,
        type=loaded.type,
        kept=check.kept,
        finding=find(contract, check, copy),
        warnings=tuple(check.warnings),
        text="" if loaded.find or check.kept else _render(contract, check),
        guidance=getattr(contract, "broken_contract_guidance", None) or "",
        ignored=check.ignored_import_count,
    )


def _load(
    one: ContractOptions,
    session_options: Mapping[str, Any],
    third_party: Mapping[str, type[Contract]],
) -> LoadedContract:
    contract_class, find = _TYPES.get(one.type, (third_party.get(one.type), None))
    if contract_class is None:
        known = sorted({*_TYPES, *third_party})
        near = difflib.get_close_matches(one.type, known, n=1)
        hint = f"; did you mean '{near[0]}'?" if near else f"; known are {', '.join(known)}."
        raise ConfigurationError(f'contract "{one.name}": there is no type {one.type!r}{hint}')
    try:
        contract = contract_class(one.name, dict(session_options), dict(one.options))
    except InvalidContractOptions as error:
        problems = "; ".join(f"{option}: {problem}" for option, problem in error.errors.items())
        raise ConfigurationError(f'contract "{one.name}": {problems}') from error
    return LoadedContract(one.id, one.type, contract, find)


def _third_party(session_options: Mapping[str, Any], *, trusted: bool) -> dict[str, type[Contract]]:
    named = [entry for entry in session_options.get("contract_types", ()) if entry not in _BUILT_IN]
    if named and not trusted:
        raise ConfigurationError(
            f"contract_types names code to run ({', '.join(named)}): give --trust-contract-types "
            "if you trust this repository."
        )
    return dict(map(_import_type, named))


def _import_type(entry: str) -> tuple[str, type[Contract]]:
    name, colon, path = entry.partition(": ")
    module, dot, class_name = path.strip().rpartition(".")
    if not colon or not dot:
        raise ConfigurationError(f"contract_types: {entry!r} is not of the form 'name: module.Class'.")
    try:
        contract_class = getattr(importlib.import_module(module), class_name)
    except (ImportError, AttributeError) as error:
        raise ConfigurationError(f"contract_types: {entry!r} cannot be imported: {error}.") from error
    if not (isinstance(contract_class, type) and issubclass(contract_class, Contract)):
        raise ConfigurationError(f"contract_types: {path} is no import-linter contract type.")
    return name.strip(), contract_class


def _no_edges(contract: Contract, check: ContractCheck, graph: ImportGraph) -> Finding:  # noqa: ARG001
    return Finding()


def _render(contract: Contract, check: ContractCheck) -> str:
    with output.console.capture() as captured:
        contract.render_broken_contract(check)
    return captured.get().strip()


def _sentence(error: Exception) -> str:
    return "; ".join(line.strip().rstrip(".") for line in str(error).splitlines() if line) + "."
