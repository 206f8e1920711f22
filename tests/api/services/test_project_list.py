"""The list of projects is what the models of it are as JSON, and never older than the projects."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from archguard_api.models import ListedProject, Page, ProjectSettings, extend
from archguard_api.services.project_list import render_projects
from archguard_api.services.project_summary import ProjectSummaries
from tests.api.snapshots import DAY, START, history, upload

if TYPE_CHECKING:
    from archguard_api.store import Store
    from tests.api.clock import Clock

A, B = ("shop.a", "shop.old"), ("shop.b", "shop.old")


def _list(store: Store, summaries: ProjectSummaries) -> bytes:
    page = store.projects.list(None, after=None, limit=3)
    rendered = summaries.list_json(store, [one.name for one in page.items])
    return render_projects(page, {name: body for name, (body, _) in rendered.items()})


def _read_violations(body: bytes) -> dict[str, Any]:
    return {one["name"]: one["now"] and one["now"]["violations"] for one in json.loads(body)["items"]}


def test_it_is_what_the_models_of_it_are_as_json(store: Store, clock: Clock) -> None:
    for name in ("books", "cart", "shop", "zoo"):
        for one in history([[A], [A, B], []]):
            store.add_snapshot(name, one, token_id=None)
    summaries = ProjectSummaries(clock)

    body = _list(store, summaries)

    page = store.projects.list(None, after=None, limit=3)
    items = tuple(
        extend(ListedProject, one, now=ProjectSummaries(clock).get(store, one.name)[0])
        for one in page.items
    )
    assert body.decode() == Page[ListedProject](items=items, next=page.next).model_dump_json()
    assert _read_violations(body) == {"books": 0, "cart": 0, "shop": 0}
    bare = tuple(extend(ListedProject, one, now=None) for one in page.items)
    nothing = render_projects(page, dict.fromkeys(("books", "cart", "shop")))
    assert nothing.decode() == Page[ListedProject](items=bare, next="shop").model_dump_json()


def test_an_upload_changes_one_project_and_a_day_all_of_them(store: Store, clock: Clock) -> None:
    clock.now = START + 2 * DAY
    store._uploads._clock = clock  # nothing but the upload itself says that anything is new
    for name in ("cart", "shop"):
        store.add_snapshot(name, upload("one", [A]), token_id=None)
    summaries = ProjectSummaries(clock)
    assert _read_violations(_list(store, summaries)) == {"cart": 1, "shop": 1}

    store.add_snapshot("shop", upload("two", [A, B], parent="one"), token_id=None)

    assert _read_violations(_list(store, summaries)) == {"cart": 1, "shop": 2}
    clock.now += 40 * DAY
    stale = {
        one["name"]: one["now"]["stale_days"] for one in json.loads(_list(store, summaries))["items"]
    }
    assert stale == {"cart": 42, "shop": 42}


def test_a_setting_changes_what_is_stale_at_once(store: Store, clock: Clock) -> None:
    clock.now = START + 20 * DAY
    store.add_snapshot("shop", upload("one", [A]), token_id=None)
    summaries = ProjectSummaries(clock)
    assert json.loads(_list(store, summaries))["items"][0]["now"]["stale"] is False

    store.projects.change("shop", settings=ProjectSettings(stale_after_days=10))

    assert json.loads(_list(store, summaries))["items"][0]["now"]["stale"] is True
