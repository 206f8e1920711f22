"""The comment on a pull request, over HTTP."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archguard.errors import ForgeError
from archguard.forge.comment import Outcome, make_marker, post_comment
from archguard.forge.comment_place import CommentPlace
from archguard.forge.connection import ForbiddenError
from archguard.forge.project import ForgeKind
from tests.forge.fake_forge import BOT, PERSON, TOKEN, FakeForge

MARKER = make_marker("pyproject.toml")
KINDS = (ForgeKind.GITHUB, ForgeKind.GITLAB)


def _place(forge: FakeForge, kind: ForgeKind = ForgeKind.GITHUB) -> CommentPlace:
    return CommentPlace(kind, forge.url, "shop/shop", "17", TOKEN)


def _post(
    forge: FakeForge, text: str = "5 new", kind: ForgeKind = ForgeKind.GITHUB, budget: float = 60
) -> Outcome:
    return post_comment(
        _place(forge, kind),
        MARKER,
        text,
        budget=budget,
        sleep=lambda _: None,
        random_between=lambda low, _: low,
    )


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_comment_is_new_and_begins_with_the_marker(kind: ForgeKind, forge: FakeForge) -> None:
    assert _post(forge, kind=kind) is Outcome.CREATED
    assert [comment["body"] for comment in forge.comments] == [f"{MARKER}\n5 new"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_later_one_is_written_over_it(kind: ForgeKind, forge: FakeForge) -> None:
    _post(forge, "5 new", kind)
    forge.add("Looks good.")

    assert _post(forge, "4 new", kind) is Outcome.UPDATED
    assert [comment["body"] for comment in forge.comments] == [f"{MARKER}\n4 new", "Looks good."]


def test_the_same_text_is_not_written_again(forge: FakeForge) -> None:
    _post(forge)
    forge.comments[0]["body"] = forge.comments[0]["body"].replace("\n", "\r\n")

    assert _post(forge) is Outcome.UNCHANGED
    assert [method for method, _ in forge.requests].count("PATCH") == 0


@pytest.mark.parametrize(
    ("kind", "written", "token"),
    [
        (
            ForgeKind.GITHUB,
            {
                ("POST", "/repos/shop/shop/issues/17/comments"),
                ("PATCH", "/repos/shop/shop/issues/comments/1"),
            },
            f"Bearer {TOKEN}",
        ),
        (
            ForgeKind.GITLAB,
            {
                ("POST", "/projects/shop%2Fshop/merge_requests/17/notes"),
                ("PUT", "/projects/shop%2Fshop/merge_requests/17/notes/1"),
            },
            TOKEN,
        ),
    ],
)
def test_the_addresses_are_those_of_each_forge(
    kind: ForgeKind, written: set[tuple[str, str]], token: str, forge: FakeForge
) -> None:
    _post(forge, "5 new", kind)
    _post(forge, "4 new", kind)

    assert {request for request in forge.requests if request[0] != "GET"} == written
    assert forge.tokens == {token}


def test_an_old_comment_is_found_behind_300_others(forge: FakeForge) -> None:
    forge.add(*(f"comment {number}" for number in range(300)))
    _post(forge, "5 new")
    forge.add(*(f"more {number}" for number in range(100)))

    assert _post(forge, "4 new") is Outcome.UPDATED
    assert len(forge.comments) == 401


def test_a_person_s_comment_with_the_marker_is_left_alone(forge: FakeForge) -> None:
    forge.add(f"{MARKER}\nmine", user=PERSON)

    assert _post(forge) is Outcome.CREATED
    assert forge.comments[0]["body"] == f"{MARKER}\nmine"


def test_another_bot_s_comment_is_left_alone_where_the_token_knows_its_owner(forge: FakeForge) -> None:
    forge.knows_user = True
    forge.add(f"{MARKER}\nanother's", user={"id": 42, "type": "Bot"})

    assert _post(forge) is Outcome.CREATED
    assert _post(forge, "4 new") is Outcome.UPDATED
    assert forge.comments[0]["body"] == f"{MARKER}\nanother's"


def test_a_comment_that_quotes_the_marker_is_left_alone(forge: FakeForge) -> None:
    forge.add(f"> {MARKER}\n> 5 new", user=BOT)

    assert _post(forge) is Outcome.CREATED


def test_comments_of_other_configurations_stand_beside_it(forge: FakeForge) -> None:
    _post(forge)
    other = make_marker("services/pyproject.toml")

    assert post_comment(_place(forge), other, "0 new") is Outcome.CREATED
    assert len(forge.comments) == 2


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_a_busy_forge_is_asked_again(status: int, forge: FakeForge) -> None:
    forge.failures = [status, status]

    assert _post(forge) is Outcome.CREATED
    assert len(forge.comments) == 1


def test_a_comment_whose_answer_was_lost_is_not_posted_twice(forge: FakeForge) -> None:
    forge.loses_answers = 1

    assert _post(forge) is Outcome.UNCHANGED
    assert len(forge.comments) == 1


def test_a_forge_that_stays_busy_is_given_up(forge: FakeForge) -> None:
    forge.failures = [503] * 50

    with pytest.raises(ForgeError, match=r"cannot take the comment now.*Tried once"):
        _post(forge, budget=0)


def test_a_forge_that_does_not_answer_is_given_up(forge: FakeForge) -> None:
    place = replace(_place(forge), api_url="http://127.0.0.1:9")

    with pytest.raises(ForgeError, match="cannot be reached"):
        post_comment(place, MARKER, "5 new", budget=0)


def test_a_token_that_may_only_read_is_told_from_other_failures(forge: FakeForge) -> None:
    forge.forbids_writing = True

    with pytest.raises(ForbiddenError, match="GITHUB_TOKEN may not write comments") as caught:
        _post(forge)

    assert TOKEN not in str(caught.value)


def test_a_pull_request_that_is_not_there_is_named(forge: FakeForge) -> None:
    forge.hides_pull_request = True

    with pytest.raises(ForgeError, match="no pull request 17 in shop/shop"):
        _post(forge)


def test_the_token_is_not_sent_to_another_host(forge: FakeForge, other_forge: FakeForge) -> None:
    forge.redirect = other_forge.url

    with pytest.raises(ForgeError, match=r"redirects to 127\.0\.0\.1:"):
        _post(forge)

    assert other_forge.requests == []


def test_a_redirect_on_the_same_host_is_followed_and_a_circle_is_not(forge: FakeForge) -> None:
    forge.redirect = forge.url

    with pytest.raises(ForgeError, match="in a circle"):
        _post(forge)


@pytest.mark.parametrize("location", ["http://[", "\x7f"])
def test_a_redirect_to_what_is_no_address_is_one_sentence(location: str, forge: FakeForge) -> None:
    forge.redirect = location

    with pytest.raises(ForgeError, match=r"redirects to"):
        _post(forge)


def test_nothing_shows_the_token(forge: FakeForge) -> None:
    assert TOKEN not in repr(_place(forge))
