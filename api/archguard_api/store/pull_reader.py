"""Read pull requests, each compared with the newest snapshot of its base that it descends from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sqlalchemy import bindparam, func, or_, select

from archguard.lru_cache import LruCache
from archguard.snapshot import Cause
from archguard_api.models import (
    AddedContract,
    ComparedPullRequest,
    CountedPullRequest,
    Moment,
    Page,
    PullRequest,
    PullState,
    SnapshotViolation,
    extend,
)
from archguard_api.store import commit_links
from archguard_api.store.contract_lines import add_renamed
from archguard_api.store.pull_rows import SECONDS_UNTIL_CLOSED
from archguard_api.store.schema import branch_snapshots, branches, commits, projects, pulls, snapshots
from archguard_api.times import DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Row, Select

    from archguard.snapshot import Violation
    from archguard_api.store.snapshot_reader import SnapshotReader
    from archguard_api.store.violation_comparison import (
        ViolationChanges,
        ViolationComparer,
        ViolationDifference,
    )
    from archguard_api.store.violation_filter import Identity

_CACHED_COUNTS = 10_000
# Built once: building a statement costs as much as running it.
_FIND_COMMIT = select(commits.c.id).where(
    commits.c.project_id == bindparam("project"), commits.c.hash == bindparam("hash")
)
_FIND_SNAPSHOT: Select[Any] = (
    select(snapshots.c.id, snapshots.c.digest, snapshots.c.committed_at, commits.c.hash)
    .join(branch_snapshots, branch_snapshots.c.snapshot_id == snapshots.c.id)
    .join(commits, commits.c.id == snapshots.c.commit_id)
    .where(
        branch_snapshots.c.branch_id == bindparam("branch"),
        branch_snapshots.c.commit_id == bindparam("commit"),
    )
    .order_by((snapshots.c.configuration == bindparam("configuration")).desc(), snapshots.c.id.desc())
    .limit(1)
)
"""A commit's snapshot on the base branch, of the same configuration if there is one."""
_CountsKey = tuple[bytes, bytes, frozenset[tuple[str, str]]]
"""The digests of the snapshots of head and base, and the earlier ids of contracts.

A snapshot's id is no key: another one may get that of one that was deleted.
"""


class _Counts(NamedTuple):
    """How many violations a pull request adds and removes; None if that is unknown."""

    added: int | None
    fixed: int | None
    dropped: int | None


_NO_COUNTS = _Counts(None, None, None)


class PullReader:
    """Reads pull requests, and caches the counts of those that were compared."""

    def __init__(self, snapshot_reader: SnapshotReader, violation_comparer: ViolationComparer) -> None:
        self._snapshot_reader = snapshot_reader
        self._violation_comparer = violation_comparer
        self._counts: LruCache[_CountsKey, _Counts] = LruCache(_CACHED_COUNTS)

    def list_pulls(
        self,
        connection: Connection,
        project: str,
        state: PullState,
        *,
        after: int | None,
        limit: int,
        now: int,
    ) -> Page[CountedPullRequest]:
        """List pull requests with their counts, the highest number first."""
        query = _select_pulls().where(projects.c.name == project, *_select_state(state, now))
        if after is not None:
            query = query.where(pulls.c.number < after)
        rows = connection.execute(query.order_by(pulls.c.number.desc()).limit(limit + 1)).all()
        items = tuple(self._count_all(connection, rows[:limit], now))
        return Page[CountedPullRequest](
            items=items, next=str(items[-1].number) if len(rows) > limit else None
        )

    def find_next_closing(self, connection: Connection, project: str, now: int) -> int | None:
        """Return when the next open pull request of a project will have been unseen for too long."""
        query = (
            select(func.min(pulls.c.seen_at))
            .join(projects, projects.c.id == pulls.c.project_id)
            .where(projects.c.name == project, *_select_state(PullState.OPEN, now))
        )
        seen_at = connection.scalar(query)
        return None if seen_at is None else int(seen_at) + SECONDS_UNTIL_CLOSED

    def read_pull(
        self, connection: Connection, project: str, number: int, now: int
    ) -> ComparedPullRequest | None:
        """Return a pull request, compared with its base; None if there is no such one."""
        query = _select_pulls().where(projects.c.name == project, pulls.c.number == number)
        row = connection.execute(query).first()
        if row is None:
            return None
        base = self._find_base(connection, row)
        changes = None if base is None else self._compare(connection, row, base)
        return extend(
            ComparedPullRequest,
            _make_pull(row, base, now),
            causes=None if row.causes is None else tuple(map(Cause.model_validate, row.causes)),
            **_describe_changes(changes),
        )

    def _count_all(
        self, connection: Connection, rows: Sequence[Row[Any]], now: int
    ) -> Iterator[CountedPullRequest]:
        bases = [self._find_base(connection, row) for row in rows]
        pairs = [(row, base) for row, base in zip(rows, bases, strict=True) if base is not None]
        counts = {key: self._counts.get(key) for key in (_make_key(*pair) for pair in pairs)}
        missing = [pair for pair in pairs if counts[_make_key(*pair)] is None]
        if missing:
            counts |= self._count_missing(connection, missing)
        for row, base in zip(rows, bases, strict=True):
            found = None if base is None else counts[_make_key(row, base)]
            yield extend(
                CountedPullRequest, _make_pull(row, base, now), **(found or _NO_COUNTS)._asdict()
            )

    def _count_missing(
        self, connection: Connection, pairs: Sequence[tuple[Row[Any], Row[Any]]]
    ) -> dict[_CountsKey, _Counts]:
        """Count the violations of pull requests beside their bases; what that needs is read at once."""
        snapshot_ids = {number for row, base in pairs for number in (row.snapshot_id, base.id)}
        snapshot_rows = self._snapshot_reader.read_rows(connection, snapshot_ids)
        self._snapshot_reader.cache_violations(connection, snapshot_rows.values())
        compared = [(snapshot_rows[base.id], snapshot_rows[row.snapshot_id]) for row, base in pairs]
        self._violation_comparer.cache_names(connection, compared)
        counts: dict[_CountsKey, _Counts] = {}
        for (row, base), (old, head) in zip(pairs, compared, strict=True):
            renamed = self._add_renamed(connection, row, head)
            counts[_make_key(row, base)] = _count_changes(
                self._violation_comparer.find_difference(connection, old, head, renamed)
            )
        for key, one in counts.items():
            self._counts.put(key, one)
        return counts

    def _compare(self, connection: Connection, row: Row[Any], base: Row[Any]) -> ViolationChanges:
        old, head = (
            self._snapshot_reader.read_row(connection, snapshot)
            for snapshot in (base.id, row.snapshot_id)
        )
        renamed = self._add_renamed(connection, row, head)
        return self._violation_comparer.compare(connection, old, head, renamed)

    def _add_renamed(self, connection: Connection, row: Row[Any], head: Row[Any]) -> dict[str, str]:
        """Return the present id of each earlier one on the base branch, with the head's."""
        contracts = self._snapshot_reader.read_facts(connection, head).contracts
        return add_renamed(row.renamed or {}, contracts)

    def _find_base(self, connection: Connection, row: Row[Any]) -> Row[Any] | None:
        """Return the row of the newest snapshot of the base branch that a pull request descends from.

        The commit that both have in common leads there, or if that is unknown, its own first parents.
        """
        if row.branch_id is None:
            return None
        commit = None
        if row.base_commit is not None:
            key = {"project": row.project_id, "hash": row.base_commit}
            start = connection.scalar(_FIND_COMMIT, key)
            if start is not None:
                commit = commit_links.find_nearest_with_snapshot(connection, start, row.branch_id)
        if commit is None:
            commit = commit_links.find_nearest_ancestor(connection, row.commit_id, row.branch_id)
        if commit is None:
            return None
        key = {"branch": row.branch_id, "commit": commit, "configuration": row.configuration}
        return connection.execute(_FIND_SNAPSHOT, key).one()


def _select_pulls() -> Select[Any]:
    return (
        select(
            pulls,
            commits.c.hash,
            snapshots.c.committed_at,
            snapshots.c.configuration,
            snapshots.c.digest,
            branches.c.id.label("branch_id"),
            branches.c.renamed,
        )
        .join(projects, projects.c.id == pulls.c.project_id)
        .join(commits, commits.c.id == pulls.c.commit_id)
        .join(snapshots, snapshots.c.id == pulls.c.snapshot_id)
        .outerjoin(
            branches,
            (branches.c.project_id == pulls.c.project_id) & (branches.c.name == pulls.c.base_branch),
        )
    )


def _select_state(state: PullState, now: int) -> list[ColumnElement[bool]]:
    since = now - SECONDS_UNTIL_CLOSED
    if state is PullState.OPEN:
        return [pulls.c.merged_at.is_(None), pulls.c.seen_at > since]
    if state is PullState.CLOSED:
        return [or_(pulls.c.merged_at.is_not(None), pulls.c.seen_at <= since)]
    return []


def _make_pull(row: Row[Any], base: Row[Any] | None, now: int) -> PullRequest:
    reason: Literal["merged", "not-seen"] | None = None
    if row.merged_at is not None:
        reason = "merged"
    elif now - row.seen_at >= SECONDS_UNTIL_CLOSED:
        reason = "not-seen"
    return PullRequest(
        number=row.number,
        head_branch=row.head_branch,
        base_branch=row.base_branch,
        head=Moment(row.hash.hex(), row.committed_at),
        base=None if base is None else Moment(base.hash.hex(), base.committed_at),
        base_commit=None if row.base_commit is None else row.base_commit.hex(),
        state="open" if reason is None else "closed",
        reason=reason,
        first_seen_at=row.first_seen_at,
        seen_at=row.seen_at,
        age_days=max(0, now - row.first_seen_at) // DAY,
    )


def _make_key(row: Row[Any], base: Row[Any]) -> _CountsKey:
    return row.digest, base.digest, frozenset((row.renamed or {}).items())


def _count_changes(changes: ViolationDifference) -> _Counts:
    dropped = None if changes.dropped is None else len(changes.dropped)
    return _Counts(len(changes.introduced), len(changes.fixed), dropped)


def _describe_changes(changes: ViolationChanges | None) -> dict[str, Any]:
    """Return the fields of `ComparedPullRequest` that the comparison with the base fills."""
    if changes is None:
        return {"added": None, "fixed": None, "dropped": None, "unknown": None, "added_contracts": ()}
    before, after = changes.contracts_before, changes.contracts_after
    owners = {contract: one.owner for side in (before, after) for contract, one in side.items()}

    def describe(
        identities: Iterable[Identity], violations: Mapping[Identity, Violation]
    ) -> tuple[SnapshotViolation, ...]:
        return tuple(
            SnapshotViolation(
                *identity,
                ghost=violations[identity].ghost,
                replacement=violations[identity].replacement,
                owner=owners[identity[0]],
                occurrences=violations[identity].occurrences,
            )
            for identity in sorted(identities)
        )

    return {
        "added": describe(changes.introduced, changes.after),
        "fixed": describe(changes.fixed, changes.before),
        "dropped": None if changes.dropped is None else describe(changes.dropped, changes.before),
        "unknown": describe(changes.unknown, {**changes.before, **changes.after}),
        "added_contracts": tuple(
            AddedContract(contract, after[contract].name, after[contract].violations)
            for contract in sorted(after.keys() - before.keys())
        ),
    }
