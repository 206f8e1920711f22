"""What is known of the tests of some modules, as immutable values."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Why(StrEnum):
    """Why a test file may run what is asked for."""

    DIRECT = "direct"
    """It imports it, by whatever path."""
    CHAIN = "chain"
    """What it imports may run it."""
    FIXTURE = "fixture"
    """A fixture or hook that it gets may run it."""
    STRING = "string"
    """A string in it names it, or names what may run it."""
    CONTEXT = "context"
    """It ran it, by the contexts of coverage, and its source does not tell why."""


class ProtectingTest(NamedTuple):
    """A test file that may run what is asked for."""

    path: str
    why: Why
    chain: tuple[str, ...]
    """The symbols from the test's module, which is the first, to what is asked for."""


class Gap(NamedTuple):
    """A symbol that no test may run."""

    symbol: str
    """`module:Name`."""
    kind: str
    """`deprecated`, `canonical`, or `asked` if it was named on the command line."""
    path: str
    line: int


class UnreadFile(NamedTuple):
    """A file that could not be read, so that chains through it are missing."""

    path: str
    reason: str


class Selection(NamedTuple):
    """The tests of some modules."""

    asked: tuple[str, ...]
    """The modules and symbols, as `module` or `module:Name`."""
    tests: tuple[ProtectingTest, ...]
    """Sorted by path."""
    gaps: tuple[Gap, ...]
    untested: tuple[Gap, ...]
    """The canonical symbols that no test imports directly, gaps included."""
    collected: int
    """The number of test files that pytest collects."""
    unread: tuple[UnreadFile, ...]
    missed: tuple[str, ...] = ()
    """The tests that ran it by the contexts of coverage, and that the source does not show; sorted."""
