"""A renamed project: the old name leads to it for those who may read it, and is nobody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard.snapshot import compress
from archguard.snapshot.codec import encode
from archguard_api.errors import ConflictError
from archguard_api.models import Scope
from archguard_api.services.tokens import create_token
from tests.api.serving import SHOP, UPLOADED, Service, serve
from tests.api.snapshots import commit_id, history

if TYPE_CHECKING:
    from collections.abc import Iterator

    from httpx2 import Response

EDGE = ("shop.a", "shop.old")
STORE = "/api/v1/projects/store"


@pytest.fixture
def running(database: str) -> Iterator[Service]:
    """A service with the private projects `shop` and `other`."""
    with serve(database, request_timeout=60) as service:
        for project in ("shop", "other"):
            service.upload(history([[EDGE]])[0], project)
        yield service


def _rename(running: Service, token: str, name: str, path: str = SHOP) -> Response:
    return running.client.patch(path, headers=running.as_(token), json={"name": name})


def _ask(running: Service, path: str, token: str | None) -> Response:
    return running.client.get(path, headers=running.as_(token), follow_redirects=False)


def test_the_old_name_leads_those_who_may_read_to_the_new_one(running: Service) -> None:
    admin, reader = running.token(Scope.ADMIN, "shop"), running.token(Scope.READ, "shop")
    foreign = running.token(Scope.ADMIN, "other")
    trend = _ask(running, f"{SHOP}/trend", reader)

    assert _rename(running, admin, "store").json()["name"] == "store"

    for path in ("", "/trend?points=9", f"/snapshots/{commit_id('c0')}", "/branches"):
        moved = _ask(running, SHOP + path, reader)
        assert moved.status_code == 308
        assert moved.headers["location"] == STORE + path
        foreign_answer = _ask(running, SHOP + path, foreign)
        absent = _ask(running, f"/api/v1/projects/none{path}", foreign)
        assert (foreign_answer.status_code, foreign_answer.content) == (404, absent.content)
        assert _ask(running, SHOP + path, None).status_code == 401
    assert _ask(running, f"{STORE}/trend", reader).json()["points"] == trend.json()["points"]
    badge = _ask(running, "/badge/shop.svg?contract=x", reader)
    assert badge.headers["location"] == "/badge/store.svg?contract=x"


def test_an_upload_to_the_old_name_is_led_on(running: Service) -> None:
    uploader = running.token(Scope.UPLOAD, "shop")
    _rename(running, running.token(Scope.ADMIN, "shop"), "store")
    body = compress(encode(history([[EDGE], []])[1]))

    moved = running.client.post(
        f"{SHOP}/snapshots",
        content=body,
        headers={**running.as_(uploader), **UPLOADED},
        follow_redirects=False,
    )
    assert (moved.status_code, moved.headers["location"]) == (308, f"{STORE}/snapshots")
    assert running.send(body, token=uploader, headers=UPLOADED).status_code == 201


def test_an_old_name_is_nobody_else_s(running: Service) -> None:
    admin, other = running.token(Scope.ADMIN, "shop"), running.token(Scope.ADMIN, "other")
    _rename(running, admin, "store")

    assert _rename(running, other, "shop", "/api/v1/projects/other").status_code == 409
    assert _rename(running, other, "store", "/api/v1/projects/other").status_code == 409
    with pytest.raises(ConflictError):
        running.store.add_snapshot("shop", history([[EDGE]])[0], token_id=None)
    _, token = create_token("shop", Scope.READ, now=running.store.now(), days=1)
    with pytest.raises(ConflictError):
        running.store.credentials.add_token(token)
    # A project gets its own old name back.
    assert _rename(running, admin, "shop", STORE).status_code == 200
    assert _ask(running, STORE, admin).headers["location"] == SHOP


def test_a_name_that_a_token_was_made_for_is_not_free(running: Service) -> None:
    planned = running.token(Scope.READ, "planned")
    admin = running.token(Scope.ADMIN, "shop")

    assert _rename(running, admin, "planned").status_code == 409
    assert _ask(running, SHOP, planned).status_code == 404


def test_a_name_that_no_project_may_have_is_refused(running: Service) -> None:
    assert _rename(running, running.token(), "~1").status_code == 422


def test_a_purge_frees_the_old_names(running: Service) -> None:
    _rename(running, running.token(), "store")
    running.store.deletions.delete("store", grace=9)
    running.store.deletions.begin_purges("store")
    running.store.purger.finish()

    assert running.upload(history([[EDGE]])[0], "shop").status_code == 201
