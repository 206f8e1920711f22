"""A line's summary is kept with each snapshot, and is that of its points, whatever happened to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, select

from archguard_api.store.schema import summaries
from tests.api.snapshots import contract, fork, history, upload

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archguard.snapshot import Contract, Upload
    from archguard_api.models import LineSummary
    from archguard_api.store import Store

STEPS = [[("a", "old"), ("b", "old")], [("a", "old")], [], [("a", "old")]]


def _read_anew(store: Store, database: str, open_store: Callable[..., Store]) -> LineSummary | None:
    """Return the summary of the points, as if none were kept."""
    rows = store._database.read(lambda connection: connection.execute(select(summaries)).all())
    store._database.write(lambda connection: connection.execute(delete(summaries)))
    anew = open_store(database).get_line_summary("shop")
    store._database.write(
        lambda connection: connection.execute(summaries.insert(), [dict(row._mapping) for row in rows])
    )
    return anew


def _with_contracts(one: Upload, contracts: Sequence[Contract]) -> Upload:
    snapshot = one.snapshot.model_copy(update={"contracts": tuple(contracts)})
    return one.model_copy(update={"snapshot": snapshot})


def _appended() -> list[Upload]:
    return history(STEPS)


def _out_of_order() -> list[Upload]:
    first, second, *rest = history(STEPS)
    return [first, *rest, second]


def _forced() -> list[Upload]:
    return [*history(STEPS), *fork(1, [[("c", "old")], []])]


def _contract_added() -> list[Upload]:
    *before, last = history([[("a", "old")]] * 3)
    return [*before, _with_contracts(last, [*last.snapshot.contracts, contract(0, name="second")])]


def _contract_removed_and_back() -> list[Upload]:
    first, second, third, fourth = history([[]] * 4)
    both = [contract(0), contract(0, name="second")]
    return [
        _with_contracts(first, both),
        _with_contracts(second, both),
        _with_contracts(third, both[:1]),
        _with_contracts(fourth, both),
    ]


def _contract_renamed() -> list[Upload]:
    first, second, third = history([[]] * 3)
    renamed = contract(0, name="renamed").model_copy(
        update={"previous_ids": (first.snapshot.contracts[0].id,)}
    )
    return [first, _with_contracts(second, [renamed]), _with_contracts(third, [renamed])]


def _contract_unjudged() -> list[Upload]:
    first, second, third, fourth = history([[]] * 4)
    unjudged = contract(0).model_copy(update={"unjudged": True})
    return [first, second, _with_contracts(third, [unjudged]), fourth]


@pytest.mark.parametrize(
    "make_uploads",
    [
        _appended,
        _out_of_order,
        _forced,
        _contract_added,
        _contract_removed_and_back,
        _contract_renamed,
        _contract_unjudged,
    ],
)
def test_what_is_kept_is_the_summary_of_the_points(
    make_uploads: Callable[[], list[Upload]], database: str, open_store: Callable[..., Store]
) -> None:
    store = open_store(database)
    for one in make_uploads():
        store.add_snapshot("shop", one, token_id=None)
        store.upkeep.finish_rebuilds()
        while store.upkeep.keep_next_summary():
            pass

        assert open_store(database).get_line_summary("shop") == _read_anew(store, database, open_store)


def test_an_upload_leaves_a_summary_that_another_process_need_not_compute(
    database: str, open_store: Callable[..., Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(database)
    for one in history(STEPS):
        store.add_snapshot("shop", one, token_id=None)
    expected = store.get_line_summary("shop")
    other = open_store(database)
    monkeypatch.setattr(type(other._summaries), "_compute", None)

    assert other.get_line_summary("shop") == expected
    assert other.get_figures()["shop"].violations == 1
    assert not other.upkeep.keep_next_summary()


def test_a_line_without_a_summary_gets_one(database: str, open_store: Callable[..., Store]) -> None:
    store = open_store(database)
    for project in ("shop", "bank"):
        for one in history(STEPS):
            store.add_snapshot(project, one, token_id=None)
    store.add_snapshot("bank", upload("dev", branch="dev"), token_id=None)
    before = open_store(database).get_line_summary("shop")
    store._database.write(lambda connection: connection.execute(delete(summaries)))

    kept = [store.upkeep.keep_next_summary() for _ in range(3)]

    assert kept == [True, True, False]
    assert open_store(database).get_line_summary("shop") == before
