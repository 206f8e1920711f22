"""What the service answers, as its OpenAPI document describes it."""

from __future__ import annotations

import datetime
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from archguard.snapshot import Build, Contract, Occurrence, UnreadFile

COMMIT = "4f1c2d7e9b3a5c6d8e0f1a2b3c4d5e6f7a8b9c0d"
Item = TypeVar("Item")


def moment(seconds: int) -> str:
    """Seconds since 1970 as RFC 3339, in UTC."""
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _as_text(value: object) -> object:
    return moment(value) if isinstance(value, int) else value


Time = Annotated[str, BeforeValidator(_as_text), Field(examples=["2026-03-01T12:00:00Z"])]
Commit = Annotated[str, Field(examples=[COMMIT])]
Module = Annotated[str, Field(examples=["shop.legacy_cart"])]


class Answer(BaseModel):
    """Made from the store's values, field by field."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class Moment(Answer):
    """A commit, and when it was made."""

    commit: Commit
    committed_at: Time


class Page(Answer, Generic[Item]):
    """Some of a list."""

    items: tuple[Item, ...]
    next: str | None = Field(description="Give it as `after` for the next page; null: this was the last.")


class Project(Answer):
    """A project."""

    name: str = Field(examples=["shop"])
    created_at: Time
    public: bool = Field(description="Whether anybody may read it.")
    default_branch: str | None = Field(examples=["main"])
    last_upload_at: Time | None
    snapshots: int


class ContractNow(Answer):
    """A contract at a branch's tip."""

    contract: Contract
    branch: str
    at: Moment
    unread: int = Field(description="Files that could not be read.")


class ProjectNow(Project):
    """A project and where its default branch stands."""

    settings: dict[str, str] = Field(examples=[{"link": "https://git.example.org/shop/blob/{commit}/{path}#L{line}"}])
    contracts: tuple[ContractNow, ...]


class Branch(Answer):
    """A branch that snapshots stand on."""

    name: str = Field(examples=["main"])
    snapshots: int
    tip: Moment | None


class Snapshot(Answer):
    """A snapshot without its graph and violations."""

    commit: Commit
    parent: str | None
    committed_at: Time
    received_at: Time
    branches: tuple[str, ...]
    configuration: str = Field(description="Digest of what the contracts say.")
    tool_version: str
    digest: str = Field(description="SHA-256 of the snapshot's canonical form.")
    graph: str = Field(description="Digest of the graph: equal graphs have equal ones.")
    modules: int
    imports: int
    files: int
    unread: tuple[UnreadFile, ...]
    folder: str
    contracts: tuple[Contract, ...]
    build: Build | None


class Receipt(Answer):
    """What became of an upload: it is on disk."""

    commit: Commit
    digest: str = Field(description="SHA-256 of the snapshot's canonical form.")
    created: bool = Field(description="false: it was there already.")


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


class Point(Answer):
    """A contract's counts at one commit."""

    commit: Commit
    committed_at: Time
    violations: int
    exposure: int
    added: int
    fixed: int
    reintroduced: int
    lower_bound: bool
    unread: int
    adoption: int | None
    kept: bool


class Forecast(Answer):
    """When the violations will be gone, or why nobody can say."""

    state: Literal["sealed", "shrinking", "stalled", "growing", "too-short"]
    eta: datetime.date | None
    earliest: datetime.date | None
    latest: datetime.date | None
    per_week: float | None
    needed_per_week: float | None
    deadline: datetime.date | None
    reason: str


class Value(Answer):
    """A count at a commit."""

    commit: Commit
    committed_at: Time
    violations: int


class Oldest(Answer):
    """The violation that is open for longest."""

    importer: Module
    imported: Module
    introduced: Moment


class Summary(Answer):
    """The line in a few figures; of all of it, whatever part the points show."""

    first: Value
    highest: Value
    now: Value
    sealed_since: Moment | None = Field(description="Where the count became zero for good so far.")
    days: int = Field(description="From the first commit to the last.")
    points: int = Field(description="How many there are; `points` may hold fewer.")
    oldest_open: Oldest | None


class Trend(Answer):
    """A contract's counts along a branch."""

    project: str
    contract: str
    branch: str
    points: tuple[Point, ...]
    forecast: Forecast | None
    summary: Summary | None


class Edge(Answer):
    """An import."""

    importer: Module
    imported: Module


class ViolationId(Answer):
    """What makes a violation the same in another commit."""

    contract: str
    importer: Module
    imported: Module


class Comparison(Answer):
    """What `head` has that `base` has not; and the other way round."""

    base: Commit
    head: Commit
    violations_added: tuple[ViolationId, ...]
    violations_fixed: tuple[ViolationId, ...]
    imports_added: tuple[Edge, ...]
    imports_removed: tuple[Edge, ...]
    modules_added: tuple[str, ...]
    modules_removed: tuple[str, ...]


class ModuleNow(Answer):
    """A module of a snapshot's graph."""

    commit: Commit
    module: Module
    kind: Literal["module", "package", "namespace", "external", "ghost"]
    importers: tuple[str, ...]
    imports: tuple[str, ...]
    violations: tuple[ViolationThen, ...] = Field(description="Those that it imports or is imported in.")


class Neighbourhood(Answer):
    """What is around a module, both ways."""

    commit: Commit
    module: Module
    depth: int
    modules: tuple[str, ...]
    imports: tuple[Edge, ...]
    left_out: int = Field(description="Modules within the depth that are not among these 2,000.")


class Chain(Answer):
    """How a module reaches another."""

    commit: Commit
    modules: tuple[str, ...] = Field(
        description="From the one to the other, the shortest, of several the first by name; empty: it does not."
    )


class Token(Answer):
    """A token without its secret."""

    id: str
    project: str | None = Field(description="null: every project.")
    scope: Literal["upload", "read", "admin"]
    created_at: Time
    expires_at: Time | None
    revoked_at: Time | None


class NewToken(Token):
    """A token, this once with its text."""

    token: str


class Tokens(Answer):
    """Tokens, without their secrets."""

    items: tuple[Token, ...]


class Shields(BaseModel):
    """shields.io's endpoint form."""

    schemaVersion: Literal[1]  # noqa: N815
    label: str
    message: str
    color: str


class Health(Answer):
    """Whether it lives."""

    status: Literal["ok"]


class Readiness(Answer):
    """Whether it can take uploads."""

    status: Literal["ready"]
    database: str = Field(examples=["sqlite 3.53.1"])
