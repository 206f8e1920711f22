"""The families of canonical contracts: definitions of one job, and who imports them by which path."""

from __future__ import annotations

import dataclasses
from typing import Annotated

from pydantic import Field

from archguard.snapshot.family_schema import (
    FamilyFactory,
    FamilyImpostor,
    FamilyMember,
    FamilyMissingName,
)
from archguard_api.models.base import Commit, Moment, Time

Definition = Annotated[str, Field(examples=["shop.cart:Cart"])]
Importers = Annotated[
    int, Field(description="Modules that import a canonical definition, summed over its paths.")
]


@dataclasses.dataclass(frozen=True, slots=True)
class FamilySummary:
    """A family at the tip of a branch."""

    contract: str
    name: str
    violations: int
    lower_bound: bool
    canonical_missing: bool
    """Whether a canonical definition does not exist."""
    canonical: tuple[Definition, ...] | None
    """None: no snapshot of the branch has the family's definitions."""
    members: int | None
    """The definitions of production code."""


@dataclasses.dataclass(frozen=True, slots=True)
class Families:
    """The families of the canonical contracts at the tip of a branch."""

    branch: str
    commit: Commit
    items: tuple[FamilySummary, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class FamilyLine:
    """A path whose importers are counted."""

    definition: Definition
    path: Definition
    is_canonical: bool
    """Whether it leads to a canonical definition."""


@dataclasses.dataclass(frozen=True, slots=True)
class FamilyPoint:
    """The importers at one commit."""

    commit: Commit
    committed_at: Time
    importers: tuple[int, ...]
    """As many as there are lines, in their order."""
    others: int
    """The importers by the paths that have no line, summed."""


@dataclasses.dataclass(frozen=True, slots=True)
class FamilyDetails(FamilySummary):
    """The definitions of a family, and who imported them along a branch."""

    branch: str
    commit: Commit
    """Whose verdict this is."""
    committed_at: Time
    definitions_of: Moment | None
    """The snapshot that the definitions are of: backfill sends those of the last commit only."""
    definitions: tuple[FamilyMember, ...] | None
    """Those of production code first; None: no snapshot has them."""
    impostors: tuple[FamilyImpostor, ...]
    factories: tuple[FamilyFactory, ...]
    missing: tuple[FamilyMissingName, ...]
    omitted: int
    """How many of all these had no room in the snapshot."""
    lines: tuple[FamilyLine, ...]
    """At most 12, those with most importers at any time first."""
    points: tuple[FamilyPoint, ...]
    """Oldest first, where anything changed and at both ends; at most 300."""
