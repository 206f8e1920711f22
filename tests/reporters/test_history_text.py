"""The table and the curve that a history ends with."""

from __future__ import annotations

import pytest

from archguard.checking.report import ContractReport
from archguard.contract_types.verdict import Edge
from archguard.history import ContractPoint, HistoryPoint
from archguard.ledger import ContractViolations, HistoryLedger
from archguard.reporters import Style
from archguard.reporters.history_text import ASCII_BLOCKS, BLOCKS, Summary, draw_curve
from archguard.sources.git.history import CommitInfo
from tests.ledger.stories import make_line

DAY = 86400


def _tell(
    counts: list[int | None],
    *,
    unread: str = "",
    lower_bound: bool = False,
    name: str = "one",
) -> tuple[Summary, HistoryLedger]:
    """Return the summary of commits with so many violations; None is a commit without a verdict.

    The importers of violations are p.m0, p.m1, and so on; `unread` is one that cannot be read.
    """
    summary = Summary()
    ledger = HistoryLedger(make_line(f"{number:040}" for number in range(len(counts))))
    for number, count in enumerate(counts):
        commit = CommitInfo(f"{number:040}", number * DAY)
        edges = {Edge(f"p.m{importer}", "p.old") for importer in range(count or 0)}
        judged = {
            name: ContractViolations(edges, lambda edge, _: edge.importer == unread),
        }
        changes = ledger.advance(commit.id, commit.committed_at, {} if count is None else judged)
        points = {}
        for id_, change in changes.items():
            total = count or 0
            report = ContractReport(id_, id_, "deprecated", not total, total, total, lower_bound, total)
            points[id_] = ContractPoint(report, change)
        summary.add(HistoryPoint(commit, points, 9, 1, None))
    return summary, ledger


def _summarize(
    counts: list[int | None],
    *,
    unread: str = "",
    lower_bound: bool = False,
    width: int = 80,
    name: str = "one",
) -> str:
    summary, ledger = _tell(counts, unread=unread, lower_bound=lower_bound, name=name)
    return summary.render(ledger.open_violations, Style(width=width), ascii_only=True)


def test_a_line_says_first_highest_and_now() -> None:
    head, line, *_ = _summarize([1, 3, 2]).splitlines()

    assert head.split()[:4] == ["contract", "first", "highest", "now"]
    assert line.split()[:4] == ["one", "1", "3", "2"]


def test_zero_is_dated_and_what_came_back_is_counted() -> None:
    summary = _summarize([2, 0, 1, 0, 0])

    assert "sealed since 1970-01-04; 1 time a violation came back after it was fixed" in summary


def test_a_lower_bound_of_zero_is_not_zero() -> None:
    summary = _summarize([2, 0], lower_bound=True)

    assert ">=0" in summary
    assert "sealed" not in summary


def test_what_is_open_longest_comes_with_its_commit() -> None:
    summary = _summarize([1, 2])

    assert summary.index("p.m0 -> p.old") < summary.index("p.m1 -> p.old")
    assert "since 1970-01-02, 0000000000" in summary


def test_what_cannot_be_read_at_the_end_is_counted_apart_and_marked() -> None:
    summary = _summarize([2, 1], unread="p.m1", lower_bound=True)

    assert "1 more unknown: their files cannot be read" in summary
    assert summary.count("(unknown: its file cannot be read)") == 1
    assert "came back" not in summary


def test_a_contract_without_a_verdict_at_the_end_is_not_sealed() -> None:
    summary = _summarize([2, 0, None])

    assert "no verdict after 1970-01-02" in summary
    assert "sealed" not in summary
    assert "1 commit without a verdict" in summary


def test_lower_bounds_are_counted_in_one_sentence() -> None:
    bounds, _ = _tell([1, 2, None], lower_bound=True)
    exact, _ = _tell([1, 2])

    assert bounds.describe_lower_bounds().startswith("2 of 3 commits: the counts are only lower bounds")
    assert exact.describe_lower_bounds() == ""


@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    summary = _summarize(
        [number % 7 for number in range(500)], width=width, name="a-contract with a long name " * 3
    )

    lines = [line for line in summary.splitlines() if "->" not in line and "Open longest" not in line]
    assert max(map(len, lines)) <= max(width, 80)


def test_a_history_without_commits_says_so() -> None:
    assert Summary().render({}, Style(), ascii_only=True).strip() == "No commit is in the sample."


@pytest.mark.parametrize(
    ("counts", "width", "curve"),
    [
        ([0, 1, 100], 10, "▁▂█"),
        ([0, 0], 10, "▁▁"),
        ([5], 10, "█"),
        ([1, 9, 1, 1, 0, 0], 3, "█▂▁"),
    ],
)
def test_a_curve_never_shows_something_as_nothing(counts: list[int], width: int, curve: str) -> None:
    assert draw_curve(counts, width, BLOCKS) == curve
    assert len(draw_curve(counts, width, ASCII_BLOCKS)) == len(curve)
