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
_Sentence = Annotated[str, Field(max_length=20_000)]


class PlannedViolation(BaseModel):
    """A violation, and whether its imports can be rewritten."""

    model_config = ConfigDict(strict=True)

    contract: _Text
    importer: _Text
    imported: _Text
    path: _Text = ""
    line: _Number = 0
    status: Literal["ready", "blocked"]
    code: _Text | None = None
    reason: _Sentence = ""
    batch: _Number | None = None
    leaves_with: _Text | None = None


class PlannedBatch(BaseModel):
    """Files that are changed together."""

    model_config = ConfigDict(strict=True)

    id: _Number
    owner: _Text = ""
    package: _Text = ""
    paths: list[_Text] = []
    predicted: dict[str, _Number] = {}


class PlannedDeletion(BaseModel):
    """Deprecated modules that can be deleted at the same time only, and what it takes."""

    model_config = ConfigDict(strict=True)

    modules: list[_Text]
    after: list[_Text] = []
    after_batch: _Number | None = None
    importers: list[_Text] = []
    own_tests: list[_Text] = []


class PlannedCounts(BaseModel):
    """What the contracts counted when the plan was made."""

    model_config = ConfigDict(strict=True)

    contracts: dict[str, _Number] = {}


class Plan(BaseModel):
    """What `archguard plan --format json` prints; other keys are left out."""

    model_config = ConfigDict(strict=True)

    format_version: Literal[1]
    counts: PlannedCounts = PlannedCounts()
    violations: list[PlannedViolation]
    batches: list[PlannedBatch]
    delete_order: list[PlannedDeletion] = []


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
    unplanned: Annotated[
        int | None,
        Field(description="Open violations of its contracts that it does not have: they came later."),
    ]
    batches: int
    batches_done: Annotated[
        int | None, Field(description="Those of whose violations none is open or unknown now.")
    ]
    sentence: Annotated[
        str, Field(examples=["2 of 5 batches are done; 14 violations ready, 20 blocked."])
    ]


@dataclass(frozen=True, slots=True)
class PredictedCount:
    """What a batch changes of a contract's count, as the plan says."""

    contract: Annotated[str, Field(examples=["one-cart"])]
    before: Annotated[
        int | None, Field(description="After the batches before it; null: the plan does not say.")
    ]
    after: int


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """A batch, and what is left of it."""

    id: Annotated[int, Field(examples=[1])]
    owner: str
    package: Annotated[str, Field(examples=["shop/cart"])]
    paths: tuple[str, ...]
    open_paths: Annotated[
        tuple[str, ...] | None,
        Field(description="Those in which something is left; null: nobody knows."),
    ]
    violations: int
    left: Annotated[int | None, Field(description="Its violations that are open now.")]
    predicted: Annotated[
        dict[str, int], Field(description="What each contract counts after it and all before it.")
    ]
    changes: Annotated[
        tuple[PredictedCount, ...], Field(description="The same of the contracts that it is about.")
    ]


@dataclass(frozen=True, slots=True)
class BlockedCode:
    """Why violations cannot be rewritten, and how many of them are open."""

    code: Annotated[str, Field(examples=["missing-symbol"])]
    violations: int
    left: int | None


@dataclass(frozen=True, slots=True)
class BlockedImport:
    """A violation that cannot be rewritten."""

    contract: str
    importer: str
    imported: str
    path: str
    line: int
    leaves_with: Annotated[str | None, Field(description="The deprecated module whose own test it is.")]


@dataclass(frozen=True, slots=True)
class BlockedReason:
    """What is in the way of violations, in words, and which of them are open."""

    code: Annotated[str, Field(examples=["missing-symbol"])]
    reason: Annotated[str, Field(examples=["shop.cart.new has no total. Nearest: sum_total."])]
    violations: int
    left: int | None
    imports: Annotated[
        tuple[BlockedImport, ...],
        Field(description="Those that are open; all of them where nobody knows."),
    ]


@dataclass(frozen=True, slots=True)
class DeletionProgress:
    """Deprecated modules that can be deleted at the same time only, and when."""

    modules: tuple[str, ...]
    after: Annotated[
        tuple[str, ...], Field(description="The deprecated modules that have to go before.")
    ]
    own_tests: Annotated[tuple[str, ...], Field(description="The test files that leave with them.")]
    left: Annotated[
        int | None, Field(description="Open violations that import them, but for their own tests.")
    ]
    sentence: Annotated[str, Field(examples=["After batch 2."])]


@dataclass(frozen=True, slots=True)
class PlanProgress(ReceivedPlan):
    """A plan with its batches."""

    contracts: Annotated[
        tuple[str, ...], Field(description="Those whose violations it has, sorted; all of them.")
    ]
    items: Annotated[tuple[BatchProgress, ...], Field(description="Its batches, in their order.")]
    codes: Annotated[
        tuple[BlockedCode, ...], Field(description="What is in the way of the rest, most first.")
    ]
    reasons: Annotated[
        tuple[BlockedReason, ...],
        Field(description="The same in words, with the imports; most left first."),
    ]
    deletions: Annotated[
        tuple[DeletionProgress, ...],
        Field(description="The deprecated modules, in an order in which they can be deleted."),
    ]


@dataclass(frozen=True, slots=True)
class ContractPlan:
    """What the newest plan of a branch says of a contract's violations that are open now."""

    plan: Annotated[int, Field(description="The plan's id.", examples=[3])]
    received_at: Time
    ready: Annotated[int, Field(description="Open ones that can be rewritten.")]
    blocked: Annotated[int, Field(description="Open ones that cannot.")]
    unplanned: Annotated[int, Field(description="Open ones that the plan does not have.")]
