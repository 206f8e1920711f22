"""Running contracts through import-linter, and reading their violations off as edges."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from importlinter import configuration as importlinter_configuration
from importlinter.domain.contract import InvalidContractOptions
from importlinter.domain.fields import Field
from importlinter.domain.helpers import MissingImport

from archguard.contract_types import deprecated, third_party
from archguard.contract_types.options import value
from archguard.contract_types.verdict import Verdict
from archguard.errors import ConfigurationError, ContractError
from archguard.graph.grimp_api import GraphError
from archguard.text import suggest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from importlinter.domain.contract import Contract, ContractCheck

    from archguard.contract_types.verdict import Finding
    from archguard.graph.grimp_api import ImportGraph

    Find = Callable[[Any, ContractCheck, ImportGraph], Finding]

importlinter_configuration.configure()

DEPRECATED = "deprecated"

# Each is imported where a contract is of it. What finds its violations is our module of its name.
_CLASSES = {
    "acyclic_siblings": "importlinter.contracts.acyclic_siblings.AcyclicSiblingsContract",
    DEPRECATED: "archguard.contract_types.deprecated.DeprecatedContract",
    "forbidden": "importlinter.contracts.forbidden.ForbiddenContract",
    "independence": "importlinter.contracts.independence.IndependenceContract",
    "layers": "importlinter.contracts.layers.LayersContract",
    "protected": "importlinter.contracts.protected.ProtectedContract",
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


class LoadedContract(NamedTuple):
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
    def leaves_graphs_alone(self) -> bool:
        """Whether judging it changes no graph."""
        return self.type == DEPRECATED and not self.option("ignore_imports")

    @property
    def deprecated_modules(self) -> tuple[str, ...]:
        """The module expressions of a `deprecated` contract; of others, none."""
        if not self.judges_ghosts:
            return ()
        return tuple(sorted(str(expression) for expression in self.option("deprecated_modules")))

    def replacement_for(self, module: str) -> str | None:
        """What a `deprecated` contract says to import instead of a module."""
        return deprecated.replacement_for(module, self.option("replacement"))

    def option(self, name: str) -> Any:
        """The parsed value of an option of our own or import-linter's types, or None."""
        # A third-party type may call anything by the same name.
        return value(self.contract, name) if self.find else None


def load(
    contracts: Iterable[ContractOptions],
    session_options: Mapping[str, Any],
    *,
    trust_contract_types: bool,
) -> list[LoadedContract]:
    """The contracts, their options checked.

    Raises:
        ConfigurationError: an option is wrong, a type is unknown, or it is code that is not trusted.
        ContractError: such code, trusted, failed.
    """
    foreign = third_party.third_party_types(
        session_options.get("contract_types", ()), own=_CLASSES, trusted=trust_contract_types
    )
    return [_load(one, session_options, foreign) for one in contracts]


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
    # Judging may change a graph, and to copy one takes a while.
    copy = graph if loaded.leaves_graphs_alone else deepcopy(graph)
    if loaded.find is None:
        return third_party.judge(loaded.id, loaded.type, contract, copy)
    try:
        check = contract.check(copy, verbose=False)
    except (ValueError, MissingImport, GraphError) as error:
        raise ContractError(f'contract "{contract.name}": {_sentence(error)}') from error
    return Verdict(
        id=loaded.id,
        name=contract.name,
        type=loaded.type,
        kept=check.kept,
        finding=loaded.find(contract, check, copy),
        warnings=tuple(check.warnings),
        guidance=value(contract, "broken_contract_guidance") or "",
        ignored=check.ignored_import_count,
    )


def _load(
    one: ContractOptions,
    session_options: Mapping[str, Any],
    foreign: Mapping[str, type[Contract]],
) -> LoadedContract:
    contract_class, find = _type(one.type) if one.type in _CLASSES else (foreign.get(one.type), None)
    if contract_class is None:
        known = sorted({*_CLASSES, *foreign})
        hint = suggest(one.type, known)
        raise ConfigurationError(f'contract "{one.name}": unknown type {one.type!r}{hint}')
    try:
        if find is None:
            contract = third_party.make(contract_class, one.name, session_options, one.options)
        else:
            _refuse_tables(contract_class, one.options)
            contract = contract_class(one.name, dict(session_options), dict(one.options))
    except InvalidContractOptions as error:
        problems = "; ".join(f"{option}: {problem}" for option, problem in error.errors.items())
        raise ConfigurationError(f'contract "{one.name}": {problems}') from error
    return LoadedContract(one.id, one.type, contract, find)


def _type(name: str) -> tuple[type[Contract], Find]:
    module, _, class_name = _CLASSES[name].rpartition(".")
    contract_class: type[Contract] = getattr(importlib.import_module(module), class_name)
    find: Find = importlib.import_module(f"archguard.contract_types.{name}").find
    return contract_class, find


def _refuse_tables(contract_class: type[Contract], options: Mapping[str, Any]) -> None:
    """import-linter's fields know strings and lists of them; a table makes them crash."""
    for name, given in options.items():
        field = getattr(contract_class, name, None)
        takes_tables = isinstance(field, deprecated.ReplacementField)
        if isinstance(given, Mapping) and isinstance(field, Field) and not takes_tables:
            raise InvalidContractOptions({name: "Expected a value, got a table."})


def _sentence(error: Exception) -> str:
    return "; ".join(line.strip().rstrip(".") for line in str(error).splitlines() if line) + "."
