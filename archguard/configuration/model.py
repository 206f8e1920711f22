"""The configuration: its contracts and session options, and the sections of a file that hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from archguard.errors import ConfigurationError
from archguard.text import suggest

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from archguard.configuration.contract_exception import ContractException

_OPTIONS_OF_A_FILE = frozenset({"contract_types", "show_timings"})
"""Session options that may differ between files that describe one tree."""


PREVIOUS_IDS = "previous_ids"
"""The option of every contract type that lists the ids that the contract had before."""


STAGES = "stages"
"""The option of every contract type that says from which days on it is how strict."""


class ContractConfiguration(NamedTuple):
    """The configuration of one contract."""

    id: str
    name: str
    type: str
    options: Mapping[str, Any]
    exceptions: tuple[ContractException, ...] = ()
    """Those of `[[tool.archguard.exceptions]]`."""
    reads_comments: bool = True
    """Whether comments in the code make exceptions, too."""
    tolerates_missing: bool = False
    """Whether what it names may be missing: the tree is older than the contract, or another one."""

    def strings(self, option: str) -> tuple[str, ...]:
        """Return the nonempty values of an option that takes one value or a list, stripped."""
        value = self.options.get(option, ())
        values = [value] if isinstance(value, str) else value
        return tuple(stripped for item in values if (stripped := item.strip()))

    def tolerate_missing(self) -> ContractConfiguration:
        """Return the same contract for another tree, which may lack what the contract names."""
        if self.type == "canonical":
            return self._replace(tolerates_missing=True)
        if "ignore_imports" in self.options:
            return self._replace(options={**self.options, "unmatched_ignore_imports_alerting": "none"})
        return self

    @property
    def previous_ids(self) -> tuple[str, ...]:
        """The ids that it had before, each once."""
        return tuple(dict.fromkeys(self.strings(PREVIOUS_IDS)))

    @property
    def short_ids(self) -> frozenset[str]:
        """The ids by which the code may name it: its own and the ones before, without a file."""
        return frozenset(map(_remove_file, (self.id, *self.previous_ids)))

    def qualify(self, file: str) -> ContractConfiguration:
        """Return the same contract with an id that is unique among several files."""
        options = {**self.options, "id": f"{file}:{self.id}"}
        if self.previous_ids:
            options[PREVIOUS_IDS] = [
                name if ":" in name else f"{file}:{name}" for name in self.previous_ids
            ]
        return self._replace(id=options["id"], options=options)


class Configuration(NamedTuple):
    """What archguard reads of a configuration file."""

    path: str
    root_packages: tuple[str, ...]
    contracts: tuple[ContractConfiguration, ...]
    session_options: Mapping[str, Any]
    """The options that import-linter passes to every contract type."""
    source_roots: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    """The patterns of files that are left out."""
    is_selection: bool = False
    """Whether contracts of the file were left out."""
    base: str = ""
    """What a tree is compared with unless the command line says it: a revision, `auto` or `none`."""

    def select(self, labels: Collection[str]) -> Configuration:
        """Return the same configuration with only the contracts that have these ids or names.

        Raises:
            ConfigurationError: a label is neither an id nor a name.
        """
        ids = [contract.id for contract in self.contracts]
        names = [contract.name for contract in self.contracts]
        known = {*ids, *names, *(_remove_file(contract_id) for contract_id in ids)}
        for label in labels:
            if label not in known:
                hint = suggest(label, ids, unlisted=names)
                raise ConfigurationError(f"--contract: unknown contract '{label}'{hint}")
        return self._replace(
            is_selection=True,
            contracts=tuple(
                contract
                for contract in self.contracts
                if not {contract.id, contract.name, _remove_file(contract.id)}.isdisjoint(labels)
            ),
        )

    def flag(self, name: str) -> bool:
        """Return the value of a boolean session option."""
        return str(self.session_options.get(name)) in ("True", "true")

    def flag_or_names(self, name: str) -> bool | frozenset[str]:
        """Return the value of a session option in a form that can be compared."""
        value = self.session_options.get(name)
        return frozenset(value) if isinstance(value, list) else self.flag(name)


def merge_configurations(configurations: Sequence[Configuration]) -> Configuration:
    """Return one configuration with the contracts of several, whose ids become `file:id`.

    Raises:
        ConfigurationError: they describe different trees.
    """
    first, *others = configurations
    if not others:
        return first
    for other in others:
        for option in sorted(first.session_options.keys() | other.session_options.keys()):
            if option not in _OPTIONS_OF_A_FILE and first.flag_or_names(option) != other.flag_or_names(
                option
            ):
                raise _differ(option, first, other)
        if first.source_roots != other.source_roots:
            raise _differ("source_roots", first, other)
        if first.base != other.base:
            raise _differ("base", first, other)
    entries = [
        entry for each in configurations for entry in each.session_options.get("contract_types", ())
    ]
    types = {"contract_types": list(dict.fromkeys(entries))} if entries else {}
    return first._replace(
        contracts=tuple(
            contract.qualify(each.path) for each in configurations for contract in each.contracts
        ),
        session_options={**first.session_options, **types},
    )


def _differ(option: str, first: Configuration, other: Configuration) -> ConfigurationError:
    return ConfigurationError(
        f"{first.path} and {other.path} have different {option}: check each in a run of its own."
    )


def _remove_file(contract_id: str) -> str:
    """Return the id that a contract has in its own file."""
    return contract_id.rpartition(":")[2]


class Sections(NamedTuple):
    """The sections of a configuration file that concern archguard, with raw values."""

    session: dict[str, Any]
    """import-linter's session options."""
    contracts: list[dict[str, Any]]
    own: dict[str, Any]
    """archguard's own options."""
    own_name: str
    """How the file names the section of archguard's options."""
