"""Plans over HTTP, on both databases."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from archguard_api.models import MAX_PLAN_BYTES, Scope
from tests.api.serving import SHOP, service
from tests.api.snapshots import history

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.api.clock import Clock
    from tests.api.serving import Service

A, B, C = ("shop.a", "shop.old"), ("shop.b", "shop.old"), ("shop.c", "shop.old")


@pytest.fixture
def shop(tmp_path: Path, clock: Clock) -> Iterator[Service]:
    """A service whose project has three violations, of which the last snapshot fixes one."""
    with service(tmp_path, clock=clock) as running:
        for upload in history([[A, B, C], [B, C]]):
            assert running.upload(upload).status_code == 201
        yield running


def make_plan(contract: str, **batches: int | None) -> dict[str, Any]:
    """Return a plan: module -> its batch; None: blocked."""
    return {
        "format_version": 1,
        "counts": {"later": "keys may be added"},
        "violations": [
            {
                "contract": contract,
                "importer": f"shop.{name}",
                "imported": "shop.old",
                "status": "blocked" if batch is None else "ready",
                "code": "missing-symbol" if batch is None else None,
                "batch": batch,
                "line": 3,
            }
            for name, batch in batches.items()
        ],
        "batches": [
            {
                "id": number,
                "owner": "@a",
                "package": "shop",
                "paths": [],
                "violations": 1,
                "predicted": {},
            }
            for number in sorted({batch for batch in batches.values() if batch is not None})
        ],
    }


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
