"""The summary of all projects agrees with what each project says, and with who may read it."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete

from archguard.lru_cache import LruCache
from archguard_api.models import Scope
from archguard_api.store.schema import summaries
from tests.api.databases import create_sqlite
from tests.api.reused_postgresql import copy_postgresql
from tests.api.serving import Service, serve
from tests.api.snapshots import DAY, START, contract, upload

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from archguard.snapshot import Upload
    from tests.api.clock import Clock

SUMMARY = "/api/v1/summary"
SOON = datetime.date(2023, 12, 24)


def _with_deadline(sent: Upload, deadline: datetime.date) -> Upload:
    contracts = (contract(len(sent.snapshot.violations)).model_copy(update={"deadline": deadline}),)
    snapshot = sent.snapshot.model_copy(update={"contracts": contracts})
    return sent.model_copy(update={"snapshot": snapshot})


def _history(counts: list[int]) -> list[Upload]:
    """A linear history, five days between two commits: how many violations each has."""
    return [
        upload(
            f"c{number}",
            [(f"m{one:02}", "old") for one in range(count)],
            parent=f"c{number - 1}" if number else None,
            at=START + 5 * number * DAY,
        )
        for number, count in enumerate(counts)
    ]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def fleet(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Service]:
    """One project on its way to zero, one that has a deadline and grows, one that is done."""

    def fill(running: Service) -> Service:
        for sent in _history([28, 23, 18, 13, 8, 3]):
            assert running.upload(sent, "shrinking").status_code == 201
        for sent in _history([2, 3, 4, 5, 6, 8]):
            assert running.upload(_with_deadline(sent, SOON), "growing").status_code == 201
        assert running.upload(upload("done"), "done").status_code == 201
        return running

    clock.now = START + 28 * DAY
    if request.param == "sqlite":
        with serve(create_sqlite(tmp_path / "service.db"), clock=clock, request_timeout=120) as running:
            yield fill(running)
        return
    server = request.getfixturevalue("postgresql_server")
    template = request.getfixturevalue("_postgresql_template")
    with (
        copy_postgresql(server, template=template) as url,
        serve(url, clock=clock, request_timeout=120) as running,
    ):
        yield fill(running)


def test_it_says_of_each_contract_what_its_trend_says(fleet: Service) -> None:
    summary = fleet.get(SUMMARY).json()
    near, far = summary["nearest_to_zero"]
    trends = {
        project: fleet.get(f"/api/v1/projects/{project}/trend").json()
        for project in ("shrinking", "growing")
    }

    assert (summary["projects"], summary["contracts"], summary["broken"]) == (3, 3, 2)
    assert summary["violations"] == near["violations"] + far["violations"] == 11
    for milestone in (near, far):
        trend = trends[milestone["project"]]
        assert milestone["state"] == trend["state"] == milestone["project"]
        assert milestone["eta"] == trend["forecast"]["eta"]
        assert milestone["violations"] == trend["summary"]["now"]["violations"]
    assert near["eta"] is not None
    assert [one["project"] for one in summary["deadlines_at_risk"]] == ["growing"]
    assert summary["deadlines_at_risk"][0]["deadline"] == SOON.isoformat()


def test_it_is_the_same_where_nothing_was_kept(fleet: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    before = fleet.get(SUMMARY).json()
    fleet.store._database.write(lambda connection: connection.execute(delete(summaries)))
    monkeypatch.setattr(fleet.store._summaries, "_cache", LruCache(10))

    assert fleet.get(SUMMARY).json() == before


def test_only_what_the_caller_may_read_is_counted(fleet: Service) -> None:
    own = fleet.as_(fleet.token(Scope.READ, "growing"))

    assert fleet.client.get(SUMMARY).json()["projects"] == 0
    mine = fleet.client.get(SUMMARY, headers=own).json()
    assert (mine["projects"], mine["violations"]) == (1, 8)
    fleet.store.projects.change("shrinking", public=True)
    assert fleet.client.get(SUMMARY).json()["violations"] == 3
    assert fleet.client.get(SUMMARY, headers=own).json()["projects"] == 2
