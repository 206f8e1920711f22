"""The list of projects says where each stands."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from archguard_api.models import ProjectSettings
from archguard_api.services.project_summary import CURVE_POINTS
from tests.api.snapshots import DAY, contract, history, upload

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archguard.snapshot import Upload
    from archguard_api.models import Standing
    from tests.api.serving import Service

TODAY = int(time.time()) // DAY * DAY


def _now(running: Service) -> dict[str, Any]:
    (project,) = running.get("/api/v1/projects").json()["items"]
    found: dict[str, Any] = project["now"]
    return found


def _dated(counts: list[int], *, last: int = TODAY) -> list[Upload]:
    """A history of so many violations, a day between two commits."""
    steps = history([[(f"m{one:03}", "old") for one in range(count)] for count in counts])
    begin = last - (len(counts) - 1) * DAY
    return [
        one.model_copy(
            update={"snapshot": one.snapshot.model_copy(update={"committed_at": begin + at * DAY})}
        )
        for at, one in enumerate(steps)
    ]


def test_a_project_stands_where_its_tip_does(running: Service) -> None:
    for one in _dated([9, 8, 6]):
        running.upload(one)

    now = _now(running)

    assert (now["violations"], now["contracts"], now["broken"], now["unread"]) == (6, 1, 1, 0)
    assert (now["state"], now["lower_bound"], now["change_30_days"]) == ("too-short", False, None)
    assert [one["violations"] for one in now["curve"]] == [9, 8, 6]


@pytest.mark.parametrize(
    ("types", "left"),
    [
        (["canonical"], "3 definitions left"),
        (["deprecated"], "3 imports left"),
        (["canonical", "deprecated"], "6 violations left"),
    ],
)
def test_the_sentence_says_what_is_left(types: list[str], left: str, running: Service) -> None:
    (one,) = _dated([3])
    contracts = [contract(3, name=type_).model_copy(update={"type": type_}) for type_ in types]
    violations = [
        violation.model_copy(update={"contract": type_})
        for type_ in types
        for violation in one.snapshot.violations
    ]
    changed = {"contracts": tuple(contracts), "violations": tuple(violations)}
    running.upload(one.model_copy(update={"snapshot": one.snapshot.model_copy(update=changed)}))

    assert _now(running)["sentence"].startswith(left)


def test_contracts_are_added_up_and_the_worst_one_s_state_is_the_project_s(running: Service) -> None:
    for one in _dated([*range(100, 40, -1)]):
        snapshot = one.snapshot
        sealed = contract(0, name="sealed")
        both = snapshot.model_copy(update={"contracts": (*snapshot.contracts, sealed)})
        running.upload(one.model_copy(update={"snapshot": both}))

    now = _now(running)

    assert (now["violations"], now["contracts"], now["broken"]) == (41, 2, 1)
    assert now["state"] == "shrinking"
    assert now["change_30_days"] == -30


def test_a_project_whose_contracts_have_no_verdict_has_no_count(running: Service) -> None:
    (one,) = _dated([3])
    unjudged = contract(0).model_copy(update={"unjudged": True, "kept": False})
    snapshot = one.snapshot.model_copy(update={"contracts": (unjudged,), "violations": ()})
    running.upload(one.model_copy(update={"snapshot": snapshot}))

    now = _now(running)

    assert (now["violations"], now["contracts"], now["broken"]) == (None, 1, 0)
    assert "no verdict" in now["sentence"]


@pytest.mark.parametrize(
    ("counts", "state"),
    [([*range(10, 70)], "growing"), ([7] * 60, "stalled"), ([*range(59, -1, -1)], "sealed")],
)
def test_the_state_is_the_forecast_s(counts: list[int], state: str, running: Service) -> None:
    for one in _dated(counts):
        running.upload(one)

    assert _now(running)["state"] == state


def test_the_curve_is_thinned_and_keeps_both_ends(running: Service) -> None:
    for one in _dated([*range(200, 100, -1)]):
        running.upload(one)

    curve = [one["violations"] for one in _now(running)["curve"]]

    assert len(curve) <= CURVE_POINTS
    assert (curve[0], curve[-1]) == (200, 101)


def test_it_is_the_default_branch_that_stands(running: Service) -> None:
    running.upload(upload("one", [("a", "old")], branch="main"))
    running.upload(upload("two", [], branch="dev"))
    assert _now(running)["violations"] == 1

    running.store.projects.change("shop", settings=ProjectSettings(default_branch="dev"))

    assert _now(running)["violations"] == 0


def test_a_line_is_read_again_only_when_the_branch_has_changed(
    running: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    ask = running.store.list_standings

    def counted(projects: Sequence[str], *, with_lines: bool) -> Mapping[str, Standing]:
        asked.append(with_lines)
        return ask(projects, with_lines=with_lines)

    monkeypatch.setattr(running.store, "list_standings", counted)
    running.upload(upload("one", [("a", "old")]))
    first, second = _now(running), _now(running)
    assert first == second
    assert asked.count(True) == 1

    running.upload(upload("two", [], parent="one", branch="dev"))
    _now(running)
    assert asked.count(True) == 1

    running.upload(upload("three", [], parent="one"))
    _now(running)
    assert asked.count(True) == 2


def test_an_upload_moves_it_at_once(running: Service) -> None:
    running.upload(upload("one", [("a", "old")], at=TODAY - DAY))
    assert _now(running)["violations"] == 1

    running.upload(upload("two", [], parent="one", at=TODAY))

    assert _now(running)["violations"] == 0
