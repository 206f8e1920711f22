"""All queries and changes of the service's data, each in one transaction."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, TypeVar

from archguard.lru_cache import LruCache
from archguard_api.errors import NotFoundError
from archguard_api.models import (
    CountedPage,
    FixedViolation,
    OldestViolation,
    OpenViolation,
    Page,
    ProjectStanding,
    Snapshot,
    Standing,
    TipContract,
    TrendPoint,
)
from archguard_api.store import backup, project_rows
from archguard_api.store.audit_log import AuditLog
from archguard_api.store.blobs import BlobStore
from archguard_api.store.branch_reader import BranchReader, make_branch
from archguard_api.store.credential_store import CredentialStore
from archguard_api.store.data_version import DataVersion, open_data_version_reader
from archguard_api.store.database import Database
from archguard_api.store.family_reader import FamilyReader
from archguard_api.store.family_store import FamilyStore
from archguard_api.store.figures_reader import read_figures
from archguard_api.store.fleet_reader import FleetRow, read_fleet
from archguard_api.store.graph_pruner import GraphPruner
from archguard_api.store.interned_names import NameTable
from archguard_api.store.line_deletions import LineDeletions
from archguard_api.store.line_reader import LineReader
from archguard_api.store.line_summaries import LineSummaries
from archguard_api.store.missing_changes import MissingChanges
from archguard_api.store.module_history import CountAt, read_module_history
from archguard_api.store.notification_store import NotificationStore
from archguard_api.store.plan_store import PlanStore
from archguard_api.store.project_deletions import ProjectDeletions
from archguard_api.store.project_store import ProjectStore
from archguard_api.store.publisher_store import PublisherStore
from archguard_api.store.pull_reader import PullReader
from archguard_api.store.pull_store import PullStore
from archguard_api.store.purger import Purger
from archguard_api.store.quota import NO_QUOTA, Quota
from archguard_api.store.rebuild_worker import RebuildWorker
from archguard_api.store.response_basis import ResponseBasis, read_basis
from archguard_api.store.retention import Retention
from archguard_api.store.schema_upgrade import open_current_database
from archguard_api.store.snapshot_comparison import SnapshotComparer
from archguard_api.store.snapshot_reader import SnapshotReader
from archguard_api.store.snapshot_writer import SnapshotWriter
from archguard_api.store.standing_reader import StandingReader
from archguard_api.store.trend_cache import TrendCache
from archguard_api.store.upkeep import Upkeep
from archguard_api.store.violation_comparison import ViolationComparer
from archguard_api.store.violation_filter import NO_FILTER, ViolationFilter
from archguard_api.store.violation_lists import PageRequest, ViolationLists

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection, Row

    from archguard.snapshot import Graph, Upload, Violation
    from archguard_api.models import (
        Branch,
        Comparison,
        GroupMember,
        LineSummary,
        Project,
        ProjectFigures,
        ProjectSettings,
        Receipt,
        TrendRow,
        ViolationCount,
    )
    from archguard_api.store.branch_writer import BranchViolations

Result = TypeVar("Result")
_CONTRACTS = 10_000


class Store:
    """The service's data. A process needs one instance, which its threads share."""

    def __init__(
        self,
        url: str,
        *,
        readers: int = 8,
        reserve_bytes: int | None = None,
        checkpoints: bool = True,
        owner: bool = False,
        patience: float = 5.0,
        quota: Quota = NO_QUOTA,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Open a database, whose schema must have this version.

        Args:
            url: sqlite:///path or postgresql://...
            readers: the number of connections that can read at the same time.
            reserve_bytes: the free space below which nothing is stored (SQLite); None for 256 MiB,
                or a twentieth of the disk if that is less.
            checkpoints: whether this process may checkpoint (SQLite); since only one process may,
                pass False for a command that runs beside the service.
            owner: whether to be the database's only owner until `close` (SQLite), as the service is.
            patience: the number of seconds that a write waits for others, at most.
            quota: how much one project may store.
            clock: return the time in seconds since 1970.

        Raises:
            StoreError: the database cannot be opened, its schema has another version, or it has another
                owner.
        """
        self._engines = open_current_database(url, readers=readers, checkpoints=checkpoints, owner=owner)
        self._database = Database(self._engines, reserve_bytes=reserve_bytes, patience=patience)
        self._clock = clock
        self.credentials = CredentialStore(self._database, clock)
        self.lines = LineDeletions(self._database, clock)
        self.audit = AuditLog(self._database)
        names = NameTable()
        contents = BlobStore()
        self.purger = Purger(self._database, contents)
        tips: LruCache[int, BranchViolations] = LruCache(_CONTRACTS)
        self._reading = SnapshotReader(contents, names)
        self._branches = BranchReader(self._database, self._reading)
        self._summaries = LineSummaries(LineReader(self._reading), clock)
        self._standings = StandingReader(self._reading, self._summaries)
        self.projects = ProjectStore(self._database, self._standings, clock)
        self.deletions = ProjectDeletions(self._database, self._standings, clock)
        self._violations = ViolationLists(self._reading)
        rebuilds = RebuildWorker(self._database, names, tips, self._summaries, clock)
        self._uploads = SnapshotWriter(
            self._database, contents, names, tips, self._summaries, clock, quota
        )
        pruner = GraphPruner(self._database, contents, rebuilds)
        self.upkeep = Upkeep(
            self._database, rebuilds, MissingChanges(self._database, names), pruner, clock
        )
        self.retention = Retention(self._database, self.lines, pruner, clock)
        violation_comparer = ViolationComparer(self._reading, names)
        self._comparing = SnapshotComparer(self._reading, names, violation_comparer)
        self.families = FamilyStore(self._branches, self._reading, FamilyReader(self._reading, contents))
        self.pulls = PullStore(self._database, PullReader(self._reading, violation_comparer), clock)
        self.plans = PlanStore(self._database, self._branches, clock)
        self.notifications = NotificationStore(self._database, self._standings, clock)
        self.publishers = PublisherStore(self._database, clock)
        self._trends = TrendCache()
        self._stamps = open_data_version_reader(self._engines)

    def close(self) -> None:
        """Close every connection."""
        self._stamps.close()
        self._engines.dispose()

    @property
    def backend(self) -> str:
        """The name and version of the database system."""
        name = self._engines.writer.dialect.name
        with self._engines.reader.connect() as connection:
            version = connection.dialect.server_version_info or ()
        return f"{name} {'.'.join(map(str, version))}"

    def get_data_version(self) -> DataVersion | None:
        """Return a value that is equal as long as no process commits anything; None if unknown.

        What is read after this call stays valid as long as the value does.
        """
        return self._stamps.read()

    @property
    def data_version_needs_network(self) -> bool:
        """Whether `get_data_version` waits for a network; otherwise it takes microseconds."""
        return self._stamps.needs_network

    def get_response_basis(
        self, project: str, token_id: str | None, cookie_hash: bytes | None
    ) -> ResponseBasis:
        """Return what a response to a read of a project rests on, beside the day.

        Args:
            project: the project's name.
            token_id: the id of the token that the request shows, if it shows one.
            cookie_hash: the digest of the session's cookie that it shows instead.
        """
        return self._read(read_basis, project, token_id, cookie_hash)

    def ping(self, patience: float = 5.0) -> None:
        """Raise an error if the database cannot be written within `patience` seconds.

        Raises:
            BusyError: the database is locked or cannot be reached.
            FullError: free space is below the reserve.
        """
        self._database.check_writable(patience)

    def now(self) -> int:
        """Return the time in whole seconds since 1970, by the store's clock."""
        return int(self._clock())

    # Writing.

    def add_snapshot(
        self, project: str, upload: Upload, *, token_id: str | None, digest: str | None = None
    ) -> Receipt:
        """Store a snapshot durably; a repeated upload changes nothing.

        Args:
            project: the project's name; it is created if it is new.
            upload: the snapshot, with its branch and ancestors.
            token_id: the id of the token that was used, if any.
            digest: the snapshot's digest, if it is known already.

        Raises:
            ConflictError: the same commit, configuration and tool version is stored with another digest.
            BusyError: the database does not answer in time.
            FullError: the disk is full.
        """
        return self._uploads.add(project, upload, token_id=token_id, digest=digest)

    # Projects and branches.

    def get_project(self, name: str) -> Project | None:
        """Return the project of this name, or None."""
        return self._read(project_rows.read_project, name)

    def get_project_standing(self, name: str, branch: str | None = None) -> ProjectStanding | None:
        """Return where a project and a branch of it stand, by default the default branch."""
        return self._read(self._standings.read, name, branch)

    def get_settings(self, name: str) -> ProjectSettings:
        """Return a project's settings; the defaults if there is no such project."""
        return self._read(project_rows.read_settings, name)

    def get_stale_limit(self, name: str) -> int | None:
        """Return the days without a commit after which a project is stale; None: it never is."""
        return self.get_settings(name).stale_after_days

    def list_branches(self, project: str, *, after: str | None, limit: int) -> Page[Branch]:
        """List a project's branches by name."""
        return self._branches.list_branches(project, after=after, limit=limit)

    def get_branch(self, project: str, name: str | None = None) -> Branch | None:
        """Return a branch, by default the project's default branch; None if there is none."""
        return self._branches.read(project, name, lambda _, row: make_branch(row))

    # Snapshots.

    def list_snapshots(
        self, project: str, *, branch: str | None, after: str | None, limit: int
    ) -> Page[Snapshot]:
        """List snapshots, newest first: a branch's in its commit order, or all by time of receipt."""

        def work(connection: Connection, _row: object = None) -> Page[Snapshot]:
            return self._reading.list_snapshots(connection, project, branch, after=after, limit=limit)

        if branch is None:
            return self._database.read(work)
        return self._branches.read(project, branch, work) or Page[Snapshot](items=(), next=None)

    def get_snapshot(self, project: str, commit: str) -> Snapshot | None:
        """Return the snapshot of a commit, given by its hash or a unique prefix (7 digits); or None."""
        return self._read(self._reading.read_snapshot, project, commit)

    def get_graph(self, project: str, commit: str) -> Graph | None:
        """Return a commit's graph; None if there is no such snapshot, or its graph was pruned."""
        return self._read_snapshot(project, commit, self._reading.read_graph)

    def get_graph_digest(self, project: str, commit: str) -> str | None:
        """Return the digest of the graph that `get_graph` returns, without reading the graph."""
        return self._read_snapshot(
            project, commit, lambda _, row: row.graph_digest.hex() if row.graph_id is not None else None
        )

    def get_violations(self, project: str, commit: str) -> tuple[Violation, ...]:
        """Return a commit's violations; empty if there is no such snapshot."""
        return self._read_snapshot(project, commit, self._reading.read_violations) or ()

    def compare_snapshots(
        self, project: str, base: str | None, head: str, branch: str | None = None
    ) -> Comparison:
        """Return the differences between two snapshots.

        Args:
            project: the project's name.
            base: a commit; None for the snapshot before `head` on the branch.
            head: a commit.
            branch: the branch whose history tells which violations came back; None for the default.

        Raises:
            NotFoundError: one of the snapshots, or the branch, does not exist.
        """

        def work(connection: Connection, row: Row[Any]) -> Comparison:
            return self._comparing.compare(connection, row, project, base, head)

        comparison = self._branches.read(project, branch, work)
        if comparison is None:
            raise NotFoundError("There is no such branch.")
        return comparison

    # Branches' stories.

    def get_trend(self, project: str, contract: str, branch: str | None = None) -> Sequence[TrendPoint]:
        """Return a contract's points along a branch, oldest first, those under its earlier ids too."""
        return tuple(row.make_point() for row in self.get_trend_rows(project, contract, branch))

    def get_trend_rows(
        self, project: str, contract: str, branch: str | None = None
    ) -> Sequence[TrendRow]:
        """Return the values of the points that `get_trend` returns."""
        return (
            self._branches.read(
                project,
                branch,
                lambda connection, row: self._trends.read_joined(connection, row, contract),
            )
            or ()
        )

    def list_group_members(
        self, project: str, branch: str | None, contract: str | None, *, with_occurrences: bool
    ) -> Sequence[GroupMember]:
        """List the violations that are open at a branch's tip, as far as groups are made by them.

        Args:
            project: the project's name.
            branch: the branch's name; None for the default branch.
            contract: the contract's id; None for all contracts.
            with_occurrences: whether to read them, too.
        """

        def work(connection: Connection, row: Row[Any], tip: Row[Any]) -> Sequence[GroupMember]:
            return self._violations.list_group_members(
                connection, row, tip, contract, with_occurrences=with_occurrences
            )

        return self._branches.read_tip(project, branch, work) or ()

    def find_oldest_violation(
        self, project: str, branch: str | None, contract: str
    ) -> OldestViolation | None:
        """Return the open violation of a contract that was introduced first, if there is any."""

        def work(connection: Connection, row: Row[Any], tip: Row[Any]) -> OldestViolation | None:
            return self._violations.find_oldest(connection, row, tip, contract)

        return self._branches.read_tip(project, branch, work)

    def get_contracts_at_tip(self, project: str, branch: str | None = None) -> tuple[TipContract, ...]:
        """Return the contracts at a branch's tip, and those that it had before and that were removed."""
        return self._branches.read_tip(project, branch, self._standings.list_contracts) or ()

    def get_line_summary(self, project: str, branch: str | None = None) -> LineSummary | None:
        """Return what is kept of a branch's line; None if there is no snapshot on such a branch."""
        return self._branches.read(
            project,
            branch,
            lambda connection, row: (
                None if row.tip_id is None else self._summaries.read(connection, row)
            ),
        )

    def list_standings(self, projects: Sequence[str], *, with_lines: bool) -> Mapping[str, Standing]:
        """Return where the default branches of projects stand, by project; some have no branch.

        Args:
            projects: the names of the projects.
            with_lines: whether to read the summaries of the lines, too.
        """
        return self._read(self._standings.list_default, projects, with_lines=with_lines)

    def list_open_violations(
        self,
        project: str,
        branch: str | None,
        which: ViolationFilter = NO_FILTER,
        *,
        sort: str = "introduced",
        descending: bool = False,
        after: str | None = None,
        limit: int,
    ) -> CountedPage[OpenViolation]:
        """List the violations that are open at a branch's tip.

        `sort` is a key of `violation_lists.SORT_COLUMNS`; `after` is the cursor of the previous page.
        """
        request = PageRequest(sort, descending, after, limit)

        def work(connection: Connection, row: Row[Any], tip: Row[Any]) -> CountedPage[OpenViolation]:
            return self._violations.list_open(connection, row, tip, which, request, now=self.now())

        return self._branches.read_tip(project, branch, work) or CountedPage[OpenViolation](
            items=(), next=None, total=0
        )

    def list_fixed_violations(
        self,
        project: str,
        branch: str | None,
        which: ViolationFilter = NO_FILTER,
        *,
        after: str | None = None,
        limit: int,
    ) -> CountedPage[FixedViolation]:
        """List violations that were fixed, the last fixed first."""

        def work(connection: Connection, row: Row[Any], tip: Row[Any]) -> CountedPage[FixedViolation]:
            return self._violations.list_fixed(connection, row, tip, which, after=after, limit=limit)

        return self._branches.read_tip(project, branch, work) or CountedPage[FixedViolation](
            items=(), next=None, total=0
        )

    def get_module_history(
        self,
        project: str,
        branch: str | None,
        module: str,
        choose: Callable[[Sequence[CountAt]], Sequence[CountAt]] = lambda counts: counts,
    ) -> tuple[ViolationCount, ...]:
        """Count the violations that a module was part of, at both ends of a branch and where it changed.

        Only violations of the contracts at the tip are counted.

        Args:
            project: the project's name.
            branch: the branch's name; None for the project's default branch.
            module: the module's name.
            choose: returns those of the counts that are wanted; the commits of the others are not read.

        Raises:
            BusyError: after an upgrade that is not worked out yet.
        """

        def work(connection: Connection, row: Row[Any], tip: Row[Any]) -> tuple[ViolationCount, ...]:
            contracts = [one.id for one in self._reading.read_facts(connection, tip).contracts]
            return read_module_history(connection, row, module, contracts, choose)

        return self._branches.read_tip(project, branch, work) or ()

    def get_figures(self) -> Mapping[str, ProjectFigures]:
        """Return the figures of every project whose default branch has a snapshot, by name."""
        return self._read(read_figures, self._summaries)

    def list_fleet(self) -> Sequence[FleetRow]:
        """Return every project with its figures, by name."""
        return self._read(lambda connection: [*read_fleet(connection, self._summaries)])

    def backup(self, path: str) -> None:
        """Copy an SQLite database while it is in use.

        Raises:
            StoreError: the file exists or cannot be written, or the database is PostgreSQL.
        """
        backup.backup(self._engines, path)

    def _read(self, work: Callable[..., Result], *arguments: object, **options: object) -> Result:
        return self._database.read(lambda connection: work(connection, *arguments, **options))

    def _read_snapshot(
        self, project: str, commit: str, work: Callable[[Connection, Row[Any]], Result]
    ) -> Result | None:
        """Return the work's result, given the row of a snapshot; None if there is no such one."""

        def look(connection: Connection) -> Result | None:
            row = self._reading.find_row(connection, project, commit)
            return None if row is None else work(connection, row)

        return self._database.read(look)
