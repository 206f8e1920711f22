"""Open violations in groups: how many, of how many importers, since when."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archguard_api.models.records import Moment, OpenViolation


class GroupBy(StrEnum):
    """What the violations of a group have in common."""

    PACKAGE = "package"
    OWNER = "owner"
    KIND = "kind"
    IMPORTER = "importer"
    IMPORTED = "imported"


@dataclass(frozen=True, slots=True)
class ViolationGroup:
    """Violations that have something in common."""

    name: str
    """Empty: their contracts have no owner."""
    violations: int
    importers: int
    oldest: Moment
    """Where the one that is there for longest was introduced."""


def group_violations(
    violations: Iterable[OpenViolation], by: GroupBy, *, depth: int, ascending: bool
) -> list[ViolationGroup]:
    """The groups, the largest first, then by name.

    Args:
        violations: each once.
        by: what they have in common; one with occurrences of two kinds is in both groups.
        depth: how many components of the importer make a package.
        ascending: the smallest first instead.
    """
    found: dict[str, list[OpenViolation]] = {}
    for one in violations:
        for name in _names(one, by, depth):
            found.setdefault(name, []).append(one)
    groups = [_group(name, some) for name, some in found.items()]
    sign = 1 if ascending else -1
    return sorted(groups, key=lambda group: (sign * group.violations, group.name))


def _names(one: OpenViolation, by: GroupBy, depth: int) -> Iterable[str]:
    if by is GroupBy.KIND:
        return {occurrence.kind for occurrence in one.occurrences}
    if by is GroupBy.PACKAGE:
        return (".".join(one.importer.split(".")[:depth]),)
    if by is GroupBy.OWNER:
        return (one.owner or "",)
    return (one.importer if by is GroupBy.IMPORTER else one.imported,)


def _group(name: str, violations: list[OpenViolation]) -> ViolationGroup:
    return ViolationGroup(
        name,
        len(violations),
        len({one.importer for one in violations}),
        min(
            (one.introduced for one in violations),
            key=lambda moment: (moment.committed_at, moment.commit),
        ),
    )
