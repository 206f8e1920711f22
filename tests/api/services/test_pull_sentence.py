"""The sentence about a pull request."""

from __future__ import annotations

import pytest

from archguard_api.models import Moment, PullRequest
from archguard_api.services.pull_sentence import compose_pull_sentence

PULL = PullRequest(
    number=12,
    head_branch="feature",
    base_branch="main",
    head=Moment("c" * 40, 1),
    base=None,
    base_commit=None,
    state="open",
    reason=None,
    first_seen_at=1,
    seen_at=1,
    age_days=0,
)


@pytest.mark.parametrize(
    ("added", "fixed", "dropped", "sentence"),
    [
        (2, 5, 0, "This change: +2 \N{MINUS SIGN}5."),
        (0, 0, None, "This change: +0 \N{MINUS SIGN}0."),
        (0, 0, 1, "This change: +0 \N{MINUS SIGN}0; 1 import no longer counted."),
        (1, 1234, 3, "This change: +1 \N{MINUS SIGN}1,234; 3 imports no longer counted."),
        (
            None,
            None,
            None,
            "The base was not uploaded: main has no snapshot of an earlier commit of it.",
        ),
    ],
)
def test_it_says_what_changes_or_why_nobody_knows(
    added: int | None, fixed: int | None, dropped: int | None, sentence: str
) -> None:
    assert compose_pull_sentence(PULL, added, fixed, dropped) == sentence
