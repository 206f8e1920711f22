"""Divide definitions into families of one job each, and propose which one of each should stay."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from archguard.consolidation.clone_index import MIN_SHARE, CloneIndex
from archguard.consolidation.family_names import find_stem, split_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence, Set

    from archguard.consolidation.family_member import FamilyMember

_OLD = frozenset({"legacy", "old", "deprecated", "obsolete", "compat", "compatibility", "temp", "tmp"})

_COMMON = frozenset({"main", "setup", "run", "register", "configure", "Meta", "Config", "Command"})
"""Names that many modules have because a framework or a habit asks for them."""
_HOOK = "pytest_"
"""How the name of a hook of pytest begins: each plug-in has its own, and none can replace another."""
_NEARLY_ALL = 0.9
"""The share of common code from which a copy is one, whatever else explains its name."""


class MemberGroup(NamedTuple):
    """The members of one family, in production code."""

    members: tuple[FamilyMember, ...]
    """The canonical ones first."""
    canonical: frozenset[str]
    """The ids of the members that should stay; empty if none can."""
    is_proposed: bool
    """Whether they were chosen here."""

    @property
    def name(self) -> str:
        """What the family is called: as its first member."""
        return self.members[0].name


def group_related(members: Sequence[FamilyMember]) -> list[list[FamilyMember]]:
    """Return groups of members that have to do with each other.

    Members are related if one inherits from, holds or returns the other, or if they have a name in
    common, but for words of age.
    """
    by_stem: dict[tuple[str, ...], str] = {}
    by_id = {member.id: member for member in members}
    pairs = []
    for member in members:
        pairs.append((member.id, by_stem.setdefault(find_stem(member.name), member.id)))
        related = (*member.bases, *member.held.values(), *member.returned)
        pairs += [(member.id, other) for other in related if other in by_id]
    return _connect(by_id, pairs)


def group_by_name(members: Sequence[FamilyMember]) -> list[list[FamilyMember]]:
    """Return the groups of classes, and of functions, that have one name, but for words of age.

    Where a name is no sign of one job, only those with the same code are a group.
    """
    by_stem: dict[tuple[object, ...], list[FamilyMember]] = {}
    for member in members:
        is_class = member.facts is not None
        by_stem.setdefault((is_class, *find_stem(member.name)), []).append(member)
    groups: list[list[FamilyMember]] = []
    for group in by_stem.values():
        if group[0].name.startswith(_HOOK):
            continue
        if group[0].name in _COMMON or _is_made_on_purpose(group):
            groups += _group_copies(group, _NEARLY_ALL)
        elif len(find_stem(group[0].name)) == 1 and len(group) > 2:  # as `Service`
            groups += _group_copies(group, MIN_SHARE)
        else:
            groups.append(group)
    return groups


def _is_made_on_purpose(group: Sequence[FamilyMember]) -> bool:
    """Return whether at least half are variants of one base class of the tree."""
    bases = Counter(base for member in group for base in member.bases if ":" in base)
    common = max(bases.values(), default=0)
    return common > 1 and 2 * common >= len(group)


def _group_copies(members: Sequence[FamilyMember], min_share: float) -> list[list[FamilyMember]]:
    clones = CloneIndex(members)
    found = ((member.id, clones.find(member)) for member in members)
    pairs = [(one, clone.other) for one, clone in found if clone and clone.share >= min_share]
    return _connect({member.id: member for member in members}, pairs)


def _connect(
    members: Mapping[str, FamilyMember], pairs: Sequence[tuple[str, str]]
) -> list[list[FamilyMember]]:
    """Return the groups of members that are connected by pairs of ids.

    Without networkx, which takes longer to load than this takes on any tree.
    """
    neighbours: defaultdict[str, set[str]] = defaultdict(set)
    for first, second in pairs:
        neighbours[first].add(second)
        neighbours[second].add(first)
    groups, reached = [], set[str]()
    for start in neighbours:
        if start not in reached:
            group = _reach(start, neighbours)
            reached |= group
            groups.append([members[one] for one in sorted(group)])
    return groups


def _reach(start: str, neighbours: Mapping[str, Set[str]]) -> set[str]:
    reached, waiting = {start}, [start]
    while waiting:
        new = neighbours[waiting.pop()] - reached
        reached |= new
        waiting += new
    return reached


def make_group(
    members: Sequence[FamilyMember],
    importers: Mapping[str, int],
    canonical: Set[str],
    candidates: Set[str],
) -> MemberGroup:
    """Return a group, with a proposal for the canonical member if none was named.

    Proposed is the one that most modules import, of those whose names do not say that they are old.
    """
    named = frozenset(canonical & {member.id for member in members})
    if named:
        return MemberGroup(_sort(members, named, importers), named, is_proposed=False)
    eligible = [member for member in members if member.id in candidates]
    eligible = [member for member in eligible if _OLD.isdisjoint(split_words(member.id))] or eligible
    proposed = frozenset(member.id for member in _sort(eligible, frozenset(), importers)[:1])
    return MemberGroup(_sort(members, proposed, importers), proposed, is_proposed=True)


def _sort(
    members: Sequence[FamilyMember], first: Set[str], importers: Mapping[str, int]
) -> tuple[FamilyMember, ...]:
    return tuple(
        sorted(
            members,
            key=lambda member: (member.id not in first, -importers.get(member.id, 0), member.id),
        )
    )
