"""Exceptions of contracts, and the kinds of import that they judge."""

from __future__ import annotations

import datetime
from typing import NamedTuple

ALLOWED = "allowed"
"""The option of `canonical` contracts that lists the classes that may stay."""
EXCEPTION_LISTS = ("allowed_importers", "ignore_imports", ALLOWED)
"""The options of contracts that list exceptions; all but the last as `importer -> imported`."""
KINDS = "kinds"
"""The option of every contract type that lists the kinds of import which it judges."""
IMPORT_KINDS = ("top-level", "function", "type-checking", "guarded", "lazy")


class ContractException(NamedTuple):
    """An exception of a contract: imports that it does not count."""

    importer: str
    """A module, or an expression with wildcards."""
    imported: str
    reason: str = ""
    owner: str = ""
    until: str = ""
    """The last day on which it holds, in ISO format; empty: it holds for ever."""

    def is_expired(self, day: str) -> bool:
        """Return whether it no longer holds on a day, given in ISO format."""
        return has_passed(self.until, day)

    def __str__(self) -> str:
        return f"{self.importer} -> {self.imported}"


def split_entry(entry: str) -> tuple[str, str]:
    """Return the two sides of an entry `importer -> imported`; what has no arrow has no second side."""
    importer, _, imported = entry.partition("->")
    return importer.strip(), imported.strip()


def has_passed(until: str, day: str) -> bool:
    """Return whether a last day has passed on a day, both in ISO format; without one it never does."""
    return bool(until) and until < day


def parse_day(text: str) -> datetime.date | None:
    """Return the day that a text like 2027-01-31 names; None if it names none."""
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None
