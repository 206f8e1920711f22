"""When a contract fails a check: `enforce`, `deadline` and `enforce_deadline`."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from archguard.errors import ConfigurationError
from archguard.text import suggest

if TYPE_CHECKING:
    import datetime

    from archguard.configuration.model import Configuration, ContractConfiguration

COMMON_OPTIONS = frozenset({"deadline", "enforce", "enforce_deadline", "owner", "previous_ids"})
"""The options that contracts of every type may have, whether or not import-linter knows them."""


class Enforcement(StrEnum):
    """How strict a contract is, from the least to the most strict."""

    REPORT = "report"
    """It never fails."""
    RATCHET = "ratchet"
    """Only new violations fail."""
    STRICT = "strict"
    """Every violation fails."""

    @property
    def rank(self) -> int:
        """The place in the order of strictness."""
        return list(Enforcement).index(self)


def find_enforcement(contract: ContractConfiguration, today: datetime.date) -> Enforcement | None:
    """Return how strict a contract is on a day; None if it does not say so.

    After a deadline that is enforced, every violation fails.
    """
    if contract.options.get("enforce_deadline") in ("True", "true"):
        deadline = contract.options.get("deadline")
        if deadline and str(deadline).strip() < today.isoformat():
            return Enforcement.STRICT
    value = contract.options.get("enforce")
    return None if value is None else Enforcement(value)


def refuse_unknown_enforcement(configuration: Configuration) -> None:
    """Refuse values of `enforce` that do not exist.

    Raises:
        ConfigurationError: a contract has one.
    """
    values = [*map(str, Enforcement)]
    for contract in configuration.contracts:
        value = contract.options.get("enforce", Enforcement.STRICT)
        if value not in values:
            raise ConfigurationError(
                f'{configuration.path}: contract "{contract.name}": enforce: unknown value '
                f"'{value}'{suggest(str(value), values)}"
            )
