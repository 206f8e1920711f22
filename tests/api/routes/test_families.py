"""What the service says of the families of canonical contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.api.families import CANONICAL, ENGINE, line, with_family
from tests.api.serving import SHOP
from tests.api.snapshots import commit_id, upload

if TYPE_CHECKING:
    from tests.api.serving import Service

OWN = (CANONICAL, CANONICAL)


def _fill(running: Service) -> None:
    for one in line([{OWN: 1}, {OWN: 3}]):
        assert running.upload(one).status_code == 201


def test_the_list_names_the_families_of_the_tip(running: Service) -> None:
    _fill(running)

    body = running.get(f"{SHOP}/families").json()

    assert body == {
        "branch": "main",
        "commit": commit_id(1),
        "items": [
            {
                "contract": ENGINE,
                "name": "Nobody imports no-old",
                "violations": 0,
                "lower_bound": False,
                "canonical_missing": False,
                "canonical": [CANONICAL],
                "members": 2,
            }
        ],
    }


def test_a_family_has_its_definitions_and_its_importers_over_time(running: Service) -> None:
    _fill(running)

    body = running.get(f"{SHOP}/families/{ENGINE}").json()

    assert [one["status"] for one in body["definitions"]] == ["canonical", "violation", "test"]
    assert body["definitions_of"]["commit"] == body["commit"] == commit_id(1)
    assert body["lines"] == [{"definition": CANONICAL, "path": CANONICAL, "is_canonical": True}]
    assert [one["importers"] for one in body["points"]] == [[1], [3]]


def test_an_answer_is_not_sent_twice_and_changes_with_an_upload(running: Service) -> None:
    _fill(running)
    first = running.get(f"{SHOP}/families/{ENGINE}")
    again = running.get(f"{SHOP}/families/{ENGINE}", **{"if-none-match": first.headers["etag"]})
    late = with_family(upload(2, parent=1, at=1_700_000_900), {OWN: 4})
    assert running.upload(late).status_code == 201

    changed = running.get(f"{SHOP}/families/{ENGINE}", **{"if-none-match": first.headers["etag"]})

    assert again.status_code == 304
    assert changed.status_code == 200
    assert [one["importers"] for one in changed.json()["points"]] == [[1], [3], [4]]
    assert changed.json()["definitions_of"]["commit"] == commit_id(1)


def test_what_is_not_there_is_a_404(running: Service) -> None:
    _fill(running)
    for path in (
        f"families/{ENGINE}x",
        f"families/{ENGINE}?branch=none",
        f"families/{ENGINE}?snapshot={commit_id('none')}",
        "families?branch=none",
    ):
        assert running.get(f"{SHOP}/{path}").status_code == 404, path


def test_a_contract_s_id_may_hold_a_slash(running: Service) -> None:
    sent = with_family(upload("c1"), {OWN: 1})
    (contract,) = sent.snapshot.contracts
    renamed = contract.model_copy(update={"id": "team/engine"})
    paths = tuple(
        one.model_copy(update={"contract": "team/engine"}) for one in sent.snapshot.family_paths or ()
    )
    snapshot = sent.snapshot.model_copy(update={"contracts": (renamed,), "family_paths": paths})
    assert running.upload(sent.model_copy(update={"snapshot": snapshot})).status_code == 201

    body = running.get(f"{SHOP}/families/team%2Fengine").json()

    assert (body["contract"], body["points"][0]["importers"]) == ("team/engine", [1])


def test_a_family_of_a_contract_that_is_not_there_is_refused(running: Service) -> None:
    (sent,) = line([{OWN: 1}])
    wrong = tuple(one.model_copy(update={"contract": "other"}) for one in sent.families)

    refused = running.upload(sent.model_copy(update={"families": wrong}))

    assert refused.status_code == 422
    assert "families has a contract twice" in refused.text
