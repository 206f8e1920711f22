"""Violations: of a snapshot, open, fixed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from archguard.snapshot import Occurrence
from archguard_api.models.base import Commit, Module, Moment, ResponseModel


@dataclass(frozen=True, slots=True)
class SnapshotViolation:
    """A violation of one snapshot."""

    contract: Annotated[str, Field(examples=["one-cart"])]
    importer: Module
    imported: Module
    ghost: Annotated[bool, Field(description="Whether the imported module does not exist.")]
    replacement: str | None
    owner: Annotated[str | None, Field(description="Of the contract.", examples=["@checkout-team"])]
    occurrences: tuple[Occurrence, ...]


class SnapshotViolations(ResponseModel):
    """The violations of one snapshot."""

    commit: Commit
    items: tuple[SnapshotViolation, ...]


class GroupMember(NamedTuple):
    """What groups are made by of an open violation."""

    importer: str
    imported: str
    owner: str | None
    introduced: Moment
    occurrences: tuple[Occurrence, ...]
    """Empty if nothing that groups are made by stands in them."""


@dataclass(frozen=True, slots=True)
class OpenViolation(SnapshotViolation):
    """A violation at a branch's tip."""

    introduced: Annotated[Moment, Field(description="Where it came in, or came back.")]
    first_seen: Moment
    times: Annotated[
        int, Field(description="How often it was introduced: more than once, it came back.")
    ]
    age_days: Annotated[int, Field(description="Since it was introduced.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedViolation(OpenViolation):
    """A violation at the tip of a project's default branch."""

    project: Annotated[str, Field(examples=["shop"])]


@dataclass(frozen=True, slots=True)
class FixedViolation:
    """A violation that is gone."""

    contract: str
    importer: Module
    imported: Module
    owner: Annotated[str | None, Field(description="Of the contract, where the tip still has it.")]
    first_seen: Moment
    introduced: Moment
    fixed: Moment
    times: int


@dataclass(frozen=True, slots=True)
class ViolationGroup:
    """Open violations that have something in common."""

    name: Annotated[
        str, Field(description="Empty: contracts without an owner.", examples=["shop.orders"])
    ]
    violations: int
    importers: int
    oldest: Annotated[
        Moment, Field(description="Where the one that is there for longest was introduced.")
    ]


class ViolationGroups(ResponseModel):
    """A branch's open violations in groups."""

    by: Literal["package", "owner", "kind", "importer", "imported"]
    total: int = Field(description="Violations, each counted once.")
    items: tuple[ViolationGroup, ...]
    left_out: int = Field(description="Groups that are not among these 1,000.")
