"""Pull requests over HTTP."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from archguard.snapshot.codec import encode
from tests.api.clock import NOW
from tests.api.serving import SHOP, UPLOADED, service
from tests.api.snapshots import commit_id, history, pull_request

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from httpx2 import Response

    from tests.api.clock import Clock
    from tests.api.serving import Service

A, B, C = ("shop.a", "shop.old"), ("shop.b", "shop.old"), ("shop.c", "shop.old")
_JSON = {"content-type": UPLOADED["content-type"]}


@pytest.fixture
def pulls(tmp_path: Path, clock: Clock) -> Iterator[Service]:
    """A service whose project has two pull requests, one of them onto a branch that nobody uploaded."""
    with service(tmp_path, clock=clock, public_read=("shop",)) as running:
        for one in (
            *history([[A], [A, B]]),
            pull_request(7, [A, C], at=1),
            pull_request(9, [A], at=1, base="release"),
        ):
            assert running.upload(one).status_code == 201
        yield running


def _get(pulls: Service, path: str, **headers: str) -> Response:
    """What anybody gets: the tokens of these tests end before their pull requests do."""
    return pulls.client.get(f"{SHOP}/{path}", headers=headers)


def test_the_list_has_the_counts_and_the_sentence(pulls: Service) -> None:
    body = pulls.get(f"{SHOP}/pulls").json()

    assert body["next"] is None
    later, first = body["items"]
    assert (first["number"], first["added"], first["fixed"], first["sentence"]) == (
        7,
        1,
        1,
        "This change: +1 \N{MINUS SIGN}1.",
    )
    assert (first["base"]["commit"], first["state"], first["reason"]) == (commit_id("c1"), "open", None)
    assert first["first_seen_at"] == first["seen_at"] == "2027-01-15T08:00:00Z"
    assert (later["number"], later["base"], later["added"]) == (9, None, None)
    assert later["sentence"].startswith("The base was not uploaded: release ")


def test_one_has_the_lines(pulls: Service) -> None:
    body = pulls.get(f"{SHOP}/pulls/7").json()

    assert [(one["importer"], one["imported"]) for one in body["added"]] == [C]
    assert [(one["importer"], one["imported"]) for one in body["fixed"]] == [B]
    assert body["added"][0]["occurrences"] == [
        {"path": "shop/c.py", "line": 1, "kind": "top-level", "names": []}
    ]
    assert (body["dropped"], body["unknown"], body["causes"]) == ([], [], None)
    assert body["sentence"] == "This change: +1 \N{MINUS SIGN}1."


@pytest.mark.parametrize("number", [8, 2**53 - 1])
def test_a_number_that_nobody_uploaded_is_not_found(pulls: Service, number: int) -> None:
    assert pulls.get(f"{SHOP}/pulls/{number}").status_code == 404


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.5", str(2**53), "9" * 50])
def test_what_is_no_number_is_refused(pulls: Service, number: str) -> None:
    assert pulls.get(f"{SHOP}/pulls/{number}").status_code == 422


@pytest.mark.parametrize("path", ["pulls", "pulls/7"])
def test_an_etag_holds_until_time_changes_the_answer(pulls: Service, clock: Clock, path: str) -> None:
    etag = _get(pulls, path).headers["etag"]
    headers = {"If-None-Match": etag}

    clock.now += 86_399
    assert _get(pulls, path, **headers).status_code == 304
    clock.now += 1
    assert _get(pulls, path, **headers).status_code == 200


def test_after_30_days_the_kept_answer_is_not_used_any_more(pulls: Service, clock: Clock) -> None:
    def numbers(state: str) -> list[int]:
        items = _get(pulls, f"pulls?state={state}").json()["items"]
        return [one["number"] for one in items]

    clock.now = NOW + 30 * 86_400 - 1
    assert (numbers("open"), numbers("closed"), numbers("all")) == ([9, 7], [], [9, 7])
    clock.now += 1
    assert (numbers("open"), numbers("closed"), numbers("all")) == ([], [9, 7], [9, 7])
    assert _get(pulls, "pulls/7").json()["reason"] == "not-seen"


def test_an_upload_changes_the_kept_answer(pulls: Service) -> None:
    assert len(pulls.get(f"{SHOP}/pulls").json()["items"]) == 2

    pulls.upload(pull_request(8, [], at=1))

    assert [one["number"] for one in pulls.get(f"{SHOP}/pulls").json()["items"]] == [9, 8, 7]


@pytest.mark.parametrize(
    "change",
    [
        {"number": 0},
        {"number": 2**53},
        {"number": "12"},
        {"base_branch": "a..b"},
        {"base_branch": "a b"},
        {"base_branch": "x" * 256},
        {"base_branch": "owner:main"},
        {"head_branch": "\x1b[31m"},
        {"head_branch": "a:b:c"},
        {"head_branch": ""},
        {"head_branch": "-x"},
        {"base_commit": "main"},
        {"title": "x"},
    ],
)
def test_a_hostile_description_is_refused_with_its_place(
    running: Service, change: dict[str, object]
) -> None:
    sent = json.loads(encode(pull_request(7, [], at=1)))
    sent["pull_request"] |= change

    answer = running.send(json.dumps(sent).encode(), headers=_JSON)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["at"] == f"pull_request.{next(iter(change))}"
    assert running.get(f"{SHOP}/pulls").status_code == 404  # not even the project is there


def test_a_client_of_the_first_version_of_the_format_is_understood(running: Service) -> None:
    sent = json.loads(encode(pull_request(7, [], at=1)))
    del sent["pull_request"]
    sent["snapshot"]["format_version"] = 1

    assert running.send(json.dumps(sent).encode(), headers=_JSON).status_code == 201
    assert running.get(f"{SHOP}/pulls?state=all").json()["items"] == []
