"""A trend says where its contract stands, and another answer comes when time alone turns that."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from archguard_api.errors import NotFoundError
from archguard_api.models import ProjectSettings
from archguard_api.services.plan_outlook import PlanOutlooks
from archguard_api.services.project_summary import ProjectSummaries
from archguard_api.services.trend import TrendRenderer, TrendWindow
from tests.api.snapshots import CONTRACT, DAY, START, contract, history, upload

if TYPE_CHECKING:
    from archguard.snapshot import Upload
    from archguard_api.store import Store

ALL = TrendWindow(None, None, 100)


@dataclass
class _Clock:
    """Gives a time that a test sets."""

    now: int

    def __call__(self) -> float:
        return self.now


def _render(
    store: Store, clock: _Clock, contract: str | None = None, window: TrendWindow = ALL
) -> dict[str, Any]:
    branch = store.get_branch("shop")
    assert branch is not None
    body, _ = TrendRenderer(PlanOutlooks(), clock).render(store, "shop", branch, contract, window)
    answer: dict[str, Any] = json.loads(body)
    return answer


def _change_contracts(one: Upload, *contracts: dict[str, Any]) -> Upload:
    made = tuple(contract(0, name=each["name"]).model_copy(update=each["update"]) for each in contracts)
    snapshot = one.snapshot.model_copy(update={"contracts": made, "violations": ()})
    return one.model_copy(update={"snapshot": snapshot})


def test_a_trend_turns_stale_when_its_tip_is_older_than_the_limit_and_back_with_the_next(
    store: Store,
) -> None:
    store.add_snapshot("shop", upload("one", [("a", "old")]), token_id=None)
    clock = _Clock(START + 30 * DAY)
    renderer = TrendRenderer(PlanOutlooks(), clock)
    branch = store.get_branch("shop")
    assert branch is not None

    fresh, turns_at = renderer.render(store, "shop", branch, None, ALL)
    assert turns_at == START + 30 * DAY + 1
    clock.now = turns_at
    stale, turns_again_at = renderer.render(store, "shop", branch, None, ALL)

    assert turns_again_at == START + 31 * DAY
    told = json.loads(stale)
    assert (json.loads(fresh)["state"], told["state"]) == ("too-short", "stale")
    assert (told["stale"], told["stale_days"], told["forecast"]["eta"]) == (True, 30, None)
    assert "no snapshot for 30 days" in told["sentence"]
    assert "no snapshot for 30 days" in told["forecast"]["reason"]
    store.add_snapshot("shop", upload("two", parent="one", at=clock.now), token_id=None)
    assert _render(store, clock)["stale"] is False


def test_what_is_asked_for_until_a_day_in_the_past_is_not_stale(store: Store) -> None:
    store.add_snapshot("shop", upload("one", [("a", "old")]), token_id=None)
    clock = _Clock(START + 100 * DAY)

    past = _render(store, clock, window=TrendWindow(None, START + DAY, 100))

    assert (past["stale"], past["stale_days"], past["state"]) == (False, None, "stalled") or (
        past["stale"],
        past["state"],
    ) == (False, "too-short")
    assert _render(store, clock, window=TrendWindow(None, START + 200 * DAY, 100))["stale"] is True


@pytest.mark.parametrize(("limit", "stale"), [(None, False), (200, False), (99, True)])
def test_the_project_s_settings_say_when_it_is_stale(
    limit: int | None, stale: bool, store: Store
) -> None:
    store.add_snapshot("shop", upload("one", [("a", "old")]), token_id=None)
    store.projects.change("shop", settings=ProjectSettings(stale_after_days=limit))
    clock = _Clock(START + 100 * DAY)

    assert _render(store, clock)["stale"] is stale
    summary, _ = ProjectSummaries(clock).get(store, "shop")
    assert summary is not None
    assert (summary.stale, summary.state == "stale") == (stale, stale)


def test_a_sealed_and_stale_contract_is_sealed_as_of_its_snapshot(store: Store) -> None:
    store.add_snapshot("shop", upload("one"), token_id=None)

    told = _render(store, _Clock(START + 100 * DAY))

    assert (told["state"], told["stale"]) == ("sealed", True)
    assert told["sentence"] == "sealed as of the snapshot of 14 Nov; no snapshot for 100 days."


def test_a_repeated_upload_moves_when_it_was_seen_and_not_when_it_was_made(store: Store) -> None:
    one = upload("one", [("a", "old")])
    store.add_snapshot("shop", one, token_id=None)
    first = _render(store, _Clock(START))
    store._uploads._clock = lambda: START + 5 * DAY

    store.add_snapshot("shop", one, token_id=None)

    second = _render(store, _Clock(START))
    assert second["last_commit_at"] == first["last_commit_at"] == "2023-11-14T22:13:20Z"
    assert second["last_seen_at"] == "2023-11-19T22:13:20Z"


def test_a_retired_contract_can_be_asked_for_and_is_in_no_total(store: Store) -> None:
    first, second, third = history([[("a", "old"), ("b", "old")], [("a", "old")], []])
    for one in (
        first,
        second,
        _change_contracts(third, {"name": "new", "update": {}}),
    ):
        store.add_snapshot("shop", one, token_id=None)
    clock = _Clock(START + 3 * DAY)

    told = _render(store, clock, CONTRACT)

    assert (told["state"], told["forecast"]) == ("retired", None)
    assert told["retired"]["open"] == 1
    assert told["retired"]["commit"] == third.snapshot.commit
    assert [point["violations"] for point in told["points"]] == [2, 1]
    assert told["sentence"] == "removed on 16 Nov with 1 import left."
    summary, _ = ProjectSummaries(clock).get(store, "shop")
    assert summary is not None
    assert (summary.violations, summary.contracts, summary.broken) == (0, 1, 0)
    assert {point.violations for point in summary.curve} == {0}
    with pytest.raises(NotFoundError):
        _render(store, clock, "never")


def test_the_trend_of_an_earlier_id_is_the_joined_one_under_the_new_id(store: Store) -> None:
    first, second = history([[("a", "old")], []])
    renamed = _change_contracts(second, {"name": "new", "update": {"previous_ids": (CONTRACT,)}})
    for one in (first, renamed):
        store.add_snapshot("shop", one, token_id=None)

    by_old, by_new = (_render(store, _Clock(START + DAY), name) for name in (CONTRACT, "new"))

    assert by_old == by_new
    assert (by_old["contract"], by_old["previous_ids"]) == ("new", [CONTRACT])
    assert [point["violations"] for point in by_old["points"]] == [1, 0]
    assert by_old["retired"] is None


def test_a_contract_without_verdict_is_a_gap_and_in_no_total(store: Store) -> None:
    first, second = history([[("a", "old")], []])
    gap = _change_contracts(
        second,
        {"name": CONTRACT, "update": {"unjudged": True, "kept": False}},
        {"name": "other", "update": {}},
    )
    for one in (first, gap):
        store.add_snapshot("shop", one, token_id=None)
    clock = _Clock(START + DAY)

    told = _render(store, clock, CONTRACT)

    assert [(point["violations"], point["kept"]) for point in told["points"]] == [
        (1, False),
        (None, None),
    ]
    assert told["state"] != "sealed"
    assert told["sentence"] == "no verdict at the last snapshot."
    assert told["summary"]["now"]["violations"] == 1
    summary, _ = ProjectSummaries(clock).get(store, "shop")
    assert summary is not None
    assert (summary.violations, summary.contracts, summary.broken) == (0, 2, 0)
