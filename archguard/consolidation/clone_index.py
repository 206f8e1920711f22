"""Find the members of a family whose code is nearly the same, without comparing each with each."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from archguard.definitions.tokens import MIN_COPY_TOKENS, measure_containment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archguard.consolidation.family_member import FamilyMember

MIN_SHARE = 0.6
_MAX_HOLDERS = 100
"""A shingle that more members have is boilerplate: it names no more candidates than these."""
_MAX_CANDIDATES = 20


class Clone(NamedTuple):
    """A member that has the code of another one."""

    other: str
    """The id of that one."""
    share: float
    """How much of the shorter one is in the longer one, from 0 to 1."""
    is_same_shape: bool
    """Whether they differ in names alone."""


class CloneIndex:
    """The members that are long enough to be copies, by their shapes and shingles."""

    def __init__(self, members: Iterable[FamilyMember]) -> None:
        """Index the members; tests are left out."""
        self._members = {
            member.id: member
            for member in members
            if not member.is_test and member.tokens >= MIN_COPY_TOKENS
        }
        self._by_shape: defaultdict[str, list[str]] = defaultdict(list)
        self._by_shingle: defaultdict[int, list[str]] = defaultdict(list)
        for member in self._members.values():
            if member.shape:
                self._by_shape[member.shape].append(member.id)
            for shingle in member.shingles:
                self._by_shingle[shingle].append(member.id)

    def find(self, member: FamilyMember) -> Clone | None:
        """Return the member that has most of the same code; None if none has enough of it."""
        if member.tokens < MIN_COPY_TOKENS:
            return None
        if member.shape:
            for other in self._by_shape[member.shape]:
                if other != member.id:
                    return Clone(other, 1.0, is_same_shape=True)
        clones = [
            Clone(other, measure_containment(member.shingles, self._members[other].shingles), False)
            for other in self._list_candidates(member)
        ]
        best = max(clones, key=lambda clone: clone.share, default=None)
        return best if best is not None and best.share >= MIN_SHARE else None

    def _list_candidates(self, member: FamilyMember) -> list[str]:
        """Return the members that seem to share most with one, those first that share most."""
        counts: Counter[str] = Counter()
        for shingle in member.shingles:
            holders = self._by_shingle.get(shingle, ())
            if len(holders) > 1 or member.id not in self._members:
                counts.update(holders[:_MAX_HOLDERS])
        del counts[member.id]
        size = len(member.shingles)
        shares = {
            other: count / min(size, len(self._members[other].shingles))
            for other, count in counts.items()
        }
        return sorted(shares, key=lambda other: (-shares[other], other))[:_MAX_CANDIDATES]
