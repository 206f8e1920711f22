"""The figures of a project that a monitoring system keeps."""

from __future__ import annotations

from dataclasses import dataclass

MilestoneRow = tuple[str, int, bool, str, str | None, str | None]
"""An open contract: id, violations, `lower_bound`, state, day of zero, deadline (both in ISO format)."""


@dataclass(frozen=True, slots=True)
class ProjectFigures:
    """A project at the tip of its default branch: all contracts together."""

    violations: int
    exposure: int
    """Summed over the contracts: a module that two of them expose counts twice."""
    contracts: int
    broken: int
    lower_bound: bool
    """Whether a file that could not be read could raise the number of violations."""
    unread: int
    """Files that could not be read."""
    committed_at: int
    """When the tip was committed, in seconds since 1970."""
    milestones: tuple[MilestoneRow, ...] = ()
    """The contracts with violations left, on the day of the summary."""
