"""A commit's status is set once for each verdict, at GitHub and at GitLab."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard.errors import ForgeError
from archguard.forge.comment import Outcome
from archguard.forge.comment_place import find_place
from archguard.forge.commit_status import CommitStatus, post_status
from archguard.forge.connection import ForbiddenError
from tests.forge.fake_forge import TOKEN

if TYPE_CHECKING:
    from archguard.forge.comment_place import CommentPlace
    from tests.forge.fake_forge import FakeForge

COMMIT = "1" * 40
FAILED = CommitStatus("archguard", False, "Failed: 1 new violation.", "https://example.org/p/shop")
PASSED = FAILED._replace(passed=True, description="Passed.")


def _place(forge: FakeForge, kind: str) -> CommentPlace:
    variable = {"github": "GITHUB_TOKEN", "gitlab": "GITLAB_TOKEN"}[kind]
    return find_place({variable: TOKEN}, forge=kind, repository="a/b", api_url=forge.url, commit=COMMIT)


@pytest.mark.parametrize(
    ("kind", "path", "document"),
    [
        ("github", f"/repos/a/b/statuses/{COMMIT}", {"context": "archguard", "state": "failure"}),
        ("gitlab", f"/projects/a%2Fb/statuses/{COMMIT}", {"name": "archguard", "status": "failed"}),
    ],
)
def test_it_is_set_once_and_anew_when_the_verdict_changes(
    forge: FakeForge, kind: str, path: str, document: dict[str, str]
) -> None:
    place = _place(forge, kind)
    outcomes = [post_status(place, status) for status in (FAILED, FAILED, PASSED, FAILED)]

    assert outcomes == [Outcome.CREATED, Outcome.UNCHANGED, Outcome.UPDATED, Outcome.UPDATED]
    assert [request for request in forge.requests if request[0] == "POST"] == [("POST", path)] * 3
    said = {"description": FAILED.description, "target_url": FAILED.link}
    assert forge.statuses[0] == {"id": 3, **document, **said}


def test_without_a_verdict_it_is_an_error_and_a_long_text_is_cut(forge: FakeForge) -> None:
    post_status(_place(forge, "github"), CommitStatus("archguard", None, "x" * 500, None))

    assert forge.statuses[0]["state"] == "error"
    assert forge.statuses[0]["description"] == "x" * 139 + "…"


def test_another_name_s_status_is_left_alone(forge: FakeForge) -> None:
    place = _place(forge, "github")

    assert post_status(place, FAILED) is Outcome.CREATED
    assert post_status(place, FAILED._replace(name="archguard/app")) is Outcome.CREATED


def test_a_token_that_may_not_is_told_so_and_an_absent_commit_is_named(forge: FakeForge) -> None:
    forge.forbids_writing = True
    with pytest.raises(ForbiddenError, match="may not write statuses"):
        post_status(_place(forge, "github"), FAILED)

    forge.hides_pull_request = True
    with pytest.raises(ForgeError, match=f"no commit {COMMIT[:10]} in a/b"):
        post_status(_place(forge, "github"), FAILED)
