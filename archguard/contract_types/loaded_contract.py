"""Contracts with validated options, and the judging of one on a graph."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any, NamedTuple

from importlinter import configuration as importlinter_configuration
from importlinter.domain.contract import InvalidContractOptions
from importlinter.domain.fields import Field
from importlinter.domain.helpers import MissingImport

from archguard.configuration.calendar import COMMON_OPTIONS
from archguard.configuration.contract_exception import ALLOWED, EXCEPTION_LISTS, KINDS
from archguard.contract_types import third_party
from archguard.contract_types.deprecated import ReplacementField, find_replacement
from archguard.contract_types.registry import (
    CONTRACT_TYPES,
    list_deprecated_modules,
    list_deprecated_symbols,
    needs_newer_import_linter,
)
from archguard.contract_types.verdict import Verdict
from archguard.errors import ArchguardError, ConfigurationError, ContractError
from archguard.graph.grimp_api import GraphError
from archguard.text import suggest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from importlinter.domain.contract import Contract, ContractCheck

    from archguard.configuration import Configuration, ContractConfiguration
    from archguard.configuration.contract_exception import ContractException
    from archguard.contract_types.canonical_family import CanonicalRule
    from archguard.contract_types.registry import Find, FindPassages
    from archguard.contract_types.verdict import Passage
    from archguard.graph.grimp_api import ImportGraph

importlinter_configuration.configure()


class LoadedContract(NamedTuple):
    """A contract whose options are valid."""

    id: str
    type: str
    contract: Contract
    find: Find | None
    """Lists the violations of the checked contract; None for third-party types."""
    deprecated_modules: tuple[str, ...]
    """The module expressions of a contract that deprecates modules; empty for other types."""
    deprecated_symbols: tuple[str, ...] = ()
    """The symbols that it deprecates besides, as `module:Name`."""
    previous_ids: tuple[str, ...] = ()
    """The ids that it had before."""
    kinds: frozenset[str] = frozenset()
    """The kinds of import that it judges; empty: all of them."""
    exceptions: tuple[ContractException, ...] = ()
    """Those of `[[tool.archguard.exceptions]]`."""
    reads_comments: bool = True
    """Whether comments in the code make exceptions, too."""
    short_ids: frozenset[str] = frozenset()
    """The ids by which the code may name it."""
    tolerates_missing: bool = False
    """Whether what it names may be missing: the tree is older than the contract, or another one."""

    @property
    def name(self) -> str:
        """Its name in the configuration."""
        return str(self.contract.name)

    @property
    def judges_ghosts(self) -> bool:
        """Whether imports of modules that do not exist can violate it."""
        return bool(self.deprecated_modules or self.deprecated_symbols)

    @property
    def rule(self) -> CanonicalRule | None:
        """What a contract says that is judged on definitions; None if it is about imports."""
        rule: CanonicalRule | None = self.option("rule")
        return rule

    def find_replacement(self, module: str) -> str | None:
        """Return what to import instead of a deprecated module, if the contract says so."""
        replacement: str | None = find_replacement(module, self.option("replacement"))
        return replacement

    def option(self, name: str) -> Any:
        """Return the parsed value of an option; None if it is not given, and for third-party types."""
        # A third-party type may use the same name for something else.
        return getattr(self.contract, name, None) if self.find else None

    @property
    def exception_lists(self) -> tuple[str, ...]:
        """The options that list exceptions and that the contract has."""
        if self.find is None:
            return ()
        # The `allowed_importers` of import-linter's `protected` are what it is about.
        names: Sequence[str] = EXCEPTION_LISTS if self.judges_ghosts else ("ignore_imports",)
        names = names if self.rule is None else (ALLOWED,)
        return tuple(name for name in names if name in self.contract.contract_options)

    def strings(self, option: str) -> tuple[str, ...]:
        """Return the values of an option that takes one value or a list, as they are written."""
        value = self.contract.contract_options.get(option, ())
        return tuple(item.strip() for item in ([value] if isinstance(value, str) else value))

    def tolerate_unmatched_exceptions(self) -> LoadedContract:
        """Return the same contract; entries of `ignore_imports` that match nothing are no mistakes."""
        if "ignore_imports" not in self.exception_lists:
            return self
        return self.replace_entries({"unmatched_ignore_imports_alerting": "none"})

    def replace_entries(self, entries: Mapping[str, Sequence[str]]) -> LoadedContract:
        """Return the same contract with other values of some options; without those that are empty."""
        options = {**self.contract.contract_options, **entries}
        for name, values in entries.items():
            if not values:
                del options[name]
        contract_class = type(self.contract)
        contract = contract_class(self.contract.name, self.contract.session_options, options)
        return self._replace(contract=contract)

    def judge(self, graph: ImportGraph) -> Verdict:
        """Return import-linter's verdict with the edges that violate the contract.

        Args:
            graph: with ghosts if the contract `judges_ghosts`. It is not changed.

        Raises:
            ContractError: the contract does not fit the graph: a module that it names does not exist, or
                an ignored import matches nothing.
        """
        contract = self.contract
        # Copying a graph is slow. A contract that deprecates modules changes it only to ignore imports.
        can_share = self.judges_ghosts and not self.option("ignore_imports")
        graph = graph if can_share else deepcopy(graph)
        if self.find is None:
            return third_party.judge_contract(self.id, self.type, contract, graph)
        check = self._check(graph)
        return Verdict(
            id=self.id,
            name=contract.name,
            type=self.type,
            kept=check.kept,
            finding=self.find(contract, check, graph),
            warnings=tuple(check.warnings),
            guidance=self.option("broken_contract_guidance") or "",
            ignored=check.ignored_import_count,
        )

    def find_passages(self, graph: ImportGraph) -> Iterator[Passage]:
        """Yield the ways of forbidden chains, with all violations of the contract at their ends.

        Nothing if the contract does not forbid chains.

        Args:
            graph: the imports. It is not changed.

        Raises:
            ContractError: the contract does not fit the graph.
        """
        if self._find_passages is not None:
            graph = deepcopy(graph)
            yield from self._find_passages(self.contract, self._check(graph), graph)

    @property
    def forbids_chains(self) -> bool:
        """Whether imports can violate it that do not concern it by themselves."""
        return self._find_passages is not None

    @property
    def _find_passages(self) -> FindPassages | None:
        return CONTRACT_TYPES[self.type].load_find_passages() if self.find else None

    def _check(self, graph: ImportGraph) -> ContractCheck:
        try:
            return self.contract.check(graph, verbose=False)
        except (ValueError, MissingImport, GraphError) as error:
            raise ContractError(f'contract "{self.contract.name}": {_format_error(error)}') from error


def load_contracts(configuration: Configuration, *, trust_contract_types: bool) -> list[LoadedContract]:
    """Validate the contracts of a configuration.

    Raises:
        ConfigurationError: an option is invalid, a type is unknown, or it is untrusted third-party code.
        ContractError: trusted third-party code failed.
    """
    contracts, errors = load_each_contract(configuration, trust_contract_types=trust_contract_types)
    for error in errors.values():
        raise error
    return contracts


def load_each_contract(
    configuration: Configuration, *, trust_contract_types: bool
) -> tuple[list[LoadedContract], dict[str, ArchguardError]]:
    """Return the valid contracts of a configuration, and the errors of the others by id.

    Raises:
        ConfigurationError: `contract_types` is invalid.
        ContractError: trusted third-party code failed.
    """
    session_options = configuration.session_options
    third_party_types: Mapping[str, type[Contract]] = {}
    if entries := session_options.get("contract_types"):
        own = {name: known.class_path for name, known in CONTRACT_TYPES.items()}
        try:
            third_party_types = third_party.load_types(entries, own=own, trusted=trust_contract_types)
        except ConfigurationError as error:
            raise ConfigurationError(f"{configuration.path}: {error}") from error
    contracts: list[LoadedContract] = []
    errors: dict[str, ArchguardError] = {}
    for contract in configuration.contracts:
        try:
            contracts.append(_load_contract(contract, session_options, third_party_types))
        except ConfigurationError as error:
            errors[contract.id] = ConfigurationError(f"{configuration.path}: {error}")
    return contracts, errors


def _load_contract(
    contract: ContractConfiguration,
    session_options: Mapping[str, Any],
    third_party_types: Mapping[str, type[Contract]],
) -> LoadedContract:
    try:
        if contract.type in CONTRACT_TYPES:
            contract_class = CONTRACT_TYPES[contract.type].load_class()
            find = CONTRACT_TYPES[contract.type].load_find()
            options = _select_options(contract_class, contract.options)
            _refuse_tables(contract_class, options)
            instance = contract_class(contract.name, dict(session_options), options)
        elif contract.type in third_party_types:
            contract_class, find = third_party_types[contract.type], None
            instance = third_party.make_contract(
                contract_class,
                contract.name,
                session_options,
                _select_options(contract_class, contract.options),
            )
        elif needs_newer_import_linter(contract.type):
            raise ConfigurationError(
                f'contract "{contract.name}": the installed import-linter has no type '
                f"{contract.type!r}; install a newer one."
            )
        else:
            hint = suggest(contract.type, sorted({*CONTRACT_TYPES, *third_party_types}))
            raise ConfigurationError(f'contract "{contract.name}": unknown type {contract.type!r}{hint}')
    except InvalidContractOptions as error:
        problems = "; ".join(f"{option}: {problem}" for option, problem in error.errors.items())
        raise ConfigurationError(f'contract "{contract.name}": {problems}') from error
    deprecated_modules = list_deprecated_modules(contract)
    return LoadedContract(
        contract.id,
        contract.type,
        instance,
        find,
        deprecated_modules,
        list_deprecated_symbols(contract),
        contract.previous_ids,
        kinds=frozenset(contract.strings(KINDS)),
        exceptions=contract.exceptions,
        reads_comments=contract.reads_comments,
        short_ids=contract.short_ids,
        tolerates_missing=contract.tolerates_missing,
    )


def _select_options(contract_class: type[Contract], options: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out the options that contracts of every type have in archguard, unless the type has them."""
    return {
        name: value
        for name, value in options.items()
        if name not in COMMON_OPTIONS or hasattr(contract_class, name)
    }


def _refuse_tables(contract_class: type[Contract], options: Mapping[str, Any]) -> None:
    """Refuse tables as values of import-linter's fields, which would crash on them."""
    for name, value in options.items():
        field = getattr(contract_class, name, None)
        takes_tables = isinstance(field, ReplacementField)
        if isinstance(value, Mapping) and isinstance(field, Field) and not takes_tables:
            raise InvalidContractOptions({name: "Expected a value, got a table."})


def _format_error(error: Exception) -> str:
    return "; ".join(line.strip().rstrip(".") for line in str(error).splitlines() if line) + "."
