"""Violations: of a snapshot, open, fixed."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from archguard.snapshot import Occurrence
from archguard_api.models.base import Answer, Commit, Module, Moment


class ViolationThen(Answer):
    """A violation of one snapshot."""

    contract: str = Field(examples=["one-cart"])
    importer: Module
    imported: Module
    ghost: bool = Field(description="Whether the imported module does not exist.")
    replacement: str | None
    owner: str | None = Field(description="Of the contract.", examples=["@checkout-team"])
    occurrences: tuple[Occurrence, ...]


class ViolationsThen(Answer):
    """The violations of one snapshot."""

    commit: Commit
    items: tuple[ViolationThen, ...]


class OpenViolation(ViolationThen):
    """A violation at a branch's tip."""

    introduced: Moment = Field(description="Where it came in, or came back.")
    first_seen: Moment
    times: int = Field(description="How often it was introduced: more than once, it came back.")
    age_days: int = Field(description="Since it was introduced.")


class FixedViolation(Answer):
    """A violation that is gone."""

    contract: str
    importer: Module
    imported: Module
    owner: str | None = Field(description="Of the contract, where the tip still has it.")
    first_seen: Moment
    introduced: Moment
    fixed: Moment
    times: int


class Group(Answer):
    """Open violations that have something in common."""

    name: str = Field(description="Empty: contracts without an owner.", examples=["shop.orders"])
    violations: int
    importers: int
    oldest: Moment = Field(description="Where the one that is there for longest was introduced.")


class Groups(Answer):
    """A branch's open violations in groups."""

    by: Literal["package", "owner", "kind", "importer", "imported"]
    total: int = Field(description="Violations, each counted once.")
    items: tuple[Group, ...]
    left_out: int = Field(description="Groups that are not among these 1,000.")
