"""What branches say, whatever the order in which their snapshots came."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archguard_api.models import ProjectSettings
from archguard_api.store import Store, upgrade_schema
from tests.api.snapshots import CONTRACT, DAY, START, Edge, commit_id, fork, history, upload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from archguard.snapshot import Upload

A, B, C = (("shop.a", "shop.old"), ("shop.b", "shop.old"), ("shop.c", "shop.old"))
STEPS: list[list[Edge]] = [[A], [A, B], [B], [B, C], [A, B, C]]
COUNTS = [(1, 1, 0, 0), (2, 1, 0, 0), (1, 0, 1, 0), (2, 1, 0, 0), (3, 1, 0, 1)]
"""(violations, added, fixed, reintroduced) of each of `STEPS`."""


def _add(store: Store, uploads: Iterable[Upload], project: str = "shop") -> None:
    for one in uploads:
        store.add_snapshot(project, one, token_id=None)
    store.upkeep.finish_rebuilds(project)


def _counts(
    store: Store, branch: str = "main", project: str = "shop"
) -> list[tuple[int | None, int, int, int]]:
    return [
        (one.violations, one.added, one.fixed, one.reintroduced)
        for one in store.get_trend(project, CONTRACT, branch)
    ]


def _commits(store: Store, branch: str = "main") -> list[str]:
    return [one.commit for one in store.get_trend("shop", CONTRACT, branch)]


def test_a_history_in_order_is_its_trend(store: Store) -> None:
    for number, one in enumerate(history(STEPS), 1):
        _add(store, [one])
        assert _counts(store) == COUNTS[:number]
    branch = store.get_branch("shop")
    assert branch is not None
    assert (branch.snapshots, branch.tip and branch.tip.commit) == (5, commit_id("c4"))


@pytest.mark.parametrize("order", [[4, 3, 2, 1, 0], [2, 0, 4, 1, 3], [0, 1, 2, 4, 3]])
def test_out_of_order_it_is_the_same(store: Store, order: list[int]) -> None:
    uploads = history(STEPS)
    for number in order:
        _add(store, [uploads[number]])
        store.get_trend("shop", CONTRACT, "main")

    assert _counts(store) == COUNTS
    assert [
        one.commit for one in store.list_snapshots("shop", branch="main", after=None, limit=9).items
    ] == [commit_id(f"c{number}") for number in (4, 3, 2, 1, 0)]


def test_a_shallow_clone_knows_only_the_parent(store: Store) -> None:
    _add(store, (one.model_copy(update={"ancestors": ()}) for one in history(STEPS)))

    assert _counts(store) == COUNTS


def test_a_gap_in_what_was_uploaded_is_none_in_the_line(store: Store) -> None:
    uploads = history(STEPS)
    _add(store, [uploads[0], uploads[4]])

    assert _counts(store) == [(1, 1, 0, 0), (3, 2, 0, 0)]


def test_after_a_force_push_the_trend_is_that_of_the_commits_that_are_there(store: Store) -> None:
    _add(store, history(STEPS[:4]))
    assert len(_counts(store)) == 4

    _add(store, fork(1, [[], [C]]))

    assert _commits(store) == [commit_id(name) for name in ("c0", "c1", "f0", "f1")]
    assert _counts(store) == [*COUNTS[:2], (0, 0, 2, 0), (1, 1, 0, 0)]


def test_a_force_push_back_is_seen_though_the_snapshot_was_there_already(store: Store) -> None:
    _add(store, history(STEPS[:4]))
    _add(store, fork(1, [[], [C]]))
    _counts(store)

    _add(store, history(STEPS[:4])[-1:])

    assert _counts(store) == COUNTS[:4]


def test_a_job_that_is_run_again_on_an_old_commit_changes_only_when_it_was_seen(
    store: Store,
) -> None:
    _add(store, history(STEPS))
    before = store.get_branch("shop")

    _add(store, history(STEPS)[1:2])

    after = store.get_branch("shop")
    assert before is not None
    assert after is not None
    assert replace(after, seen_at=before.seen_at) == before


def test_two_branches_share_commits_and_keep_their_own_stories(store: Store) -> None:
    _add(store, history(STEPS[:2]))
    _add(store, (one.model_copy(update={"branch": "dev"}) for one in history(STEPS[:2])))
    _add(store, fork(1, [[B], [A]], branch="dev"))
    _add(store, history(STEPS)[2:])

    assert _counts(store) == COUNTS
    assert _counts(store, "dev") == [*COUNTS[:2], (1, 0, 1, 0), (1, 1, 1, 1)]


def test_links_that_another_branch_teaches_put_a_line_in_order(store: Store) -> None:
    late = upload("x", [B], parent="p", at=START + DAY)
    early = upload("y", [A], at=START + 5 * DAY)
    _add(store, [late, early])
    assert _commits(store) == [commit_id("x"), commit_id("y")]

    _add(store, [upload("z", [], parent="p", ancestors=["y"], branch="dev")])

    assert _commits(store) == [commit_id("y"), commit_id("x")]


@pytest.mark.parametrize("years", [-10, 10])
def test_a_date_ten_years_off_moves_nothing(store: Store, years: int) -> None:
    uploads = history(STEPS)
    wrong = uploads[2].snapshot.committed_at + years * 365 * DAY
    uploads[2] = uploads[2].model_copy(
        update={"snapshot": uploads[2].snapshot.model_copy(update={"committed_at": wrong})}
    )
    _add(store, uploads)

    assert _counts(store) == COUNTS
    assert store.get_trend("shop", CONTRACT, "main")[2].committed_at == wrong


def test_a_fast_forward_appends_what_stood_on_another_branch(store: Store) -> None:
    _add(store, history(STEPS[:1]))
    _add(store, history(STEPS, branch="dev")[1:])
    _add(store, history(STEPS)[-1:])

    assert _counts(store) == [(1, 1, 0, 0), (3, 2, 0, 0)]
    assert _counts(store, "dev") == [(2, 2, 0, 0), *COUNTS[2:]]


def test_the_default_branch_is_a_usual_one_or_the_first_or_the_one_that_is_set(store: Store) -> None:
    def default() -> str | None:
        project = store.get_project("shop")
        return None if project is None else project.default_branch

    _add(store, history(STEPS[:1], branch="trunk"))
    assert default() == "trunk"
    _add(store, history(STEPS[:1], branch="master"))
    assert default() == "master"
    _add(store, history(STEPS[:1], branch="main"))
    assert default() == "main"
    store.projects.change("shop", settings=ProjectSettings(default_branch="trunk"))
    assert default() == "trunk"
    assert store.get_settings("shop") == ProjectSettings(default_branch="trunk")


class _Rows:
    """All that a branch's line consists of, as it stands in the tables."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path)

    def of(self, project: str) -> list[list[tuple[Any, ...]]]:
        visible = (
            "JOIN branches b ON b.id = t.branch_id AND t.since <= b.epoch AND b.epoch < t.until "
            "JOIN projects p ON p.id = b.project_id WHERE p.name = ?"
        )
        columns = {
            "points": "contract_id, position, snapshot_id, violations, added, fixed, reintroduced",
            "violations": "contract_id, importer_id, imported_id, first_id, introduced_id, fixed_id",
            "places": "position, snapshot_id",
        }
        queries = [
            f"SELECT t.branch_id, {names} FROM {table} t {visible} ORDER BY 1, 2, 3"
            for table, names in columns.items()
        ]
        line = "SELECT b.id, length, reached, tip_id FROM branches b"
        queries.append(f"{line} JOIN projects p ON p.id = b.project_id WHERE p.name = ? ORDER BY 1")
        return [self._connection.execute(query, (project,)).fetchall() for query in queries]

    def stale(self, project: str) -> int:
        of = "SELECT id FROM projects WHERE name = ?"
        query = f"SELECT count(*) FROM branches WHERE project_id IN ({of}) AND stale"
        return int(self._connection.execute(query, (project,)).fetchone()[0])

    def make_stale(self) -> None:
        with self._connection:
            self._connection.execute("UPDATE branches SET stale = 1, version = version + 1")

    def close(self) -> None:
        self._connection.close()


@pytest.fixture(scope="module")
def laws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, _Rows, Callable[[], str]]]:
    """One SQLite store for all examples, each of which is a project of its own."""
    path = tmp_path_factory.mktemp("laws") / "archguard.db"
    upgrade_schema(f"sqlite:///{path}")
    store, rows = Store(f"sqlite:///{path}", reserve_bytes=0), _Rows(str(path))
    names = (f"p{number}" for number in range(10**9))
    yield store, rows, lambda: next(names)
    rows.close()
    store.close()


_EDGES = st.lists(st.sampled_from([A, B, C]), max_size=3)
_COMMITS = st.lists(
    st.tuples(
        st.integers(0, 9),  # how far back the parent is
        _EDGES,
        st.sampled_from([0, 0, 0, -3650, 3650]),  # days that the clock is off
        st.integers(0, 3),  # ancestors that the client knows
        st.sampled_from(["main", "main", "dev"]),
    ),
    min_size=1,
    max_size=10,
)


def _grown(commits: Sequence[tuple[int, list[Edge], int, int, str]]) -> list[Upload]:
    """A random repository: each commit's first parent is one of those before it, or none."""
    parents: list[int | None] = []
    uploads = []
    for number, (back, edges, days, known, branch) in enumerate(commits):
        parent = number - 1 - back % 3 if back < 9 else -1
        parents.append(parent if parent >= 0 else None)
        chain: list[int] = []
        at = parents[number]
        while at is not None:
            chain.append(at)
            at = parents[at]
        uploads.append(
            upload(
                f"r{number}",
                edges,
                parent=f"r{chain[0]}" if chain else None,
                ancestors=[f"r{one}" for one in chain[1 : 1 + known]],
                at=START + (10 * number + days) * DAY,
                branch=branch,
            )
        )
    return uploads


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_COMMITS, st.randoms(use_true_random=False), st.booleans())
def test_appending_and_making_anew_give_the_same_rows(
    laws: tuple[Store, _Rows, Callable[[], str]],
    commits: list[tuple[int, list[Edge], int, int, str]],
    random: Any,
    shuffled: bool,
) -> None:
    store, rows, name = laws
    project = name()
    uploads = _grown(commits)
    if shuffled:
        random.shuffle(uploads)
    for one in uploads:
        _add(store, [one, *([random.choice(uploads)] if random.random() < 0.2 else [])], project)
        appended = rows.of(project)
        rows.make_stale()
        store.upkeep.finish_rebuilds(project)
        assert rows.of(project) == appended
        assert not rows.stale(project)


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_EDGES, min_size=1, max_size=7), st.data())
def test_any_order_of_upload_of_one_linear_history_gives_the_same_points(
    laws: tuple[Store, _Rows, Callable[[], str]], steps: list[list[Edge]], data: st.DataObject
) -> None:
    store, _, name = laws
    project = name()
    uploads = history(steps)
    known = data.draw(st.lists(st.integers(1, 6), min_size=len(uploads), max_size=len(uploads)))
    uploads = [
        one.model_copy(update={"ancestors": one.ancestors[:count]})
        for one, count in zip(uploads, known, strict=True)
    ]
    for number in data.draw(st.permutations(range(len(uploads)))):
        _add(store, [uploads[number]], project)
        if data.draw(st.booleans()):
            store.get_trend(project, CONTRACT, "main")

    in_order = name()
    _add(store, uploads, in_order)
    assert store.get_trend(project, CONTRACT, "main") == store.get_trend(in_order, CONTRACT, "main")
    assert [one.violations for one in store.get_trend(project, CONTRACT, "main")] == [
        len(set(edges)) for edges in steps
    ]


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_COMMITS, st.data())
def test_any_order_of_upload_of_any_repository_gives_the_same_trend(
    laws: tuple[Store, _Rows, Callable[[], str]],
    commits: list[tuple[int, list[Edge], int, int, str]],
    data: st.DataObject,
) -> None:
    store, _, name = laws
    uploads = _grown(
        [(back, edges, min(days, 0), known, "main") for back, edges, days, known, _ in commits]
    )
    shuffled, in_order = name(), name()
    for number in data.draw(st.permutations(range(len(uploads)))):
        store.add_snapshot(shuffled, uploads[number], token_id=None)
        if data.draw(st.booleans()):
            store.upkeep.finish_rebuilds(shuffled)
    store.upkeep.finish_rebuilds(shuffled)
    _add(store, uploads, in_order)

    assert store.get_trend(shuffled, CONTRACT, "main") == store.get_trend(in_order, CONTRACT, "main")


def test_a_read_never_rebuilds(store: Store) -> None:
    uploads = history(STEPS)
    _add(store, [*uploads[:2], *uploads[3:]])
    before = store.get_trend("shop", CONTRACT)

    store.add_snapshot("shop", uploads[2], token_id=None)

    branch = store.get_branch("shop")
    assert branch is not None
    assert (branch.rebuilding, branch.snapshots) == (True, 4)
    assert store.get_trend("shop", CONTRACT) == before
    assert store.get_snapshot("shop", commit_id("c2")) is not None
    store.upkeep.finish_rebuilds()
    branch = store.get_branch("shop")
    assert branch is not None
    assert (branch.rebuilding, branch.snapshots) == (False, 5)
    assert _counts(store) == COUNTS


def test_the_snapshots_of_the_builders_are_valid() -> None:
    for one in [*history(STEPS), *fork(1, [[A]])]:
        assert one == type(one).model_validate_json(one.model_dump_json())
