"""What the store gives back: frozen values, turned into answers by the routes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from archguard.snapshot import Build, Contract, Occurrence, UnreadFile

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of an upload."""

    created: bool
    """Whether the snapshot is new; False: it was there already."""
    commit: str
    digest: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A commit, as the point in time where something happened."""

    commit: str
    committed_at: int
    """Seconds since 1970, by the committer's clock."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some of a list, and where the rest begins."""

    items: tuple[Item, ...]
    next: str | None
    """The cursor of the next page; None: this was the last."""


@dataclass(frozen=True, slots=True)
class Counted(Page[Item]):
    """Some of a list, and how long it is."""

    total: int


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch that snapshots stand on."""

    name: str
    snapshots: int
    version: int
    """Grows with every change of what the branch says: a cache may rest on it."""
    tip: Moment | None


@dataclass(frozen=True, slots=True)
class Project:
    """A project, and where it stands now."""

    name: str
    created_at: int
    public: bool
    """Whether anybody may read it."""
    default_branch: str | None
    """`main` or `master` where there is one, else the branch that was uploaded first."""
    last_upload_at: int | None
    snapshots: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot without its graph and its violations."""

    commit: str
    parent: str | None
    committed_at: int
    received_at: int
    branches: tuple[str, ...]
    configuration: str
    tool_version: str
    digest: str
    graph: str
    """Digest of the graph: equal graphs are stored once."""
    modules: int
    imports: int
    files: int
    unread: tuple[UnreadFile, ...]
    folder: str
    contracts: tuple[Contract, ...]
    build: Build | None


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """A contract's counts at one commit of a branch."""

    commit: str
    committed_at: int
    violations: int
    exposure: int
    added: int
    fixed: int
    reintroduced: int
    lower_bound: bool
    unread: int
    adoption: int | None
    kept: bool
    position: int
    """Its place in the branch's line."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many violations there were at one commit of a branch."""

    commit: str
    committed_at: int
    violations: int
    reintroduced: int
    """How many of them came back just here."""


@dataclass(frozen=True, slots=True)
class OpenViolation:
    """A violation that is there at a branch's tip."""

    contract: str
    importer: str
    imported: str
    ghost: bool
    replacement: str | None
    owner: str | None
    occurrences: tuple[Occurrence, ...]
    introduced: Moment
    """Where it came in, or came back."""
    first_seen: Moment
    times: int
    """How often it was introduced: more than once, it was reintroduced."""


@dataclass(frozen=True, slots=True)
class FixedViolation:
    """A violation that was there once, and is not any more."""

    contract: str
    importer: str
    imported: str
    owner: str | None
    """Of the contract; None as well where the tip does not have it."""
    first_seen: Moment
    introduced: Moment
    fixed: Moment
    times: int


@dataclass(frozen=True, slots=True)
class Token:
    """A token, without its secret: nobody keeps that."""

    id: str
    project: str | None
    """None: every project."""
    scope: str
    created_at: int
    expires_at: int | None
    revoked_at: int | None
    secret_hash: bytes


@dataclass(frozen=True, slots=True)
class ContractNow:
    """A contract at a branch's tip, for the metrics, the badge and lists."""

    contract: Contract
    branch: str
    at: Moment
    unread: int


@dataclass(frozen=True, slots=True)
class ContractChange:
    """A contract whose verdict or counts differ; None: one snapshot does not have it."""

    id: str
    name: str
    before: Contract | None
    after: Contract | None


@dataclass(frozen=True, slots=True)
class Imports:
    """What one graph has that another has not; both ways."""

    imports_added: tuple[tuple[str, str], ...]
    imports_removed: tuple[tuple[str, str], ...]
    modules_added: tuple[str, ...]
    modules_removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What one snapshot has that another has not; both ways."""

    base: Moment
    head: Moment
    contracts: tuple[ContractChange, ...]
    violations_added: tuple[tuple[str, str, str], ...]
    """(contract, importer, imported)."""
    violations_fixed: tuple[tuple[str, str, str], ...]
    reintroduced: frozenset[tuple[str, str, str]] | None
    """Of those added, the ones that were there before `base`; None: the line does not tell."""
    imports: Imports | None
    """None: one of the graphs is not kept any more."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was dropped."""

    graphs: int
    """Snapshots that have no graph any more."""
    bytes: int
    """Of the contents that nobody needs any more."""
