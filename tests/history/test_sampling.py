"""One commit of each period is chosen."""

from __future__ import annotations

import datetime

import pytest

from archguard.history import SamplingPeriod, sample_commits
from archguard.sources.git.history import CommitInfo


def _at(text: str) -> int:
    return int(datetime.datetime.fromisoformat(f"{text}+00:00").timestamp())


HISTORY = [
    CommitInfo("a", _at("2025-12-28T23:59:59")),
    CommitInfo("b", _at("2025-12-29T00:00:00")),
    CommitInfo("c", _at("2026-01-01T12:00:00")),
    CommitInfo("d", _at("2026-01-01T09:00:00")),  # its clock was wrong: it comes after c all the same
    CommitInfo("e", _at("2026-02-01T00:00:00")),
]


@pytest.mark.parametrize(
    ("every", "chosen"),
    [
        (SamplingPeriod.COMMIT, "abcde"),
        (SamplingPeriod.DAY, "abde"),
        (SamplingPeriod.WEEK, "ade"),
        (SamplingPeriod.MONTH, "bde"),
    ],
)
def test_the_last_of_each_period_by_descent_is_chosen(every: SamplingPeriod, chosen: str) -> None:
    assert "".join(one.id for one in sample_commits(HISTORY, every)) == chosen


def test_dates_that_go_back_put_no_commit_in_twice() -> None:
    history = [
        CommitInfo("x", _at("2026-01-02T00:00:00")),
        HISTORY[2],
        CommitInfo("y", HISTORY[1].committed_at),
    ]

    assert [one.id for one in sample_commits([*history, history[0]], SamplingPeriod.DAY)] == [
        "c",
        "y",
        "x",
    ]


def test_both_limits_are_days_and_included() -> None:
    since, until = datetime.date(2025, 12, 29), datetime.date(2026, 1, 1)

    assert [
        one.id for one in sample_commits(HISTORY, SamplingPeriod.COMMIT, since=since, until=until)
    ] == ["b", "c", "d"]
