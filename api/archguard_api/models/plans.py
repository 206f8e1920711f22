"""Plans: what is to be done to take the violations of deprecated modules to zero."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from archguard_api.models.base import Time

MAX_PLAN_BYTES = 8 * 1024 * 1024
"""Of the body of a plan."""
_PRINTABLE = r"^[^\x00-\x1f\x7f-\x9f]*$"
_Text = Annotated[str, Field(max_length=1_000, pattern=_PRINTABLE)]
_Number = Annotated[int, Field(ge=0, le=2**31 - 1)]


class PlannedViolation(BaseModel):
    """A violation, and whether its imports can be rewritten."""

    model_config = ConfigDict(strict=True)

    contract: _Text
    importer: _Text
    imported: _Text
    status: Literal["ready", "blocked"]
    code: _Text | None = None
    batch: _Number | None = None


class PlannedBatch(BaseModel):
    """Files that are changed together."""

    model_config = ConfigDict(strict=True)

    id: _Number
    owner: _Text = ""
    package: _Text = ""
    paths: list[_Text] = []
    predicted: dict[str, _Number] = {}


class Plan(BaseModel):
    """What `archguard plan --format json` prints; other keys are left out."""

    model_config = ConfigDict(strict=True)

    format_version: Literal[1]
    violations: list[PlannedViolation]
    batches: list[PlannedBatch]


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A plan, and when it came."""

    id: int
    branch: str
    received_at: int
    """Seconds since 1970."""
    plan: Plan


@dataclass(frozen=True, slots=True)
class ReceivedPlan:
    """A plan, and how much of it is done in the newest snapshot of its branch."""

    id: Annotated[int, Field(examples=[3])]
    branch: Annotated[str, Field(examples=["main"])]
    received_at: Time
    ready: Annotated[int, Field(description="Violations that could be rewritten when it was made.")]
    blocked: Annotated[int, Field(description="Those that could not.")]
    ready_left: Annotated[
        int | None, Field(description="Those of `ready` that are open now; null: the branch is unknown.")
    ]
    blocked_left: Annotated[int | None, Field(description="Those of `blocked` that are open now.")]
    batches: int
    batches_done: Annotated[
        int | None, Field(description="Those of whose violations none is open or unknown now.")
    ]
    sentence: Annotated[
        str, Field(examples=["2 of 5 batches are done; 14 violations ready, 20 blocked."])
    ]


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """A batch, and what is left of it."""

    id: Annotated[int, Field(examples=[1])]
    owner: str
    package: Annotated[str, Field(examples=["shop.cart"])]
    paths: tuple[str, ...]
    violations: int
    left: Annotated[int | None, Field(description="Its violations that are open now.")]
    predicted: Annotated[
        dict[str, int], Field(description="What each contract counts after it and all before it.")
    ]


@dataclass(frozen=True, slots=True)
class BlockedCode:
    """Why violations cannot be rewritten, and how many of them are open."""

    code: Annotated[str, Field(examples=["missing-symbol"])]
    violations: int
    left: int | None


@dataclass(frozen=True, slots=True)
class PlanProgress(ReceivedPlan):
    """A plan with its batches."""

    items: Annotated[tuple[BatchProgress, ...], Field(description="Its batches, in their order.")]
    codes: Annotated[
        tuple[BlockedCode, ...], Field(description="What is in the way of the rest, most first.")
    ]
