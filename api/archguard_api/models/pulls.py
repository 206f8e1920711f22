"""Pull requests, compared with the branches that they go into."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from archguard.snapshot import Cause
from archguard_api.models.base import Commit, Moment, Time
from archguard_api.models.violations import SnapshotViolation

_Sentence = Annotated[str, Field(examples=["This change: +2 \N{MINUS SIGN}5."])]


class PullState(StrEnum):
    """Which pull requests."""

    OPEN = "open"
    CLOSED = "closed"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request, as its last snapshot shows it."""

    number: Annotated[int, Field(examples=[12])]
    head_branch: Annotated[
        str, Field(description="A fork's is `owner:branch`.", examples=["drop-old-cart"])
    ]
    base_branch: Annotated[str, Field(description="The branch that it goes into.", examples=["main"])]
    head: Annotated[Moment, Field(description="Its last commit.")]
    base: Annotated[
        Moment | None,
        Field(
            description="The snapshot of the base branch that it is compared with, the newest that it "
            "descends from; null: the base was not uploaded."
        ),
    ]
    base_commit: Annotated[
        Commit | None,
        Field(
            description="The last commit that the two branches have in common; where `base` is another "
            "one, what its branch changed in between is part of the comparison. null: unknown."
        ),
    ]
    state: Literal["open", "closed"]
    reason: Annotated[
        Literal["merged", "not-seen"] | None,
        Field(description="Why it is closed: the base branch has it, or no upload for 30 days."),
    ]
    first_seen_at: Time
    seen_at: Annotated[Time, Field(description="When a snapshot was uploaded last, a repeated one too.")]
    age_days: Annotated[int, Field(description="Since it was first seen.")]


@dataclass(frozen=True, slots=True)
class CountedPullRequest(PullRequest):
    """A pull request, and how many violations it adds and removes."""

    added: Annotated[int | None, Field(description="null: the base was not uploaded.")]
    fixed: int | None
    dropped: Annotated[
        int | None,
        Field(
            description="Not counted any more, though the import is still there. null: unknown; they "
            "are in `fixed`."
        ),
    ]


@dataclass(frozen=True, slots=True)
class ListedPullRequest(CountedPullRequest):
    """A pull request in the list."""

    sentence: _Sentence


@dataclass(frozen=True, slots=True)
class AddedContract:
    """A contract that the base does not have: none of its violations is new."""

    id: str
    name: str
    violations: int


@dataclass(frozen=True, slots=True)
class ComparedPullRequest(PullRequest):
    """A pull request with the lines of what it adds and removes."""

    added: Annotated[
        tuple[SnapshotViolation, ...] | None,
        Field(description="Lines as the head has them. null: the base was not uploaded."),
    ]
    fixed: Annotated[
        tuple[SnapshotViolation, ...] | None, Field(description="Lines as the base has them.")
    ]
    dropped: Annotated[
        tuple[SnapshotViolation, ...] | None,
        Field(
            description="Not counted any more, though the import is still there: an exception, a weaker "
            "contract or none. null: the graph was dropped, and they are in `fixed`."
        ),
    ]
    unknown: Annotated[
        tuple[SnapshotViolation, ...] | None,
        Field(description="Of importers that one of the two could not read: neither added nor fixed."),
    ]
    added_contracts: Annotated[
        tuple[AddedContract, ...],
        Field(description="Contracts that the base does not have; none of their violations is new."),
    ]
    causes: Annotated[
        tuple[Cause, ...] | None,
        Field(
            description="The imports of the change without which new violations would not exist. null: "
            "the client did not look for them."
        ),
    ]


@dataclass(frozen=True, slots=True)
class PullRequestDetails(ComparedPullRequest):
    """A pull request, violation by violation."""

    sentence: _Sentence
