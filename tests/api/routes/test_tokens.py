"""Tokens have a name, a creator, a last use and an end that children inherit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from archguard_api import server
from archguard_api.models import Scope
from archguard_api.services.tokens import create_token, parse_token
from archguard_api.store import Store
from archguard_api.times import DAY, format_time
from tests.api.clock import NOW, Clock
from tests.api.serving import Service, serve

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKENS = "/api/v1/tokens"


@pytest.fixture
def running(database: str, clock: Clock) -> Iterator[Service]:
    """A service on each kind of database, without any token."""
    with serve(database, clock=clock) as started:
        yield started


def _add_admin(running: Service, *, days: int | None, project: str | None = None) -> str:
    text, token = create_token(project, Scope.ADMIN, now=running.store.now(), days=days)
    running.store.credentials.add_token(token)
    return text


def _ask(running: Service, parent: str, *, status: int = 201, **fields: Any) -> dict[str, Any]:
    """Return the answer to somebody who asks for a token."""
    request = {"project": "shop", "scope": "admin", **fields}
    answer = running.client.post(TOKENS, json=request, headers=running.as_(parent))
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    return body


def _list(running: Service, token: str) -> dict[str, dict[str, Any]]:
    answer = running.client.get(TOKENS, headers=running.as_(token))
    assert answer.status_code == 200
    return {item["id"]: item for item in answer.json()["items"]}


def test_a_token_names_its_creator_and_what_it_is_for(running: Service) -> None:
    parent = _add_admin(running, days=2)

    child = _ask(running, parent, name="CI of the shop")

    assert child["name"] == "CI of the shop"
    assert child["creator"] == parent.split("_")[1]
    listed = _list(running, parent)
    assert listed[child["id"]] == {**{key: child[key] for key in child if key != "token"}}
    assert listed[parent.split("_")[1]]["creator"] is None


@pytest.mark.parametrize("name", ["", "x" * 101, "a\nb", "\0", 7])
def test_what_is_no_name_is_refused(running: Service, name: object) -> None:
    _ask(running, _add_admin(running, days=2), status=422, name=name)


def test_a_child_holds_as_long_as_its_parent_and_no_longer(running: Service, clock: Clock) -> None:
    parent = _add_admin(running, days=3)
    clock.now += DAY
    end = format_time(NOW + 3 * DAY)

    assert _ask(running, parent)["expires_at"] == end
    assert _ask(running, parent, days=2)["expires_at"] == end
    assert _ask(running, parent, days=1)["expires_at"] == format_time(NOW + 2 * DAY)
    for days in (3, None):
        problem = _ask(running, parent, status=422, days=days)
        assert "days" in problem["errors"][0]["at"]
    grandchild = _ask(running, _ask(running, parent, days=1)["token"])
    assert grandchild["expires_at"] == format_time(NOW + 2 * DAY)


def test_the_child_of_a_token_without_end_may_have_none(running: Service) -> None:
    parent = _add_admin(running, days=None)

    assert _ask(running, parent)["expires_at"] is None
    assert _ask(running, parent, days=None)["expires_at"] is None
    assert _ask(running, parent, days=9)["expires_at"] == format_time(NOW + 9 * DAY)


def test_a_revocation_names_the_descendants_and_ends_them_if_asked(running: Service) -> None:
    admin = _add_admin(running, days=None)
    child = _ask(running, admin)
    grandchild = _ask(running, child["token"], scope="read")
    other = _ask(running, admin, scope="read")

    def revoke(**query: str) -> dict[str, list[str]]:
        answer = running.client.delete(
            f"{TOKENS}/{child['id']}", params=query, headers=running.as_(admin)
        )
        assert answer.status_code == 200
        return {key: [token["id"] for token in tokens] for key, tokens in answer.json().items()}

    assert revoke() == {"revoked": [child["id"]], "descendants": [grandchild["id"]]}
    assert _list(running, admin)[grandchild["id"]]["revoked_at"] is None
    assert revoke(descendants="true") == {"revoked": [child["id"], grandchild["id"]], "descendants": []}
    listed = _list(running, admin)
    ended = {token_id for token_id, token in listed.items() if token["revoked_at"] is not None}
    assert ended == {child["id"], grandchild["id"]}
    assert other["id"] in listed
    assert revoke() == {"revoked": [child["id"]], "descendants": []}


def test_descendants_that_hold_no_longer_are_not_named(running: Service, clock: Clock) -> None:
    admin = _add_admin(running, days=None)
    child = _ask(running, admin)
    _ask(running, child["token"], days=1)
    lasting = _ask(running, child["token"], days=2)
    clock.now += DAY

    answer = running.client.delete(f"{TOKENS}/{child['id']}", headers=running.as_(admin)).json()

    assert [token["id"] for token in answer["descendants"]] == [lasting["id"]]


def test_a_revoked_token_makes_no_child_even_if_it_was_valid_a_moment_ago(running: Service) -> None:
    from archguard_api.errors import UnauthorizedError  # noqa: PLC0415

    parent = _add_admin(running, days=2)
    _, child = create_token("shop", Scope.READ, now=NOW, days=1, creator=parent.split("_")[1])
    running.store.credentials.revoke_token(parent.split("_")[1], NOW)

    with pytest.raises(UnauthorizedError):
        running.store.credentials.add_child_token(child)

    assert running.store.credentials.get_token(child.id) is None


def test_rotation_keeps_everything_but_the_secret(running: Service) -> None:
    admin = _add_admin(running, days=None)
    before = _ask(running, admin, name="CI", days=5)
    session = running.client.post("/api/v1/session", headers=running.as_(before["token"]))
    cookie = {"cookie": session.headers["set-cookie"].partition(";")[0]}
    running.client.cookies.clear()

    answer = running.client.post(f"{TOKENS}/{before['id']}/rotate", headers=running.as_(admin))

    after = answer.json()
    assert answer.status_code == 200
    assert {**after, "last_used_at": None, "token": None} == {**before, "token": None}
    assert after["token"] != before["token"]
    who = [
        running.client.get("/api/v1/token", headers=running.as_(one["token"])) for one in (before, after)
    ]
    assert [answer.status_code for answer in who] == [401, 200]
    assert running.client.get("/api/v1/session", headers=cookie).status_code == 204


def test_a_token_rotates_none_that_holds_longer_and_none_that_is_dead(running: Service) -> None:
    brief, lasting = _add_admin(running, days=1), _add_admin(running, days=None)

    def rotate(text: str, by: str) -> int:
        path = f"{TOKENS}/{text.split('_')[1]}/rotate"
        return running.client.post(path, headers=running.as_(by)).status_code

    assert rotate(lasting, brief) == 403
    running.store.credentials.revoke_token(brief.split("_")[1], NOW)
    assert rotate(brief, lasting) == 409


def test_the_first_admin_token_expires_in_a_day(running: Service, clock: Clock) -> None:
    first = server.create_first_token(running.store)
    assert first is not None
    clock.now += DAY - 1
    assert running.client.get(TOKENS, headers=running.as_(first)).status_code == 200

    clock.now += 1

    assert running.client.get(TOKENS, headers=running.as_(first)).status_code == 401


def test_the_first_admin_token_stays_once_it_made_another_which_inherits_no_day(
    running: Service, clock: Clock
) -> None:
    first = server.create_first_token(running.store)
    assert first is not None

    child = _ask(running, first)

    assert child["expires_at"] is None
    clock.now += 400 * DAY
    assert _list(running, first)[first.split("_")[1]]["expires_at"] is None
    assert _ask(running, first, days=9)["expires_at"] == format_time(int(clock.now) + 9 * DAY)


def test_a_refused_request_lifts_no_end(running: Service, clock: Clock) -> None:
    first = server.create_first_token(running.store)
    assert first is not None

    _ask(running, first, status=422, name="")

    clock.now += DAY
    assert running.client.get(TOKENS, headers=running.as_(first)).status_code == 401


def test_the_last_use_is_exact_to_a_minute_and_takes_no_write_for_each_request(
    running: Service, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = _add_admin(running, days=None)
    claim = parse_token(admin)
    assert claim is not None
    writes: list[dict[str, int]] = []
    write = running.store.credentials.set_last_uses

    def counted(uses: dict[str, int]) -> None:
        writes.append(dict(uses))
        write(uses)

    monkeypatch.setattr(running.store.credentials, "set_last_uses", counted)

    for second in range(90):
        clock.now = NOW + second
        assert running.client.get(TOKENS, headers=running.as_(admin)).status_code == 200

    assert _list(running, admin)[claim.id]["last_used_at"] == format_time(NOW + 60)
    assert writes == []
    running.app.state.archguard.access.uses.write()
    assert writes == [{claim.id: NOW + 60}]
    token = running.store.credentials.get_token(claim.id)
    assert token is not None
    assert token.last_used_at == NOW + 60
    running.app.state.archguard.access.uses.write()
    assert len(writes) == 1


def test_a_use_that_the_cache_answered_counts_and_a_later_time_stays(
    running: Service, clock: Clock
) -> None:
    from tests.api.snapshots import upload  # noqa: PLC0415

    admin = _add_admin(running, days=None)
    running.upload(upload("one"), token=admin)
    for second in (60, 120):
        clock.now = NOW + second
        assert running.client.get("/api/v1/projects/shop/trend", headers=running.as_(admin)).is_success

    running.app.state.archguard.access.uses.write()
    running.store.credentials.set_last_uses({admin.split("_")[1]: NOW})

    token = running.store.credentials.get_token(admin.split("_")[1])
    assert token is not None
    assert token.last_used_at == NOW + 120


def test_uses_are_written_when_the_service_stops(database: str, clock: Clock) -> None:
    with serve(database, clock=clock) as running:
        admin = _add_admin(running, days=None)
        _list(running, admin)

    store = Store(database)
    token = store.credentials.get_token(admin.split("_")[1])
    store.close()
    assert token is not None
    assert token.last_used_at == NOW
