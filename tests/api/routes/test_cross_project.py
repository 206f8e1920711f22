"""What is said of all projects is said of those that the caller may read, and agrees with theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from archguard_api.models import Scope
from archguard_api.services import owned_violations
from tests.api.databases import create_sqlite
from tests.api.reused_postgresql import copy_postgresql
from tests.api.serving import Service, serve
from tests.api.snapshots import contract, upload

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from archguard.snapshot import Upload

ALL = "/api/v1/violations"
PROJECTS = {"alpha": "@cart", "beta": "@login", "delta": None, "gamma": "@cart"}


def _owned(name: str, edges: list[tuple[str, str]], owner: str | None) -> Upload:
    """The upload of a commit whose contract has an owner."""
    sent = upload(name, edges)
    owned = contract(len(edges), owner=owner)
    return sent.model_copy(update={"snapshot": sent.snapshot.model_copy(update={"contracts": (owned,)})})


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def fleet(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Service]:
    """Four private projects: the contracts of two have the same owner."""

    def fill(running: Service) -> Service:
        for project, owner in PROJECTS.items():
            edges = [("a", "old"), ("b", "old"), ("c", "old")]
            assert running.upload(_owned(project, edges, owner), project).status_code == 201
        assert running.upload(upload("empty"), "empty").status_code == 201
        return running

    if request.param == "sqlite":
        with serve(create_sqlite(tmp_path / "service.db"), request_timeout=120) as running:
            yield fill(running)
        return
    server = request.getfixturevalue("postgresql_server")
    template = request.getfixturevalue("_postgresql_template")
    with copy_postgresql(server, template=template) as url, serve(url, request_timeout=120) as running:
        yield fill(running)


def _list(fleet: Service, query: str = "", *, token: str | None = None, limit: int = 200) -> list[Any]:
    """All items, from page to page."""
    headers = fleet.as_(token or fleet.token(Scope.READ))
    items: list[Any] = []
    after = ""
    while True:
        answer = fleet.client.get(f"{ALL}?limit={limit}{query}{after}", headers=headers)
        assert answer.status_code == 200, answer.text
        items += answer.json()["items"]
        if answer.json()["next"] is None:
            return items
        after = f"&after={quote(answer.json()['next'])}"


def test_an_owner_s_violations_are_those_of_each_project_s_own_list(fleet: Service) -> None:
    own = [
        {"project": project, **item}
        for project in ("alpha", "gamma")
        for item in fleet.get(f"/api/v1/projects/{project}/violations").json()["items"]
    ]

    assert len(own) == 6
    assert _list(fleet, "&owner=@cart") == own
    assert _list(fleet, "&owner=@nobody") == []
    assert {item["project"] for item in _list(fleet)} == set(PROJECTS)


@pytest.mark.parametrize("limit", [1, 2, 3, 4])
def test_pages_follow_each_other_across_projects(fleet: Service, limit: int) -> None:
    assert _list(fleet, limit=limit) == _list(fleet)


def test_a_page_reads_few_projects_and_the_next_one_goes_on(
    fleet: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = _list(fleet)
    monkeypatch.setattr(owned_violations, "_PROJECTS_READ", 1)
    monkeypatch.setattr(owned_violations, "_PROJECTS_LISTED", 2)
    first = fleet.get(f"{ALL}?owner=@login").json()

    assert first["items"] == []
    assert first["next"] is not None
    assert _list(fleet) == everything


def test_only_projects_that_the_caller_may_read_are_there_and_none_else_is_named(fleet: Service) -> None:
    assert fleet.client.get(ALL).json() == {"items": [], "next": None}
    assert {item["project"] for item in _list(fleet, token=fleet.token(Scope.READ, "beta"))} == {"beta"}
    fleet.store.projects.change("gamma", public=True)
    assert {item["project"] for item in fleet.client.get(ALL).json()["items"]} == {"gamma"}
    of_both = _list(fleet, token=fleet.token(Scope.READ, "beta"), limit=1)
    assert {item["project"] for item in of_both} == {"beta", "gamma"}


def test_a_cursor_into_a_project_that_may_not_be_read_leads_past_it(fleet: Service) -> None:
    inner = fleet.get(f"{ALL}?limit=1").json()["next"]
    answer = fleet.client.get(f"{ALL}?after={quote(inner)}")

    assert '"alpha"' in inner
    assert answer.json() == {"items": [], "next": None}


@pytest.mark.parametrize("after", ["x", "[]", "{}", '["a"]', '["a",1]', "[1,null]", '["alpha","x"]'])
def test_a_cursor_that_the_list_never_gave_is_refused(fleet: Service, after: str) -> None:
    assert fleet.get(f"{ALL}?after={quote(after)}").status_code == 422
