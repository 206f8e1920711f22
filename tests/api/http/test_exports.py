"""Every list is also a file, with all of its pages; a broken one is not taken for whole."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from archguard_api.http import exports
from archguard_api.http.exports import ExportMiddleware, list_routes
from archguard_api.models import Scope
from tests.api.http.authorization_table import TABLE
from tests.api.serving import SHOP, Service
from tests.api.snapshots import commit_id, contract, pull_request, upload

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Send
    from starlette.types import Scope as AsgiScope

V1 = "/api/v1"
_DOCUMENT = {
    "components": {
        "schemas": {
            "Page": {"properties": {"items": {"type": "array", "items": {"properties": {"n": {}}}}}}
        }
    },
    "paths": {
        "/numbers": {
            "get": {
                "parameters": [{"name": "after"}],
                "responses": {
                    "200": {
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Page"}}
                        }
                    }
                },
            }
        }
    },
}


def _list_paths(shop: Service) -> list[str]:
    """The paths of the authorization table that lead to a list."""
    patterns = [route.pattern for route in list_routes(shop.client.get("/openapi.json").json())]
    paths = [call.path for route, call in TABLE.items() if route.startswith("GET ")]
    return [path for path in paths if any(one.fullmatch(path.partition("?")[0]) for one in patterns)]


@pytest.fixture
def full(shop: Service) -> Service:
    """A project with several of everything."""
    for number in (12, 13):
        assert shop.upload(pull_request(number, [], at=3)).status_code == 201
    plan = TABLE[f"POST {V1}/projects/{{project}}/plans"]
    sent = shop.client.post(
        plan.path, content=plan.body, headers={**dict(plan.headers), **shop.as_(shop.token())}
    )
    assert sent.status_code == 201
    return shop


def test_every_list_is_the_same_in_every_format(full: Service) -> None:
    paths = _list_paths(full)

    assert len(paths) >= 10
    for path in paths:
        joint = "&" if "?" in path else "?"
        answer = full.get(path)
        assert answer.status_code == 200, path
        items = answer.json()["items"]
        lines = full.get(f"{path}{joint}format=ndjson")
        table = full.get(f"{path}{joint}format=csv")
        rows = [*csv.DictReader(io.StringIO(table.text, newline=""))]
        assert lines.headers["content-type"] == "application/x-ndjson"
        assert [json.loads(line) for line in lines.text.splitlines()] == items, path
        assert len(rows) == len(items), path
        assert table.headers["content-type"] == "text/csv; charset=utf-8"


def test_an_export_has_all_pages_under_the_same_filters(shop: Service) -> None:
    edges = [(f"m{number:03}", "old") for number in range(450)]
    assert shop.upload(upload("wide", edges, branch="wide")).status_code == 201
    answer = shop.get(f"{SHOP}/violations?branch=wide&limit=7&sort=importer&format=csv")
    rows = [*csv.DictReader(io.StringIO(answer.text, newline=""))]

    assert [row["importer"] for row in rows] == [importer for importer, _ in edges]
    assert {row["introduced.commit"] for row in rows} == {commit_id("wide")}
    assert answer.headers["content-disposition"] == 'attachment; filename="violations.csv"'
    assert answer.headers["cache-control"] == "private, no-store"
    assert "nosniff" in answer.headers["x-content-type-options"]


def test_an_owner_that_looks_like_a_formula_is_none(shop: Service) -> None:
    sent = upload("formula", [("a", "old")], branch="formula")
    owned = contract(1, owner='=HYPERLINK("http://evil.example")')
    snapshot = sent.snapshot.model_copy(update={"contracts": (owned,)})
    assert shop.upload(sent.model_copy(update={"snapshot": snapshot})).status_code == 201
    answer = shop.get(f"{SHOP}/violations?branch=formula&format=csv")
    (row,) = csv.DictReader(io.StringIO(answer.text, newline=""))

    assert row["owner"] == '\'=HYPERLINK("http://evil.example")'


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/csv", "text/csv"),
        ("application/x-ndjson", "application/x-ndjson"),
        ("text/csv;q=0.5, application/x-ndjson", "application/x-ndjson"),
        ("text/html, application/json;q=0.9, text/csv;q=0.8", "application/json"),
        ("*/*", "application/json"),
        ("text/csv;q=x", "text/csv"),
    ],
)
def test_the_accept_header_chooses_and_the_parameter_wins(shop: Service, accept: str, kind: str) -> None:
    asked, told = (
        shop.get(f"{SHOP}/violations{query}", accept=accept) for query in ("", "?format=json")
    )

    assert asked.headers["content-type"].partition(";")[0] == kind
    assert told.headers["content-type"] == "application/json"


def test_errors_are_those_of_the_list(shop: Service) -> None:
    stranger = shop.as_(shop.token(Scope.READ, "other"))
    path = f"{SHOP}/violations"
    refused = {
        "401": shop.client.get(f"{path}?format=csv"),
        "404": shop.client.get(f"{path}?format=csv", headers=stranger),
        "422": shop.get(f"{path}?format=csv&colour=red"),
    }

    assert {str(answer.status_code) for answer in refused.values()} == set(refused)
    assert refused["404"].content == shop.client.get(path, headers=stranger).content
    for query in ("format=xml", "format=csv&format=json"):
        assert shop.get(f"{path}?{query}").status_code == 422
    assert shop.get(f"{SHOP}?format=csv").status_code == 422  # no list


def _ask_pages(statuses: list[int], rows: int = 1) -> list[Message]:
    """What is sent of a list whose pages end so."""
    sent: list[Message] = []
    pages = iter(range(len(statuses)))

    async def app(_scope: AsgiScope, _receive: Receive, send: Send) -> None:
        number = next(pages)
        following = str(number + 1) if number + 1 < len(statuses) else None
        body = json.dumps({"items": [{"n": number}] * rows, "next": following}).encode()
        await send({"type": "http.response.start", "status": statuses[number], "headers": []})
        await send({"type": "http.response.body", "body": body})

    async def keep(message: Message) -> None:
        sent.append(message)

    async def nothing() -> Message:
        return {"type": "http.request", "body": b""}

    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": "/numbers",
        "query_string": b"format=ndjson",
        "headers": [],
    }
    middleware = ExportMiddleware(app, find_document=lambda: _DOCUMENT)
    asyncio.run(middleware(scope, nothing, keep))
    return sent


def test_a_whole_export_ends_with_its_last_chunk() -> None:
    start, first, last = _ask_pages([200, 200])

    assert start["status"] == 200
    assert (first["body"], first["more_body"]) == (b'{"n":0}\n', True)
    assert (last["body"], last["more_body"]) == (b'{"n":1}\n', False)


def test_an_export_whose_later_page_fails_ends_without_its_last_chunk() -> None:
    _, *bodies = _ask_pages([200, 503])

    assert [message["more_body"] for message in bodies] == [True]


def test_an_export_that_is_too_long_ends_without_its_last_chunk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(exports, "MAX_ROWS", 5)
    _, *bodies = _ask_pages([200] * 9, rows=2)

    assert [message["more_body"] for message in bodies] == [True, True, True]
