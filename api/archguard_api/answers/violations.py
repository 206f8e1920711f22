"""Violations: of a snapshot, open, fixed."""

from __future__ import annotations

from pydantic import Field

from archguard.snapshot import Occurrence
from archguard_api.answers.base import Answer, Commit, Module, Moment


class ViolationThen(Answer):
    """A violation of one snapshot."""

    contract: str = Field(examples=["one-cart"])
    importer: Module
    imported: Module
    ghost: bool = Field(description="Whether the imported module does not exist.")
    replacement: str | None
    occurrences: tuple[Occurrence, ...]


class ViolationsThen(Answer):
    """The violations of one snapshot."""

    commit: Commit
    items: tuple[ViolationThen, ...]


class OpenViolation(ViolationThen):
    """A violation at a branch's tip."""

    owner: str | None
    introduced: Moment = Field(description="Where it came in, or came back.")
    first_seen: Moment
    times: int = Field(description="How often it was introduced: more than once, it came back.")
    age_days: int = Field(description="Since it was introduced.")


class FixedViolation(Answer):
    """A violation that is gone."""

    contract: str
    importer: Module
    imported: Module
    first_seen: Moment
    introduced: Moment
    fixed: Moment
    times: int
