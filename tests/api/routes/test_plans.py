"""Plans over HTTP, on both databases."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from archguard_api.models import MAX_PLAN_BYTES, ProjectSettings, Scope
from tests.api.plans import deletion, make_plan, make_violation
from tests.api.serving import SHOP, service
from tests.api.snapshots import history

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.api.clock import Clock
    from tests.api.serving import Service

A, B, C = ("shop.a", "shop.old"), ("shop.b", "shop.old"), ("shop.c", "shop.old")


@pytest.fixture
def shop(tmp_path: Path, database: str, clock: Clock) -> Iterator[Service]:
    """A service whose project has three violations, of which the last snapshot fixes one."""
    with service(tmp_path, database=database, clock=clock) as running:
        for upload in history([[A, B, C], [B, C]]):
            assert running.upload(upload).status_code == 201
        yield running


def find_contract(shop: Service) -> str:
    """Return the id of the project's contract."""
    contract: str = shop.get(f"{SHOP}/violations").json()["items"][0]["contract"]
    return contract


def test_a_plan_says_which_batches_are_done(shop: Service) -> None:
    body = json.dumps(make_plan(find_contract(shop), a=1, b=2, c=None)).encode()

    created = shop.send_plan(body)

    assert created.status_code == 201, created.text
    plan = created.json()
    assert [(one["id"], one["violations"], one["left"]) for one in plan["items"]] == [
        (1, 1, 0),
        (2, 1, 1),
    ]
    assert (plan["batches"], plan["batches_done"], plan["ready_left"], plan["blocked_left"]) == (
        2,
        1,
        1,
        1,
    )
    assert plan["codes"] == [{"code": "missing-symbol", "violations": 1, "left": 1}]
    assert plan["sentence"] == "1 of 2 batches is done; 1 violation ready, 1 blocked."
    assert shop.get(f"{SHOP}/plans/newest").json() == plan
    assert shop.send_plan(body).status_code == 200


def test_a_later_snapshot_makes_more_of_it_done(shop: Service) -> None:
    shop.send_plan(json.dumps(make_plan(find_contract(shop), a=1, b=2, c=2)).encode())
    assert shop.get(f"{SHOP}/plans/newest").json()["batches_done"] == 1

    for upload in history([[A, B, C], [B, C], []]):
        shop.upload(upload)

    plan = shop.get(f"{SHOP}/plans/newest").json()
    assert plan["batches_done"] == 2
    assert plan["sentence"] == "2 of 2 batches are done; nothing is left."


def test_the_newest_of_a_branch_come_first_and_old_ones_go(shop: Service) -> None:
    contract = find_contract(shop)
    for number in range(1, 24):
        sent = shop.send_plan(json.dumps(make_plan(contract, a=number)).encode())
        assert sent.status_code == 201
    other = shop.send_plan(json.dumps(make_plan(contract, b=1)).encode(), query="?branch=release")

    assert (other.json()["batches_done"], other.json()["items"][0]["left"]) == (None, None)
    assert other.json()["sentence"] == "The plan has 1 batch; its branch has no snapshot yet."
    first = shop.get(f"{SHOP}/plans?limit=2").json()
    assert [one["branch"] for one in first["items"]] == ["release", "main"]
    rest = shop.get(f"{SHOP}/plans?limit=200&after={first['next']}").json()
    assert (len(rest["items"]), rest["next"]) == (19, None)
    assert len(shop.get(f"{SHOP}/plans?branch=release").json()["items"]) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{}", 422),
        (b"[1", 422),
        (b'{"format_version": 2, "violations": [], "batches": []}', 422),
        (b'{"format_version": 1, "violations": [{}], "batches": []}', 422),
        (json.dumps(make_plan("one\0cart", a=1)).encode(), 422),
        (b" " * (MAX_PLAN_BYTES + 1), 413),
    ],
)
def test_what_is_no_plan_is_refused(shop: Service, body: bytes, status: int) -> None:
    assert shop.send_plan(body).status_code == status
    assert shop.get(f"{SHOP}/plans").json() == {"items": [], "next": None}
    assert shop.get(f"{SHOP}/plans/newest").status_code == 404


def test_a_project_that_nobody_uploaded_has_no_plans(shop: Service) -> None:
    plan = json.dumps(make_plan("one", a=1)).encode()

    assert shop.send_plan(plan, project="none").status_code == 404
    assert shop.get("/api/v1/projects/none/plans").status_code == 404


def test_only_a_token_for_uploads_sends_plans(shop: Service) -> None:
    plan = json.dumps(make_plan("one", a=1)).encode()

    assert shop.send_plan(plan, token=shop.token(Scope.READ, "shop")).status_code == 403
    assert shop.send_plan(plan, token=shop.token(Scope.UPLOAD, "shop")).status_code == 201


def test_a_batch_names_what_is_left_and_what_it_changes(shop: Service) -> None:
    contract = find_contract(shop)
    plan = make_plan(contract, a=1, b=1, c=2)
    plan["counts"]["contracts"] = {contract: 3, "layers": 5}
    for batch, predicted in zip(plan["batches"], (1, 0), strict=True):
        batch["predicted"] = {contract: predicted, "layers": 5}

    first, second = send(shop, plan)["items"]

    assert first["paths"] == ["shop/a.py", "shop/b.py"]
    assert (first["open_paths"], first["left"]) == (["shop/b.py"], 1)
    assert (second["open_paths"], second["left"]) == (["shop/c.py"], 1)
    assert first["changes"] == [{"contract": contract, "before": 3, "after": 1}]
    assert second["changes"] == [{"contract": contract, "before": 1, "after": 0}]


def test_a_plan_of_an_earlier_version_does_not_say_which_files_are_left(shop: Service) -> None:
    plan = make_plan(find_contract(shop), a=1)
    del plan["violations"][0]["path"]
    del plan["counts"]

    (batch,) = send(shop, plan)["items"]

    assert (batch["open_paths"], batch["left"]) == (None, 0)


def test_reasons_are_told_in_words_with_the_imports_that_are_open(shop: Service) -> None:
    contract = find_contract(shop)
    plan = make_plan(contract, a=None, b=None, c=None)
    plan["violations"][2] |= {"code": "star-import", "reason": "No names.", "leaves_with": "shop.old"}

    told = send(shop, plan)

    assert told["codes"] == [
        {"code": "missing-symbol", "violations": 2, "left": 1},
        {"code": "star-import", "violations": 1, "left": 1},
    ]
    assert told["reasons"] == [
        {
            "code": "missing-symbol",
            "reason": "shop.new has no total.",
            "violations": 2,
            "left": 1,
            "imports": [
                {
                    "contract": contract,
                    "importer": "shop.b",
                    "imported": "shop.old",
                    "path": "shop/b.py",
                    "line": 3,
                    "leaves_with": None,
                }
            ],
        },
        {
            "code": "star-import",
            "reason": "No names.",
            "violations": 1,
            "left": 1,
            "imports": [
                {
                    "contract": contract,
                    "importer": "shop.c",
                    "imported": "shop.old",
                    "path": "shop/c.py",
                    "line": 3,
                    "leaves_with": "shop.old",
                }
            ],
        },
    ]


def test_violations_that_came_after_the_plan_are_counted(shop: Service) -> None:
    told = send(shop, make_plan(find_contract(shop), a=1, b=2))

    assert told["unplanned"] == 1
    assert told["sentence"] == (
        "1 of 2 batches is done; 1 violation ready, 0 blocked; 1 violation came after it."
    )


@pytest.mark.parametrize(
    ("batches", "step", "left", "sentence"),
    [
        ({"a": 1, "b": 2, "c": 3}, deletion("shop.old"), 2, "After batch 3."),
        ({"a": 1, "b": 2, "c": 3}, deletion("shop.odd"), 0, "Now: nothing imports it any more."),
        (
            {"a": 1, "b": 2, "c": None},
            deletion("shop.old", importers=["shop.c"]),
            2,
            "Not yet: 1 import would be left after all batches.",
        ),
        # The plan does not have the import by c.
        ({"b": 1}, deletion("shop.old"), 2, "Not yet: 1 import would be left after all batches."),
        # No violation stands for d: an exception, for example.
        (
            {"b": 1, "c": 1},
            deletion("shop.old", importers=["shop.d"]),
            2,
            "Not yet: 1 import would be left after all batches.",
        ),
        (
            {"a": 1, "b": 2, "c": 2},
            deletion("shop.old", after=["shop.even.older"]),
            2,
            "After batch 2, shop.even.older.",
        ),
        ({"a": 1}, deletion("shop.odd", "shop.ode"), 0, "Now: nothing imports them any more."),
    ],
)
def test_modules_can_be_deleted_when_nothing_imports_them(
    shop: Service, batches: dict[str, int | None], step: dict[str, Any], left: int, sentence: str
) -> None:
    plan = {**make_plan(find_contract(shop), **batches), "delete_order": [step]}

    (told,) = send(shop, plan)["deletions"]

    assert (told["modules"], told["left"], told["sentence"]) == (step["modules"], left, sentence)


def test_own_tests_are_not_waited_for(shop: Service) -> None:
    plan = make_plan(find_contract(shop), a=1, b=None, c=None)
    for one in plan["violations"][1:]:
        one["leaves_with"] = "shop.old"
    plan["delete_order"] = [deletion("shop.old", own_tests=["tests/test_b.py"])]

    (told,) = send(shop, plan)["deletions"]

    assert (told["left"], told["own_tests"]) == (0, ["tests/test_b.py"])
    assert told["sentence"] == "Now: nothing imports it any more."


def test_one_contract_of_a_plan_can_be_asked_for(shop: Service) -> None:
    contract = find_contract(shop)
    plan = make_plan(contract, a=1, b=2, c=None)
    plan["violations"].append(make_violation("zoo", "d", 3))
    plan["batches"].append({**plan["batches"][0], "id": 3})
    send(shop, plan)

    both = shop.get(f"{SHOP}/plans/newest").json()
    told = shop.get(f"{SHOP}/plans/newest?contract={contract}").json()
    other = shop.get(f"{SHOP}/plans/newest?contract=zoo").json()

    assert both["contracts"] == told["contracts"] == other["contracts"] == [contract, "zoo"]
    assert [one["id"] for one in both["items"]] == [1, 2, 3]
    assert [one["id"] for one in told["items"]] == [1, 2]
    assert told["sentence"] == "1 of 2 batches is done; 1 violation ready, 1 blocked."
    assert [one["id"] for one in other["items"]] == [3]
    assert other["sentence"] == "1 of 1 batch is done; nothing is left."
    assert shop.get(f"{SHOP}/plans/newest?contract=none").status_code == 404


def test_where_a_contract_stands_says_what_is_ready(shop: Service) -> None:
    contract = find_contract(shop)
    shop.store.projects.change("shop", settings=ProjectSettings(stale_after_days=None))
    before = shop.get(f"{SHOP}/trend").json()
    assert before["plan"] is None

    created = send(shop, make_plan(contract, a=1, b=1, c=None))

    trend = shop.get(f"{SHOP}/trend").json()
    (listed,) = shop.get(SHOP).json()["contracts"]
    assert trend["plan"] == listed["plan"]
    assert trend["plan"] == {
        "plan": created["id"],
        "received_at": created["received_at"],
        "ready": 1,
        "blocked": 1,
        "unplanned": 0,
    }
    assert trend["sentence"] == listed["sentence"]
    assert trend["sentence"] == f"{before['sentence'][:-1]}; 1 is ready to fix, 1 is blocked."
    # A plan changes no date.
    assert trend["forecast"] == before["forecast"]
    assert shop.get(f"{SHOP}/trend?branch=main").json()["plan"] == trend["plan"]

    send(shop, make_plan(contract, b=1, c=1))
    assert shop.get(f"{SHOP}/trend").json()["plan"]["ready"] == 2
    assert "2 are ready to fix." in shop.get(SHOP).json()["contracts"][0]["sentence"]

    for upload in history([[A, B, C], [B, C], [A, B]]):
        shop.upload(upload)
    plan = shop.get(f"{SHOP}/trend").json()["plan"]
    assert (plan["ready"], plan["blocked"], plan["unplanned"]) == (1, 0, 1)
    sentence = shop.get(SHOP).json()["contracts"][0]["sentence"]
    assert "1 is ready to fix, 1 is not in the plan." in sentence


def test_the_sentence_of_a_stale_branch_does_not_say_what_is_ready(shop: Service) -> None:
    send(shop, make_plan(find_contract(shop), a=1, b=1, c=None))

    trend = shop.get(f"{SHOP}/trend").json()

    assert (trend["stale"], trend["plan"]["ready"]) == (True, 1)
    assert "ready to fix" not in trend["sentence"]


def test_a_plan_of_another_branch_or_contract_says_nothing_of_this_one(shop: Service) -> None:
    shop.store.projects.change("shop", settings=ProjectSettings(stale_after_days=None))
    send(shop, make_plan("zoo", a=1, b=1))
    shop.send_plan(json.dumps(make_plan(find_contract(shop), b=1)).encode(), query="?branch=release")

    assert shop.get(f"{SHOP}/trend").json()["plan"] is None
    assert "ready to fix" not in shop.get(f"{SHOP}/trend").json()["sentence"]


def send(shop: Service, plan: dict[str, Any]) -> dict[str, Any]:
    """Send a plan, and return what is left of it."""
    answer = shop.send_plan(json.dumps(plan).encode())
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


@pytest.mark.parametrize("change", [{"name": "store"}, {"settings": {"default_branch": "dev"}}])
def test_the_answer_to_a_change_says_what_the_plan_of_its_branch_says(
    shop: Service, change: dict[str, Any]
) -> None:
    shop.upload(history([[]], branch="dev", prefix="d")[0])
    send(shop, make_plan(find_contract(shop), a=1, b=None))

    changed = shop.client.patch(SHOP, json=change, headers=shop.as_(shop.token(Scope.ADMIN))).json()

    (told,) = changed["contracts"]
    (listed,) = shop.get(f"/api/v1/projects/{changed['name']}").json()["contracts"]
    assert told == listed
    assert (told["plan"] is None) == ("settings" in change)
