"""Changing a project: its settings, and which graphs are kept."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from archguard_api.store import Store
from tests.api.serving import SHOP
from tests.api.snapshots import DAY, commit_id, upload

if TYPE_CHECKING:
    from tests.api.serving import Service

FORGES = [
    "https://github.com/shop/shop/blob/{commit}/{path}#L{line}",
    "https://gitlab.example.org/shop/shop/-/blob/{commit}/{path}#L{line}",
    "https://bitbucket.org/shop/shop/src/{commit}/{path}#lines-{line}",
    "http://gitea.local:3000/shop/shop/src/commit/{commit}/{path}#L{line}",
    "http://[::1]:8080/{path}?at={commit}",
]


@pytest.mark.parametrize("link", FORGES)
def test_a_link_to_a_forge_is_kept(link: str, shop: Service) -> None:
    settings = {"link": link, "default_branch": "main"}

    changed = shop.client.patch(SHOP, json={"settings": settings}, headers=shop.as_(shop.token()))

    assert changed.status_code == 200
    assert shop.get(SHOP).json()["settings"] == settings


@pytest.mark.parametrize(
    "link",
    [
        "",
        "javascript:alert(1)//{path}",
        "data:text/html,{path}",
        "//example.org/{path}",
        "ftp://example.org/{path}",
        "HTTPS:{path}",
        "https:///{path}",
        "https://{path}",
        "https://{path}/x",
        "https://example.org{path}",
        "https://git:secret@example.org/{path}",
        "https://example.org\\@evil.org/{path}",
        "https://example.org/no/place/in/it",
        "https://example.org/{branch}/{path}",
        "https://example.org/{path",
        "https://example.org/{path} x",
        "https://example.org/{path}\n",
        "https://example.org/\u202e{path}",
        " https://example.org/{path}",
    ],
)
def test_a_link_that_leads_elsewhere_is_refused(link: str, shop: Service) -> None:
    changed = shop.client.patch(SHOP, json={"settings": {"link": link}}, headers=shop.as_(shop.token()))

    assert changed.status_code == 422
    assert changed.json()["errors"][0]["at"] == "settings"
    assert shop.get(SHOP).json()["settings"] == {}


def test_graphs_of_old_snapshots_go_and_the_answer_says_how_many(running: Service) -> None:
    url = running.app.state.archguard.settings.database_url
    with closing(Store(url, clock=lambda: time.time() - 40 * DAY)) as then:
        for number in range(3):
            one = upload(f"c{number}", [(f"m{number}", "old")], parent=f"c{number - 1}")
            then.add_snapshot("shop", one, token_id=None)
    running.upload(upload("c3", [("m3", "old")], parent="c2"))

    def prune(days: int) -> dict[str, int]:
        answer = running.client.post(
            f"{SHOP}/prune", json={"keep_days": days}, headers=running.as_(running.token())
        )
        assert answer.status_code == 200
        found: dict[str, int] = answer.json()
        return found

    assert prune(41) == {"graphs": 0, "bytes": 0}
    pruned = prune(39)
    assert pruned["graphs"] == 3
    assert pruned["bytes"] > 0
    assert running.get(f"{SHOP}/snapshots/{commit_id('c0')}/graph").status_code == 404
    assert running.get(f"{SHOP}/snapshots/{commit_id('c3')}/graph").status_code == 200
    assert len(running.get(f"{SHOP}/trend").json()["points"]) == 4


@pytest.mark.parametrize(
    "body", ["{}", '{"keep_days": 0}', '{"keep_days": "9"}', '{"keep_days": true}', '{"days": 1}', "[]"]
)
def test_what_says_nothing_to_keep_is_refused(body: str, shop: Service) -> None:
    answer = shop.client.post(
        f"{SHOP}/prune",
        content=body,
        headers={**shop.as_(shop.token()), "content-type": "application/json"},
    )

    assert answer.status_code == 422
    assert shop.get(f"{SHOP}/snapshots/{commit_id('c0')}/graph").status_code == 200
