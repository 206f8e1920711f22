"""Rebuilds of branches: interrupted, contested, overtaken by uploads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from archguard_api.store import checkpoints, generations
from tests.api.snapshots import CONTRACT, DAY, START, Edge, commit_id, history, upload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from archguard.snapshot import Upload
    from archguard_api.store import Store

A, B, C = (("shop.a", "shop.old"), ("shop.b", "shop.old"), ("shop.c", "shop.old"))
STEPS: list[list[Edge]] = [[A], [A, B], [B], [B, C], [A, B, C], [], [A], [C], [A, C]]


class _KilledError(BaseException):
    """The process ends here."""


def _add(store: Store, uploads: Iterable[Upload], project: str = "shop") -> None:
    for one in uploads:
        store.add_snapshot(project, one, token_id=None)


def _kill_at(step: int) -> Callable[[], None]:
    """Return a pause that does not return from so many steps on."""
    steps = iter(range(step))

    def pause() -> None:
        if next(steps, None) is None:
            raise _KilledError

    return pause


def _is_rebuilding(store: Store) -> bool:
    branch = store.get_branch("shop")
    assert branch is not None
    return branch.rebuilding


def _count_rows(store: Store) -> list[int]:
    with store._engines.reader.connect() as connection:
        return [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in generations.TABLES
        ]


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let short histories have checkpoints, and rebuilds of several steps."""
    monkeypatch.setattr("archguard_api.store.branch_rebuild.CHECKPOINT_EVERY", 2)
    monkeypatch.setattr("archguard_api.store.branch_writer.CHECKPOINT_EVERY", 2)
    monkeypatch.setattr("archguard_api.store.branch_rebuild.SNAPSHOTS_PER_STEP", 2)
    monkeypatch.setattr("archguard_api.store.branch_rebuild.ROWS_PER_TRANSACTION", 2)


def test_a_rebuild_that_is_killed_anywhere_is_done_by_another_process(
    database: str, open_store: Callable[..., Store]
) -> None:
    uploads = history(STEPS[:6])
    expected = open_store(database)
    _add(expected, uploads, "in-order")
    points = expected.get_trend("in-order", CONTRACT)
    late = 0
    for step in range(2, 200, 5):
        now = [1_800_000_000.0 + 100 * step]
        killed = open_store(database, clock=lambda now=now: now[0])
        _add(killed, [*uploads[:3], *uploads[4:], uploads[3]], f"shop-{step}")
        before = killed.get_trend(f"shop-{step}", CONTRACT)
        killed.upkeep._rebuilds._leases.release = lambda *_, **__: None  # type: ignore[method-assign]
        try:
            while killed.upkeep.rebuild_next(pause=_kill_at(step)):
                pass
        except _KilledError:
            late += 1
        else:
            break
        assert killed.get_trend(f"shop-{step}", CONTRACT) in (before, points)
        now[0] += 60
        resumed = open_store(database, clock=lambda now=now: now[0])
        resumed.upkeep.finish_rebuilds()
        assert resumed.get_trend(f"shop-{step}", CONTRACT) == points
    assert late > 2


def test_what_an_interrupted_rebuild_wrote_is_deleted(store: Store) -> None:
    uploads = history(STEPS)
    _add(store, uploads)
    in_order = _count_rows(store)
    _add(store, [upload("f0", [A], parent="c3", at=START + 20 * DAY)])
    with pytest.raises(_KilledError):
        store.upkeep.rebuild_next(pause=_kill_at(3))
    _add(store, [upload("c9", [A, C], parent="c8", at=START + 30 * DAY)])
    store.upkeep.finish_rebuilds()

    places, points, changes, marks, violations = _count_rows(store)
    assert (places, points, marks, violations) == (10, 10, 4, in_order[4])
    assert changes <= 5  # two positions a step
    assert [one.commit for one in store.get_trend("shop", CONTRACT)] == [
        commit_id(f"c{number}") for number in range(10)
    ]


def test_a_lease_keeps_others_away_until_it_ends(
    database: str, open_store: Callable[..., Store]
) -> None:
    now = [1_800_000_000.0]
    first, second = (open_store(database, clock=lambda: now[0]) for _ in range(2))
    uploads = history(STEPS)
    _add(first, [*uploads[:3], *uploads[4:], uploads[3]])
    busy: list[bool] = []

    def look() -> None:
        if not busy:
            busy.append(True)
            assert second.upkeep.rebuild_next()  # there is one, and somebody else has it
            assert _is_rebuilding(second)

    assert first.upkeep.rebuild_next(pause=look)
    assert not _is_rebuilding(second)
    assert busy


def test_who_has_lost_the_lease_writes_nothing_any_more(
    database: str, open_store: Callable[..., Store]
) -> None:
    now = [1_800_000_000.0]
    slow, quick = (open_store(database, clock=lambda: now[0]) for _ in range(2))
    uploads = history(STEPS)
    _add(slow, [*uploads[:3], *uploads[4:], uploads[3]])
    taken: list[bool] = []

    def fall_asleep() -> None:
        if not taken:
            taken.append(True)
            now[0] += 60
            quick.upkeep.finish_rebuilds()

    slow.upkeep.rebuild_next(pause=fall_asleep)

    _add(quick, uploads, "in-order")
    assert slow.get_trend("shop", CONTRACT) == quick.get_trend("in-order", CONTRACT)
    assert not _is_rebuilding(slow)


@pytest.mark.parametrize("landing", [[9], [5], [1], [9, 10], [1, 9]])
def test_what_is_uploaded_during_a_rebuild_is_part_of_it(store: Store, landing: list[int]) -> None:
    uploads = history([*STEPS, [B], [B, C]])
    first = [number for number in range(9) if number not in (3, *landing)]
    _add(store, [*(uploads[number] for number in first), uploads[3]])
    before = store.get_trend("shop", CONTRACT)
    steps = iter(range(10**6))

    def upload_another() -> None:
        if next(steps) % 5 == 4 and landing:
            assert store.get_trend("shop", CONTRACT) == before
            _add(store, [uploads[landing.pop()]])

    while store.upkeep.rebuild_next(pause=upload_another):
        pass

    assert not landing
    _add(store, sorted(uploads[: len(store.get_trend("shop", CONTRACT))], key=_time), "in-order")
    assert store.get_trend("shop", CONTRACT) == store.get_trend("in-order", CONTRACT)


def _time(one: Upload) -> int:
    return one.snapshot.committed_at


def test_a_state_is_what_its_checkpoint_says() -> None:
    state = checkpoints.unpack_state(checkpoints.pack_state({}, None))

    assert state == ({}, None)
