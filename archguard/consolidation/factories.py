"""Find the functions and classes that return members of a family."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from archguard.consolidation.audit_report import Factory

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archguard.consolidation.audited_definition import AuditedDefinition


def list_factories(returned: Iterable[tuple[AuditedDefinition, frozenset[str]]]) -> list[Factory]:
    """Return the factories, sorted, each with the others that return some of the same.

    Args:
        returned: definitions of production code, and the ids of the members that each returns.
    """
    factories = [(one, members - {one.id}) for one, members in returned]
    by_member: defaultdict[str, set[str]] = defaultdict(set)
    for one, members in factories:
        for member in members:
            by_member[member].add(one.id)
    return sorted(
        Factory(
            id=one.id,
            path=one.path,
            line=one.definition.line,
            returns=tuple(sorted(members)),
            same_returns=tuple(sorted(set().union(*(by_member[each] for each in members)) - {one.id})),
        )
        for one, members in factories
        if members
    )
