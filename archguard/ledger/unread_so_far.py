"""The unread modules along a history: a chain is lost only through one that could be read before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

Module = TypeVar("Module")
"""How the caller identifies a module: the history by its name, the service by a number."""


@dataclass(frozen=True, slots=True)
class UnreadSoFar(Generic[Module]):
    """The unread modules of a commit, compared with those of the commits before it."""

    unread: frozenset[Module] = frozenset()
    newly: frozenset[Module] = frozenset()
    """Those that became unread at this commit."""
    once_read: frozenset[Module] = frozenset()
    """Those that became unread after the first commit, at this one or before."""


def advance_unread(
    parents: Sequence[UnreadSoFar[Module]], unread: frozenset[Module]
) -> UnreadSoFar[Module]:
    """Go on to the next commit.

    Args:
        parents: of the commit's parents; empty if it is the first.
        unread: its unread modules.
    """
    if not parents:
        return UnreadSoFar(unread)
    newly = unread.difference(frozenset.intersection(*(parent.unread for parent in parents)))
    once_read = newly.union(*(parent.once_read for parent in parents)) & unread
    return UnreadSoFar(unread, newly, once_read)
