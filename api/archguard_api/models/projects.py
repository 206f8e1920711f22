"""Projects, their branches, and the contracts at a branch's tip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from archguard.branch_name import MAX_LENGTH, is_branch_name
from archguard.snapshot import Contract, UnreadFile
from archguard_api.forecast import AnyState
from archguard_api.models.base import INTERNAL, PROJECT_PATTERN, Moment, ResponseModel, Time
from archguard_api.models.line_summary import LineSummary
from archguard_api.models.plans import ContractPlan
from archguard_api.models.project_settings import ProjectSettings
from archguard_api.models.trend import Retirement


@dataclass(frozen=True, slots=True)
class Project:
    """A project."""

    name: Annotated[str, Field(examples=["shop"])]
    created_at: Time
    public: Annotated[bool, Field(description="Whether anybody may read it.")]
    default_branch: Annotated[str | None, Field(examples=["main"])]
    """The one that is set, else `main` or `master` if there is one, else the first uploaded."""
    last_upload_at: Time | None
    snapshots: int
    purge_at: Annotated[
        Time | None,
        Field(description="Until then it can be restored; null: it is not being deleted."),
    ]


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """A count at a point in time."""

    committed_at: Time
    violations: int
    reintroduced: Annotated[int, INTERNAL]
    """How many of them came back at this commit."""


class ProjectSummary(ResponseModel):
    """Where a project's default branch stands: its contracts added up."""

    violations: int | None = Field(description="null: no contract has a verdict.")
    lower_bound: bool = Field(description="Whether an unread file could raise the count.")
    state: AnyState = Field(
        description="The worst contract's: stale, growing, stalled, shrinking, too-short, sealed."
    )
    sentence: str = Field(description="Where the project stands, for people.")
    stale: bool = Field(description="Whether the last commit is older than `stale_after_days`.")
    stale_days: int | None = Field(description="Since the last commit, where that is too long ago.")
    last_commit_at: Time = Field(description="When the last commit was made.")
    last_seen_at: Time = Field(description="When a snapshot was last uploaded, a repeated one too.")
    rebuilding: bool = Field(description="Whether an upload out of order is yet to be worked in.")
    change_30_days: int | None = Field(
        description="Of the contracts that are 30 days old; null: none is."
    )
    curve: tuple[CurvePoint, ...] = Field(
        description="At most 60 points; a contract counts from its first one on."
    )
    contracts: int
    broken: int
    unread: int = Field(description="Files that could not be read.")


@dataclass(frozen=True, slots=True)
class ListedProject(Project):
    """A project in the list of them."""

    now: Annotated[ProjectSummary | None, Field(description="null: no snapshot is on a default branch.")]


@dataclass(frozen=True, slots=True)
class TipContract:
    """A contract at a branch's tip."""

    contract: Contract
    branch: str
    at: Moment
    unread: Annotated[int, Field(description="Files that could not be read.")]
    retired: Annotated[Retirement | None, Field(description="Where the contract was removed.")] = None
    previous_ids: Annotated[
        tuple[str, ...], Field(description="Its earlier ids on the branch, the nearest first.")
    ] = ()
    unread_files: Annotated[tuple[UnreadFile, ...], INTERNAL] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractNow(TipContract):
    """A contract at a branch's tip, and where it stands."""

    state: AnyState
    sentence: Annotated[str, Field(description="Where the contract stands, for people.")]
    plan: Annotated[
        ContractPlan | None, Field(description="null: no plan of the branch has its violations.")
    ]


@dataclass(frozen=True, slots=True)
class ProjectDetails(Project):
    """A project and where a branch of it stands."""

    settings: ProjectSettings
    now: Annotated[ProjectSummary | None, Field(description="null: the branch has no snapshot.")]
    contracts: tuple[ContractNow, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch that snapshots stand on."""

    name: Annotated[str, Field(examples=["main"])]
    snapshots: int
    version: Annotated[int, INTERNAL]
    """Grows with every change of the branch's data, so it can be part of a cache's key."""
    tip: Moment | None
    seen_at: Annotated[int | None, INTERNAL] = None
    """When a snapshot of it was last uploaded, a repeated one too; None if a version before this did."""
    rebuilding: Annotated[
        bool, Field(description="Whether an upload out of order is yet to be worked in.")
    ] = False


@dataclass(frozen=True, slots=True)
class Standing:
    """A project's default branch."""

    branch: Branch
    stale_limit: int | None
    """The days without a commit after which the project is stale; None: it never is."""
    line: LineSummary | None
    """What is kept of its line; None if that was not asked for, or there is no snapshot."""


@dataclass(frozen=True, slots=True)
class ProjectStanding:
    """All that is stored of where a project and a branch of it stand."""

    project: Project
    settings: ProjectSettings
    branch: Branch | None
    """None: there is no such branch."""
    line: LineSummary | None
    """What is kept of its line; None: there is no snapshot."""
    contracts: tuple[TipContract, ...]


class ProjectChange(BaseModel):
    """What to change of a project; what is left out stays."""

    model_config = ConfigDict(strict=True, extra="forbid")

    public: bool | None = Field(default=None, description="Whether anybody may read it.")
    settings: ProjectSettings | None = Field(default=None, description="Replaces all of them.")
    name: Annotated[str, Field(pattern=PROJECT_PATTERN)] | None = Field(
        default=None,
        description="The project's name from now on. The one until now leads to it, and stays reserved.",
        examples=["shop"],
    )


def _check_branch(text: str) -> str:
    if not is_branch_name(text):
        raise ValueError("git has no branch of this name")
    return text


class BranchChange(BaseModel):
    """What to change of a branch."""

    model_config = ConfigDict(strict=True, extra="forbid")

    name: Annotated[str, Field(max_length=MAX_LENGTH), AfterValidator(_check_branch)] = Field(
        description="Its name from now on.", examples=["main"]
    )


class PruneRequest(BaseModel):
    """What is to stay."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        title="Keeping",
        json_schema_extra={"examples": [{"keep_days": 90}]},
    )

    keep_days: int = Field(
        ge=0, le=36_500, description="Graphs of snapshots received within so many days stay."
    )


@dataclass(frozen=True, slots=True)
class PruneResult:
    """What was dropped."""

    graphs: Annotated[int, Field(description="Snapshots that have no graph any more.")]
    bytes: Annotated[int, Field(description="Of the contents that nobody needs any more.")]
