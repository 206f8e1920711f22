"""The imports that cause most: violations whose chains begin alike are shown together.

One new import can add many violations, far from its file. Their chains begin with the same steps, and
one of these is what a reviewer must look at.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from archguard.checking.report import ChainStep

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from archguard.checking.report import Violation


class Culprit(NamedTuple):
    """Violations of a contract, and the steps that their chains have in common."""

    violations: tuple[Violation, ...]
    """The shortest chain first."""
    steps: tuple[ChainStep, ...]
    """One at least, beginning at the source that the contract names; or else the causes."""
    made: bool = False
    """Whether the steps are the added imports that make the violations: see `Cause`."""


def group_by_culprit(violations: Iterable[Violation]) -> list[Culprit]:
    """Group violations with chains by contract, status and first step; the largest group comes first.

    Those whose causes are known are grouped by these instead of the first step.
    Two chains that a search has found have the same beginning up to any step that they share, so the
    first step tells whether they share one. A cycle has no beginning: all of it is the group's.
    """
    groups: dict[Hashable, list[Violation]] = {}
    for violation in violations:
        is_cycle = violation.source == violation.target
        start = frozenset(violation.chain) if is_cycle else violation.chain[0]
        key = (violation.contract, violation.status, violation.causes or start)
        groups.setdefault(key, []).append(violation)
    culprits = [_make_culprit(group) for group in groups.values()]
    return sorted(
        culprits, key=lambda culprit: (-len(culprit.violations), culprit.violations[0].identity)
    )


def _make_culprit(group: list[Violation]) -> Culprit:
    violations = sorted(group, key=lambda violation: (len(violation.chain), violation.identity))
    first = violations[0]
    if first.causes:
        causes = (ChainStep(c.importer, c.imported, c.path, c.line) for c in first.causes)
        return Culprit(tuple(violations), tuple(causes), made=True)
    if first.source == first.target:
        return Culprit(tuple(violations), first.chain)
    columns = zip(*(violation.chain for violation in violations), strict=False)
    common = takewhile(lambda steps: len(set(steps)) == 1, columns)
    return Culprit(tuple(violations), tuple(steps[0] for steps in common))
