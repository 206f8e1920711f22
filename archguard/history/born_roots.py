"""The roots that a history has had, to tell one that is not born yet from one that is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.ledger import Lineage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class BornRoots:
    """The roots that the ancestors of each commit had."""

    def __init__(self, parents: Mapping[str, Sequence[str]]) -> None:
        """Start before the first commit.

        Args:
            parents: of each commit those that it is compared with, each commit after its parents.
        """
        self._lineage: Lineage[frozenset[str]] = Lineage(parents)

    def advance(self, commit: str, roots: Mapping[str, bool]) -> frozenset[str]:
        """Go on to the next commit; return those of its roots that an ancestor had and that are gone.

        Args:
            commit: the next commit, of which the parents came before.
            roots: the names of the roots, each with whether it is there.
        """
        before = frozenset[str]().union(*self._lineage.find_parents(commit))
        present = frozenset(name for name, is_there in roots.items() if is_there)
        self._lineage.store(commit, before | present)
        return before & (roots.keys() - present)
