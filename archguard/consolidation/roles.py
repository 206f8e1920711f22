"""Decide the role of each definition of a family, by rules that a reader can check.

The rules are asked in the order of `Role`; each returns the facts that it rests on, or nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from archguard.consolidation.clone_index import CloneIndex
from archguard.consolidation.role import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence, Set

    from archguard.consolidation.family_member import FamilyMember
    from archguard.definitions.class_facts import MethodFacts

_EXCEPTIONS = frozenset({"BaseException", "Exception", "Warning"})
_SUFFIXES = ("Error", "Exception", "Warning")


class RoleDecision(NamedTuple):
    """The role of a definition, and why."""

    role: Role
    facts: tuple[str, ...]
    """Sentences about what the source says; those of the role first."""
    is_copy: bool = False
    """Whether it has the code of another member, also where another rule comes first."""


def decide_roles(
    members: Sequence[FamilyMember], canonical: Set[str], *, is_proposed: bool = False
) -> Mapping[str, RoleDecision]:
    """Return the role of each member.

    Args:
        members: the classes of one family.
        canonical: the ids of the canonical ones.
        is_proposed: whether these are only a proposal.
    """
    family = _Family(members, canonical, is_proposed=is_proposed)
    return family.decide_all()


class _Family:
    """The members of a family, while their roles are decided."""

    def __init__(
        self, members: Sequence[FamilyMember], canonical: Set[str], *, is_proposed: bool
    ) -> None:
        self._is_proposed = is_proposed
        ids = frozenset({"", *(member.id for member in members)})
        self._members = {member.id: _restrict(member, ids) for member in members}
        self._canonical = canonical
        self._clones = CloneIndex(members)
        self._interfaces = {member.id for member in members if member.is_interface}
        self._by_name = Counter(member.name for member in members if not member.is_test)

    def decide_all(self) -> dict[str, RoleDecision]:
        """Return the role of each member."""
        return {member.id: self._decide(member) for member in self._members.values()}

    def _decide(self, member: FamilyMember) -> RoleDecision:
        """Return the role of a member: of the first rule that finds facts for it."""
        for role, rule in _RULES.items():
            if facts := rule(self, member):
                others = () if role is Role.CANONICAL else self._list_other_facts(member, role)
                return RoleDecision(role, (*facts, *others), bool(self.is_clone(member)))
        return RoleDecision(Role.UNRELATED, tuple(self._describe_common_methods(member)))

    def _list_other_facts(self, member: FamilyMember, decided: Role) -> Iterable[str]:
        """Yield what the rules after the one that decided would have said, and common methods."""
        roles = list(_RULES)
        for role in roles[roles.index(decided) + 1 :]:
            # An adapter's first fact says already what it holds.
            if role is not Role.SAME_NAME and (decided, role) != (Role.ADAPTER, Role.WRAPPER):
                yield from _RULES[role](self, member)
        yield from self._describe_common_methods(member)

    def _describe_common_methods(self, member: FamilyMember) -> Iterable[str]:
        own = _public_methods(member)
        for canonical in sorted(self._canonical - {member.id}):
            if canonical in self._members and own:
                common = own & _public_methods(self._members[canonical])
                if common:
                    yield f"public methods that {canonical} has, too: {len(common)} of {len(own)}"

    def is_canonical(self, member: FamilyMember) -> Sequence[str]:
        if member.id not in self._canonical:
            return []
        return ["proposed: none has more importers" if self._is_proposed else "named as canonical"]

    def is_test(self, member: FamilyMember) -> Sequence[str]:
        return ["stands in a test file"] if member.is_test else []

    def is_fallback(self, member: FamilyMember) -> Sequence[str]:
        return ["stands where an import has failed"] if member.is_fallback else []

    def is_exception(self, member: FamilyMember) -> Sequence[str]:
        bases = [
            base
            for base in member.bases
            if ":" not in base and (base in _EXCEPTIONS or base.endswith(_SUFFIXES))
        ]
        return [f"inherits from {bases[0]}"] if bases else []

    def is_interface(self, member: FamilyMember) -> Sequence[str]:
        if member.id not in self._interfaces:
            return []
        kind = "a protocol" if member.is_protocol else "an abstract class without state"
        methods = member.facts.methods if member.facts else ()
        stubs = sum(method.is_stub for method in methods)
        return [f"{kind}; methods that do nothing: {stubs} of {len(methods)}"]

    def is_adapter(self, member: FamilyMember) -> Sequence[str]:
        methods = _plain_methods(member)
        for attribute, users in sorted(_list_users(member).items()):
            if methods and 2 * len(users) >= len(methods):
                return [
                    f"methods that call {attribute}: {len(users)} of {len(methods)}; "
                    + _describe_held("it", member.held[attribute])
                ]
        return []

    def is_subclass(self, member: FamilyMember) -> Sequence[str]:
        bases = [base for base in member.bases if base in self._members and base not in self._interfaces]
        return [f"inherits from {bases[0]}"] if bases else []

    def is_clone(self, member: FamilyMember) -> Sequence[str]:
        clone = self._clones.find(member)
        if clone is None:
            return []
        if clone.is_same_shape:
            return [f"the same code as {clone.other}, but for names"]
        return [f"{clone.share:.0%} of the shorter one's code is also in {clone.other}"]

    def is_wrapper(self, member: FamilyMember) -> Sequence[str]:
        held = sorted(
            (attribute, other)
            for attribute, other in member.held.items()
            if other and other != member.id
        )
        return [_describe_held(*held[0])] if held else []

    def is_variant(self, member: FamilyMember) -> Sequence[str]:
        for canonical in sorted(self._canonical & self._members.keys()):
            theirs = self._members[canonical].bases
            common = [base for base in member.bases if base in theirs and ":" in base]
            if common:
                return [f"has the interface {common[0]} in common with {canonical}"]
        return []

    def is_factory(self, member: FamilyMember) -> Sequence[str]:
        returned = sorted(member.returned - {member.id})
        if not returned:
            return []
        more = f" and {len(returned) - 1} more" if len(returned) > 1 else ""
        return [f"returns {returned[0]}{more}"]

    def has_same_name(self, member: FamilyMember) -> Sequence[str]:
        count = self._by_name[member.name]
        return [f"{count} definitions are named {member.name}"] if count > 1 else []


_RULES: dict[Role, Callable[[_Family, FamilyMember], Sequence[str]]] = {
    Role.CANONICAL: _Family.is_canonical,
    Role.TEST: _Family.is_test,
    Role.FALLBACK: _Family.is_fallback,
    Role.EXCEPTION: _Family.is_exception,
    Role.INTERFACE: _Family.is_interface,
    Role.ADAPTER: _Family.is_adapter,
    Role.SUBCLASS: _Family.is_subclass,
    Role.CLONE: _Family.is_clone,
    Role.WRAPPER: _Family.is_wrapper,
    Role.VARIANT: _Family.is_variant,
    Role.FACTORY: _Family.is_factory,
    Role.SAME_NAME: _Family.has_same_name,
}


def _restrict(member: FamilyMember, ids: Set[str]) -> FamilyMember:
    """Return a member without what it holds and returns of other families."""
    if not (member.held or member.returned):
        return member
    held = {attribute: other for attribute, other in member.held.items() if other in ids}
    return replace(member, held=held, returned=member.returned & ids)


def _describe_held(attribute: str, held: str) -> str:
    if held:
        return f"{attribute} holds {held}"
    return f"{attribute} has no type, but the name of a member"


def _plain_methods(member: FamilyMember) -> list[MethodFacts]:
    """Return the methods that others call: not those that Python calls, and no stubs."""
    return [method for method in (member.facts.methods if member.facts else ()) if not method.is_special]


def _public_methods(member: FamilyMember) -> set[str]:
    return {method.name for method in _plain_methods(member) if not method.name.startswith("_")}


def _list_users(member: FamilyMember) -> dict[str, set[str]]:
    """Return the methods that use each attribute which holds a member, directly or by inherited ones."""
    own = _plain_methods(member)
    names = {method.name for method in own}
    users: dict[str, set[str]] = {}
    for attribute in member.held:
        inherited = {
            name
            for name, method in member.inherited.items()
            if name not in names and attribute in method.used
        }
        users[attribute] = {
            method.name
            for method in own
            if attribute in method.used or inherited.intersection(method.called)
        }
    return users
