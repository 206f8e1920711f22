"""Old graphs dropped over HTTP."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.api.serving import SHOP
from tests.api.snapshots import commit_id

if TYPE_CHECKING:
    from tests.api.serving import Service


def test_old_graphs_go_and_the_trend_stays(shop: Service) -> None:
    admin = shop.as_(shop.token())
    trend = shop.get(f"{SHOP}/trend").json()
    assert shop.get(f"{SHOP}/snapshots/{commit_id('c0')}/graph").status_code == 200

    unchanged = shop.client.post(f"{SHOP}/prune", json={"keep_days": 1}, headers=admin)
    time.sleep(1.1)  # times are whole seconds
    dropped = shop.client.post(f"{SHOP}/prune", json={"keep_days": 0}, headers=admin)

    assert (unchanged.status_code, unchanged.json()["graphs"]) == (200, 0)
    assert (dropped.status_code, dropped.json()["graphs"]) == (200, 3)
    assert shop.get(f"{SHOP}/snapshots/{commit_id('c0')}/graph").status_code == 404
    assert shop.get(f"{SHOP}/snapshots/{commit_id('c3')}/graph").status_code == 200
    assert shop.get(f"{SHOP}/trend").json() == trend


@pytest.mark.parametrize("body", ["{}", '{"keep_days": -1}', '{"keep_days": "9"}', '{"keep": 9}', "9"])
def test_what_says_nothing_to_keep_is_refused(body: str, shop: Service) -> None:
    headers = {**shop.as_(shop.token()), "content-type": "application/json"}

    assert shop.client.post(f"{SHOP}/prune", content=body, headers=headers).status_code == 422
    assert shop.get(f"{SHOP}/snapshots/{commit_id('c0')}/graph").status_code == 200
