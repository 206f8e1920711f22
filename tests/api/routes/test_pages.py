"""Lists in pages, got as a client gets them: what `next` says goes back over the wire as `after`."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from archguard_api.store.violation_lists import SORT_COLUMNS
from tests.api.serving import SHOP
from tests.api.snapshots import pull_request, upload

if TYPE_CHECKING:
    from typing import Any

    from tests.api.serving import Service

ODD = ' "quoted" \\ \N{SNOWMAN}'
LISTS = [
    "/api/v1/projects?",
    f"{SHOP}/branches?",
    f"{SHOP}/snapshots?",
    f"{SHOP}/snapshots?branch=main",
    f"{SHOP}/pulls?state=all",
    *(f"{SHOP}/violations?branch=odd&sort={sort}" for sort in SORT_COLUMNS),
    f"{SHOP}/violations?branch=odd&sort=importer&descending=true",
    f"{SHOP}/violations?branch=gone&state=fixed",
]


@pytest.fixture
def odd(shop: Service) -> Service:
    """Several of everything, with names that have to be escaped, in JSON and in an address."""
    edges = [(f"{name}{ODD}", "old") for name in "abc"]
    uploads = [
        upload("odd", edges, branch="odd"),
        upload("gone0", edges, branch="gone"),
        upload("gone1", [], parent="gone0", branch="gone"),
        *(upload(branch, branch=branch) for branch in (ODD.strip(), "a b", "z")),
        *(pull_request(number, [], at=3) for number in (2, 10, 2**53 - 1)),
    ]
    for one in uploads:
        assert shop.upload(one).status_code == 201
    assert shop.upload(upload("other"), project="other").status_code == 201
    return shop


def _items(service: Service, path: str) -> list[dict[str, Any]]:
    """A list's items, got one at a time."""
    items: list[dict[str, Any]] = []
    after = ""
    while True:
        answer = service.get(f"{path}&limit=1{after}")
        assert answer.status_code == 200, answer.text
        page = answer.json()
        items += page["items"]
        if page["next"] is None:
            return items
        after = f"&after={quote(page['next'])}"


@pytest.mark.parametrize("path", LISTS)
def test_pages_of_one_follow_each_other_to_the_end_of_the_list(odd: Service, path: str) -> None:
    all_items = odd.get(path).json()["items"]

    assert len(all_items) >= 2
    assert _items(odd, path) == all_items


@pytest.mark.parametrize("after", ["0", "[]", '["a","b","c","d"]', "1.5", "x", r'[1,"\ud800","a","b"]'])
def test_a_cursor_that_a_list_never_gave_is_refused(odd: Service, after: str) -> None:
    answer = odd.get(f"{SHOP}/violations?after={quote(after)}")

    assert answer.status_code == 422
