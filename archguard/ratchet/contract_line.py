"""Which contract of a tree goes on from which contract of its base."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archguard.configuration import Configuration, ContractConfiguration


class ContractLine:
    """The contracts of a tree, and the earlier ids under which its base may have them."""

    def __init__(self, configuration: Configuration) -> None:
        self._ids = {
            name: contract.id for contract in configuration.contracts for name in contract.previous_ids
        }
        self._ids |= {contract.id: contract.id for contract in configuration.contracts}

    def find_id(self, name: str) -> str | None:
        """Return the id now of the contract that had an id at the base; None if it has gone."""
        return self._ids.get(name)

    def select(self, base: Configuration) -> Configuration:
        """Return a base's configuration with only the contracts that go on."""
        return base._replace(
            contracts=tuple(one for one in base.contracts if self.find_id(one.id) is not None)
        )

    def group(self, base: Configuration) -> dict[str, list[ContractConfiguration]]:
        """Return the contracts of a base from which each contract goes on, by its id now."""
        groups: dict[str, list[ContractConfiguration]] = {}
        for contract in base.contracts:
            name = self.find_id(contract.id)
            if name is not None:
                groups.setdefault(name, []).append(contract)
        return groups
