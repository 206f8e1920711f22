"""HEAD answers as GET does, on every route, without a body; other methods are told what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.api.http.authorization_table import TABLE, upload_shops
from tests.api.serving import SHOP, Service, service

if TYPE_CHECKING:
    from collections.abc import Iterator

READS = {route: call for route, call in TABLE.items() if route.startswith("GET ")}
_CHANGING = {"/metrics"}
"""Paths whose body is another one at each request."""


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with the private projects `shop` and `other`."""
    with service(tmp_path_factory.mktemp("service"), clock=lambda: 1_800_000_000) as started:
        upload_shops(started)
        yield started


@pytest.mark.parametrize("route", READS)
def test_head_has_the_headers_of_get_and_no_body(route: str, shops: Service) -> None:
    path = READS[route].path
    headers = shops.as_(shops.token())

    got, head = (shops.client.request(method, path, headers=headers) for method in ("GET", "HEAD"))

    assert (got.status_code, head.status_code) == (200, 200)
    assert got.content
    assert head.content == b""
    if path not in _CHANGING:
        assert head.headers == got.headers


def test_head_is_a_304_where_get_is(shops: Service) -> None:
    headers = shops.as_(shops.token())
    etag = shops.client.head(SHOP, headers=headers).headers["etag"]

    assert shops.client.head(SHOP, headers={**headers, "if-none-match": etag}).status_code == 304


def test_head_needs_what_get_needs(shops: Service) -> None:
    assert shops.client.head(SHOP).status_code == 401
    assert shops.client.head("/nothing").status_code == 404
    assert shops.client.head(f"{SHOP}?x=1").status_code == 422


def test_head_is_not_in_the_document(shops: Service) -> None:
    paths = shops.client.get("/openapi.json").json()["paths"]

    assert [path for path, methods in paths.items() if "head" in methods] == []


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "PUT", "BREW"])
def test_a_method_that_a_path_does_not_have_is_a_405_that_lists_those_it_has(
    method: str, shops: Service
) -> None:
    headers = shops.as_(shops.token())
    for route, call in TABLE.items():
        path = call.path.replace("VICTIM", "a1B2c3D4")

        answer = shops.client.request(method, path, headers=headers)

        assert answer.status_code == 405
        allowed = answer.headers["allow"].split(", ")
        assert route.partition(" ")[0] in allowed
        assert ("HEAD" in allowed) is ("GET" in allowed)


def test_head_of_what_is_only_sent_is_a_405(shops: Service) -> None:
    answer = shops.client.head(f"{SHOP}/prune", headers=shops.as_(shops.token()))

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
