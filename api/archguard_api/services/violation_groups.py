"""Group open violations: their number, the number of importers, the oldest one."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from archguard_api.models import ViolationGroup

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archguard.snapshot import Occurrence
    from archguard_api.models import Moment


class GroupBy(StrEnum):
    """What the violations of a group have in common."""

    PACKAGE = "package"
    OWNER = "owner"
    KIND = "kind"
    IMPORTER = "importer"
    IMPORTED = "imported"


class GroupMember(Protocol):
    """An open violation, as far as groups are made by it."""

    @property
    def importer(self) -> str:
        """The importing module."""

    @property
    def imported(self) -> str:
        """The imported module, as the contract names it."""

    @property
    def owner(self) -> str | None:
        """The contract's."""

    @property
    def introduced(self) -> Moment:
        """Where it came in, or came back."""

    @property
    def occurrences(self) -> tuple[Occurrence, ...]:
        """What says its kinds, and what it asks for."""


NEED_OCCURRENCES = frozenset({GroupBy.KIND, GroupBy.IMPORTED})
"""Other groups are made without them."""
GroupBy.__name__ = GroupBy.__qualname__ = "By"  # the name that the OpenAPI document gives it


def group_violations(
    violations: Iterable[GroupMember], by: GroupBy, *, depth: int, ascending: bool
) -> list[ViolationGroup]:
    """Group violations; sort the groups by size, largest first, and by name.

    Args:
        violations: the violations, each once.
        by: what a group has in common; a violation with occurrences of two kinds is in both groups, and
            so is one whose statements ask for two parts of the imported module.
        depth: the number of components of the importer's name that make a package.
        ascending: sort the smallest group first.
    """
    members: dict[str, list[GroupMember]] = {}
    for violation in violations:
        for name in _list_group_names(violation, by, depth):
            members.setdefault(name, []).append(violation)
    groups = [_make_group(name, group) for name, group in members.items()]
    sign = 1 if ascending else -1
    return sorted(groups, key=lambda group: (sign * group.violations, group.name))


def _list_group_names(violation: GroupMember, by: GroupBy, depth: int) -> Iterable[str]:
    if by is GroupBy.KIND:
        return {occurrence.kind for occurrence in violation.occurrences}
    if by is GroupBy.PACKAGE:
        return (".".join(violation.importer.split(".")[:depth]),)
    if by is GroupBy.OWNER:
        return (violation.owner or "",)
    return (violation.importer,) if by is GroupBy.IMPORTER else _list_asked_modules(violation)


def _list_asked_modules(violation: GroupMember) -> set[str]:
    """Return what the statements ask for directly below the imported module, or that module itself."""
    depth = violation.imported.count(".") + 2
    names = {name for occurrence in violation.occurrences for name in occurrence.names}
    return {".".join(name.split(".")[:depth]).removesuffix(".*") for name in names} or {
        violation.imported
    }


def _make_group(name: str, violations: list[GroupMember]) -> ViolationGroup:
    return ViolationGroup(
        name,
        len(violations),
        len({one.importer for one in violations}),
        min(
            (one.introduced for one in violations),
            key=lambda moment: (moment.committed_at, moment.commit),
        ),
    )
