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


def _commit(id_: str, parents: str, day: int) -> CommitInfo:
    return CommitInfo(id_, _at(f"2026-01-{day:02}T00:00:00"), tuple(parents))


FORKED = [
    _commit("a", "", 1),
    _commit("b", "a", 2),
    _commit("c", "b", 2),
    _commit("x", "a", 3),
    _commit("y", "x", 3),
    _commit("m", "cy", 4),
    _commit("n", "m", 5),
]


def _parents(every: SamplingPeriod, since: datetime.date | None = None) -> dict[str, str]:
    return {one.id: "".join(one.parents) for one in sample_commits(FORKED, every, since=since)}


def test_every_commit_keeps_its_parents() -> None:
    assert sample_commits(FORKED, SamplingPeriod.COMMIT) == FORKED


def test_the_parents_of_a_sampled_commit_are_its_nearest_sampled_ancestors() -> None:
    assert _parents(SamplingPeriod.DAY) == {"a": "", "c": "a", "y": "a", "m": "cy", "n": "m"}


def test_an_ancestor_of_another_parent_is_none() -> None:
    history = [*FORKED[:3], _commit("x", "a", 2), _commit("m", "xb", 3)]

    # Of the second day x is the sample, so that m descends from a by b, and by x.
    assert [one.parents for one in sample_commits(history, SamplingPeriod.DAY)] == [(), ("a",), ("x",)]


def test_a_commit_whose_ancestors_all_lie_before_the_sample_has_no_parents() -> None:
    assert _parents(SamplingPeriod.COMMIT, datetime.date(2026, 1, 3)) == {
        "x": "",
        "y": "x",
        "m": "y",
        "n": "m",
    }
