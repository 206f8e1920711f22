"""How strict a contract is on which day: `enforce`, `stages`, `deadline` and `enforce_deadline`."""

from __future__ import annotations

import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from archguard.configuration.contract_exception import KINDS, parse_day
from archguard.errors import ConfigurationError
from archguard.text import suggest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archguard.configuration.model import Configuration, ContractConfiguration

COMMON_OPTIONS = frozenset(
    {"deadline", "enforce", "enforce_deadline", KINDS, "owner", "previous_ids", "stages"}
)
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


class Stage(NamedTuple):
    """From some day on, a contract is as strict as this."""

    day: datetime.date
    enforce: Enforcement


class Calendar(NamedTuple):
    """How strict a contract is on which day."""

    enforce: Enforcement | None
    """Until the first stage; None if the contract does not say so."""
    stages: tuple[Stage, ...]
    """Sorted by day."""
    deadline: datetime.date | None
    """None, too, if it is no date; then the contract is not judged."""
    is_enforced: bool
    """Whether every violation fails after the deadline."""

    def find_enforcement(self, day: datetime.date) -> Enforcement | None:
        """Return how strict the contract is on a day; None if it does not say so."""
        if self.is_enforced and self.deadline is not None and self.deadline < day:
            return Enforcement.STRICT
        begun = [stage.enforce for stage in self.stages if stage.day <= day]
        return begun[-1] if begun else self.enforce

    def list_days(self) -> list[datetime.date]:
        """Return the days from which the contract may be stricter or less strict, sorted."""
        days = {stage.day for stage in self.stages}
        if self.is_enforced and self.deadline is not None and self.deadline < datetime.date.max:
            days.add(self.deadline + datetime.timedelta(days=1))
        return sorted(days)


def read_calendar(contract: ContractConfiguration) -> Calendar:
    """Return the calendar of a contract.

    Raises:
        ConfigurationError: an option is not what it must be; the message names the option alone.
    """
    options = contract.options
    enforce = options.get("enforce")
    deadline = options.get("deadline")
    return Calendar(
        None if enforce is None else _parse_enforcement("enforce", str(enforce)),
        tuple(sorted(_parse_stages(contract))),
        None if deadline is None else parse_day(str(deadline).strip()),
        options.get("enforce_deadline") in ("True", "true"),
    )


def refuse_bad_calendars(configuration: Configuration) -> None:
    """Refuse a configuration in which the calendar of a contract is invalid.

    Raises:
        ConfigurationError: it is.
    """
    for contract in configuration.contracts:
        try:
            read_calendar(contract)
        except ConfigurationError as error:
            raise ConfigurationError(
                f'{configuration.path}: contract "{contract.name}": {error}'
            ) from error


def _parse_stages(contract: ContractConfiguration) -> Iterator[Stage]:
    days = set()
    for line in contract.strings("stages"):
        text, _, enforce = line.partition(" ")
        day = parse_day(text)
        if day is None:
            raise ConfigurationError(f"stages: '{text[:40]}' is not a date like 2026-12-31.")
        if day in days:
            raise ConfigurationError(f"stages: two of them begin on {text}.")
        days.add(day)
        yield Stage(day, _parse_enforcement("stages", enforce.strip()))


def _parse_enforcement(option: str, value: str) -> Enforcement:
    values = [*map(str, Enforcement)]
    if value not in values:
        raise ConfigurationError(f"{option}: unknown value '{value[:40]}'{suggest(value, values)}")
    return Enforcement(value)
