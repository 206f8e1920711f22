"""The configuration: its contracts and session options, and the sections of a file that hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from archguard.errors import ConfigurationError
from archguard.text import suggest

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class ContractConfiguration(NamedTuple):
    """The configuration of one contract."""

    id: str
    name: str
    type: str
    options: Mapping[str, Any]

    def strings(self, option: str) -> tuple[str, ...]:
        """Return the nonempty values of an option that takes one value or a list, stripped."""
        value = self.options.get(option, ())
        values = [value] if isinstance(value, str) else value
        return tuple(stripped for item in values if (stripped := item.strip()))


class Configuration(NamedTuple):
    """What archguard reads of a configuration file."""

    path: str
    root_packages: tuple[str, ...]
    contracts: tuple[ContractConfiguration, ...]
    session_options: Mapping[str, Any]
    """The options that import-linter passes to every contract type."""
    source_roots: tuple[str, ...] = ()

    def select(self, labels: Collection[str]) -> Configuration:
        """Return the same configuration with only the contracts that have these ids or names.

        Raises:
            ConfigurationError: a label is neither an id nor a name.
        """
        ids = [contract.id for contract in self.contracts]
        names = [contract.name for contract in self.contracts]
        for label in labels:
            if label not in ids and label not in names:
                hint = suggest(label, ids, unlisted=names)
                raise ConfigurationError(f"--contract: unknown contract '{label}'{hint}")
        return self._replace(
            contracts=tuple(c for c in self.contracts if c.id in labels or c.name in labels)
        )

    def flag(self, name: str) -> bool:
        """Return the value of a boolean session option."""
        return str(self.session_options.get(name)) in ("True", "true")


class Sections(NamedTuple):
    """The sections of a configuration file that concern archguard, with raw values."""

    session: dict[str, Any]
    """import-linter's session options."""
    contracts: list[dict[str, Any]]
    own: dict[str, Any]
    """archguard's own options."""
    own_name: str
    """How the file names the section of archguard's options."""
