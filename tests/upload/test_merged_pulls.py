"""Which pull request a squash merged, by the commit's message."""

from __future__ import annotations

import pytest

from archguard.sources.git.commit_objects import CommitObject
from archguard.upload.merged_pulls import list_merged_pulls


def _list(message: str, service: str | None = None, parents: int = 1) -> list[int]:
    commit = CommitObject("c" * 40, ("p" * 40,) * parents, 1, message)
    return [one.number for one in list_merged_pulls([commit], service)]


@pytest.mark.parametrize(
    ("message", "service", "numbers"),
    [
        ("One cart (#12)\n\n* a\n* b\n", "github", [12]),
        ("One cart (#12)", "jenkins", [12]),
        ('Revert "One cart (#12)" (#15)', "github", [15]),
        ("One cart\n\nSee merge request shop/shop!12", "gitlab", [12]),
        ("One cart\n\nSee merge request !12\n", "gitlab", [12]),
        ("Merged in one-cart (pull request #12)\n\nOne cart", "bitbucket", [12]),
        ("Merged PR 12: One cart", "azure", [12]),
        ("Fix the cart (#12)", "gitlab", []),  # an issue
        ("Fix #12", "github", []),
        ("One (#12) cart", "github", []),
        ("One cart\n\nAs in (#12)", "github", []),
        ("One cart (#0)", "github", []),
        ("One cart (#9999999999999999)", "github", []),
        ("", None, []),
    ],
)
def test_a_message_names_the_pull_request_that_was_squashed(
    message: str, service: str, numbers: list[int]
) -> None:
    assert _list(message, service) == numbers


def test_a_merge_commit_squashes_nothing() -> None:
    assert _list("One cart (#12)", parents=2) == []
