"""NUL in any string gets the same answer from both databases: a 4xx, and nothing is stored."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from archguard.snapshot.codec import encode
from tests.api.serving import SHOP, Service, service
from tests.api.snapshots import commit_id, upload

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

_VALUES = {
    "project": "shop",
    "commit": commit_id("one"),
    "module": "a",
    "branch": "main",
    "contract": "one",
    "number": "12",
    "rule": "0123456789ab",
    "publisher": "0123456789ab",
    "token_id": "a1B2c3D4",
}
_JSON = {"content-type": "application/json"}


def _addresses(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(method, address) with NUL in one path or query parameter after the other."""
    for path, methods in document["paths"].items():
        names = re.findall(r"\{(\w+)\}", path)
        for method, operation in methods.items():
            for bad in names:
                yield (
                    method,
                    path.format(**{name: quote(_VALUES[name]) for name in names} | {bad: "a%00"}),
                )
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "query":
                    query = f"?{parameter['name']}=a%00b"
                    yield method, path.format(**{name: quote(_VALUES[name]) for name in names}) + query


def _strings(node: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(node, str):
        yield way
    elif isinstance(node, (dict, list)):
        for key, part in node.items() if isinstance(node, dict) else enumerate(node):
            yield from _strings(part, (*way, key))


def _with_nul(body: Any, way: tuple[Any, ...]) -> bytes:
    copy = json.loads(json.dumps(body))
    inner = copy
    for key in way[:-1]:
        inner = inner[key]
    inner[way[-1]] += "\0"
    return json.dumps(copy).encode()


def _bodies() -> Iterator[tuple[str, str, bytes]]:
    sent = json.loads(encode(upload("two", [("a", "old")], parent="one")))
    for way in _strings(sent):
        yield "post", f"{SHOP}/snapshots", _with_nul(sent, way)
    settings = {"link": "https://example.org/{path}", "default_branch": "main"}
    for way in _strings({"settings": settings}):
        yield "patch", SHOP, _with_nul({"settings": settings}, way)
    rule = {
        "channel": "webhook",
        "target": "https://example.org/",
        "events": ["sealed"],
        "name": "the team",
        "owner": "@team",
    }
    for way in _strings(rule):
        yield "post", f"{SHOP}/notifications", _with_nul(rule, way)
    publisher = {
        "provider": "github",
        "issuer": "https://gitlab.com",
        "repository": "acme/shop",
        "repository_id": "1",
        "branch": "main",
        "environment": "production",
    }
    for way in _strings(publisher):
        yield "post", f"{SHOP}/trusted-publishers", _with_nul(publisher, way)
    exchange = {"project": "shop", "id_token": "a.b.c"}
    for way in _strings(exchange):
        yield "post", "/api/v1/oidc/exchange", _with_nul(exchange, way)
    for way in _strings({"project": "shop", "scope": "read"}):
        yield "post", "/api/v1/tokens", _with_nul({"project": "shop", "scope": "read"}, way)


def _answer_all(running: Service) -> dict[tuple[str, str, bytes], tuple[int, bytes]]:
    assert running.upload(upload("one", [("a", "old")])).status_code == 201
    headers = running.as_(running.token())
    requests = [(*address, b"") for address in _addresses(running.client.get("/openapi.json").json())]
    answers = {}
    for method, path, body in (*requests, *_bodies()):
        answer = running.client.request(method, path, content=body or None, headers={**headers, **_JSON})
        answers[method, path, body] = answer.status_code, answer.content
    assert len(running.get(f"{SHOP}/snapshots").json()["items"]) == 1
    return answers


def test_both_databases_refuse_it_everywhere_with_the_same_words(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with service(tmp_path) as running:
        on_sqlite = _answer_all(running)
    url = request.getfixturevalue("upgraded_postgresql")
    with service(tmp_path, database=url) as running:
        on_postgresql = _answer_all(running)

    assert len(on_sqlite) > 60
    assert {key: status for key, (status, _) in on_sqlite.items() if not 400 <= status < 500} == {}
    assert on_sqlite == on_postgresql
