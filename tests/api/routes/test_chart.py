"""The chart's address: what it takes, who sees it, and how long it may be kept."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from archguard_api.models import Scope
from archguard_api.services.chart import THEMES
from tests.api.clock import NOW, Clock
from tests.api.serving import SHOP, Service, service
from tests.api.snapshots import DAY, upload

if TYPE_CHECKING:
    from pathlib import Path

CHART = "/chart/shop.svg"
SVG = "{http://www.w3.org/2000/svg}"


def _read_texts(body: str) -> list[str | None]:
    return [text.text for text in ET.fromstring(body).iter(f"{SVG}text")]


def test_it_carries_the_sentence_of_the_trend(shop: Service) -> None:
    answer = shop.get(f"{CHART}?contract=no-old&range=all&theme=dark")
    trend = shop.get(f"{SHOP}/trend?contract=no-old").json()

    assert answer.headers["content-type"] == "image/svg+xml"
    assert _read_texts(answer.text)[:2] == ["no-old", trend["sentence"]]
    assert THEMES["dark"].background in answer.text


def test_a_range_begins_so_many_days_ago(tmp_path: Path, clock: Clock) -> None:
    with service(tmp_path, clock=clock) as running:
        for days in (400, 100, 40, 10):
            at = NOW - days * DAY
            assert running.upload(upload(days, [("a", "old")], at=at)).status_code == 201
        firsts = {
            chosen: _read_texts(running.get(f"{CHART}?range={chosen}").text)[-2]
            for chosen in ("90d", "1y", "all")
        }
        recent = _read_texts(running.get(f"{CHART}?range=30d").text)

    assert firsts == {"90d": "2026-12-06", "1y": "2026-10-07", "all": "2025-12-11"}
    assert recent[-1] == "2027-01-05"


@pytest.mark.parametrize("query", ["range=2d", "theme=pink", "token=agp_x", "contract=%00"])
def test_what_it_does_not_know_is_refused(shop: Service, query: str) -> None:
    assert shop.get(f"{CHART}?{query}").status_code == 422


def test_what_may_not_be_seen_is_the_picture_of_what_does_not_exist(shop: Service) -> None:
    foreign = shop.as_(shop.token(Scope.READ, "other"))
    asked = [
        shop.client.get(path, headers=headers)
        for path in (CHART, "/chart/absent.svg")
        for headers in ({}, foreign)
    ]
    asked += [shop.get(f"{CHART}?contract=none"), shop.get(f"{CHART}?branch=none")]

    assert {answer.status_code for answer in asked} == {200}
    assert len({answer.content for answer in asked}) == 1
    assert _read_texts(asked[0].text) == ["unknown"]
    assert shop.get(CHART).content != asked[0].content


def test_only_what_anybody_sees_may_lie_in_a_shared_cache(shop: Service) -> None:
    anybody, somebody = shop.client.get(CHART), shop.get(CHART)
    again = shop.get(CHART, **{"if-none-match": somebody.headers["etag"]})

    assert anybody.headers["cache-control"] == "max-age=60"
    assert somebody.headers["cache-control"] == "private, max-age=60"
    assert somebody.headers["vary"] == "Authorization, Cookie"
    assert (again.status_code, again.content) == (304, b"")
