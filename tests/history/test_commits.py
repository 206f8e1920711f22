"""Commits of any shape, parents and dates: every line is what `archguard check` says of its commit."""

from __future__ import annotations

import pytest

from tests.history.histories import BASE, History
from tests.history.running import (
    backfill,
    column,
    commits,
    exact_lines,
    lines_of,
    warnings_of,
)

pytestmark = pytest.mark.slow


def test_a_root_commit_only(history: History) -> None:
    commit = history.commit(BASE)

    (line,) = exact_lines(history.root)

    assert {"commit", "committed_at", "contracts", "coverage", "violations"} <= line.keys()
    assert line["commit"] == commit
    assert line["committed_at"] == "2026-01-01T01:00:00Z"
    assert list(line["contracts"]) == ["old", "strings", "no-cycles"]
    assert line["contracts"]["old"] == {
        "kept": False,
        "violations": 1,
        "allowed": 0,
        "exposure": 2,
        "users": 1,
        "lower_bound": False,
        "added": 1,
        "fixed": 0,
        "reintroduced": 0,
        "unknown": 0,
        "dropped": 0,
    }
    assert line["coverage"] == {"files": 4, "analysed": 4, "unread": 0}


def test_violations_are_written_only_where_they_are_asked_for(history: History) -> None:
    history.commit(BASE)
    history.commit({"p/more.py": "import p.old\n"})
    full = lines_of(backfill(history.root, "--violations"))

    done = backfill(history.root)

    assert warnings_of(done) == []
    lines = lines_of(done)
    assert all(line.keys() == {"commit", "committed_at", "contracts", "coverage"} for line in lines)
    assert lines == [{key: line[key] for key in lines[0]} for line in full]


def _with_a_side_branch(history: History) -> tuple[str, list[str], str, str]:
    """The first commit, those of the side branch, the one beside them, and the merge."""
    first = history.commit(BASE)
    side = [
        history.commit({"p/side.py": "import p.old\n"}, branch="side", parents=[first]),
        history.commit({"p/side.py": "", "p/late.py": "import p.old\n"}, branch="side"),
    ]
    main = history.commit({"p/main.py": "import p.old\n"})
    merge = history.commit({"p/side.py": "", "p/late.py": "import p.old\n"}, parents=[main, side[-1]])
    return first, side, main, merge


def test_a_merge_is_one_change_of_its_first_parent(history: History) -> None:
    first, _, main, merge = _with_a_side_branch(history)

    lines = exact_lines(history.root)

    assert commits(lines) == [first, main, merge]
    assert column(lines, "violations") == [1, 2, 3]
    assert column(lines, "added") == [1, 1, 1]
    assert column(lines, "fixed") == [0, 0, 0]


def test_without_first_parent_every_commit_of_the_side_branch_is_a_line(history: History) -> None:
    first, side, main, merge = _with_a_side_branch(history)

    listed = commits(exact_lines(history.root, "--no-first-parent"))

    assert sorted(listed) == sorted([first, *side, main, merge])
    assert listed[0] == first
    assert listed[-1] == merge
    assert listed.index(side[0]) < listed.index(side[1])


def test_a_merge_that_takes_neither_side_as_it_is(history: History) -> None:
    first = history.commit(BASE)
    side = history.commit({"p/user.py": "import p.older.x\n"}, branch="side", parents=[first])
    main = history.commit({"p/user.py": "import os\n"})
    history.commit({"p/user.py": "import p.old\nimport p.older.x\n"}, parents=[main, side])

    lines = exact_lines(history.root)

    assert column(lines, "violations") == [1, 0, 2]
    assert column(lines, "reintroduced") == [0, 0, 1]
    both = column(exact_lines(history.root, "--no-first-parent"), "violations")
    assert (both[0], sorted(both[1:3]), both[3]) == (1, [0, 1], 2)


def test_parallel_branches_are_compared_with_their_parents_not_with_each_other(history: History) -> None:
    first = history.commit({"p/__init__.py": "", "p/old.py": ""})
    side = history.commit({"p/w.py": "import p.old\n"}, branch="side", parents=[first])
    main = history.commit({"p/z.py": "import p.old\n"})
    merge = history.commit({"p/w.py": "import p.old\n"}, parents=[main, side])

    lines = exact_lines(history.root, "--no-first-parent")

    assert (commits(lines)[0], commits(lines)[-1]) == (first, merge)
    assert column(lines, "violations") == [0, 1, 1, 2]
    assert column(lines, "added") == [0, 1, 1, 0]
    assert column(lines, "fixed") == [0, 0, 0, 0]
    assert column(lines, "reintroduced") == [0, 0, 0, 0]


def test_what_one_side_fixed_is_fixed_once(history: History) -> None:
    first = history.commit(BASE)
    side = history.commit({"p/user.py": ""}, branch="side", parents=[first])
    main = history.commit({"p/more.py": "import p.old\n"})
    history.commit({"p/user.py": ""}, parents=[main, side])
    history.commit({"p/user.py": "import p.old\n"})

    lines = exact_lines(history.root, "--no-first-parent")

    assert sum(column(lines, "fixed")) == 1
    assert column(lines, "fixed")[3:] == [0, 0]
    assert column(lines, "reintroduced") == [0, 0, 0, 0, 1]


def test_an_octopus_merge(history: History) -> None:
    first = history.commit(BASE)
    sides = [
        history.commit({f"p/{name}.py": "import p.old\n"}, branch=name, parents=[first])
        for name in ("one", "two")
    ]
    history.commit({"p/one.py": "import p.old\n", "p/two.py": "import p.old\n"}, parents=[first, *sides])

    assert column(exact_lines(history.root), "violations") == [1, 3]
    assert len(exact_lines(history.root, "--no-first-parent")) == 4


def test_an_empty_commit_and_one_that_touches_no_python(history: History) -> None:
    made = [
        history.commit(BASE),
        history.commit(),
        history.commit({"README": "text\n", "p/data.txt": ""}),
        history.commit(),
    ]

    lines = exact_lines(history.root)

    assert commits(lines) == made
    assert column(lines, "violations") == [1, 1, 1, 1]
    assert column(lines, "added") == [1, 0, 0, 0]
    assert column(lines, "fixed") == [0, 0, 0, 0]


def test_a_commit_that_is_reverted(history: History) -> None:
    history.commit(BASE)
    history.commit({"p/user.py": ""})
    history.commit({"p/user.py": BASE["p/user.py"]})

    lines = exact_lines(history.root)

    assert column(lines, "fixed") == [0, 1, 0]
    assert column(lines, "reintroduced") == [0, 0, 1]
    assert lines[0]["violations"] == lines[2]["violations"]


def test_an_orphan_branch_is_a_history_of_its_own(history: History) -> None:
    history.commit(BASE)
    orphan = [
        history.commit({"p/__init__.py": "", "p/x.py": "import p.old\n"}, branch="new"),
        history.commit({"p/x.py": ""}, branch="new"),
    ]

    lines = exact_lines(history.root, rev="new")

    assert commits(lines) == orphan
    assert column(lines, "violations") == [1, 0]


def test_a_history_with_two_roots(history: History) -> None:
    main = history.commit(BASE)
    other = history.commit({"q/x.py": "", "p/__init__.py": "import p.old\n"}, branch="other")
    merge = history.commit({"q/x.py": "", "p/__init__.py": "import p.old\n"}, parents=[main, other])

    assert commits(exact_lines(history.root)) == [main, merge]
    both = commits(exact_lines(history.root, "--no-first-parent"))
    assert sorted(both[:2]) == sorted([main, other])
    assert both[2:] == [merge]


def test_dates_out_of_order_change_no_order(history: History) -> None:
    made = [
        history.commit(BASE, at="2026-03-01T00:00:00Z"),
        history.commit({"p/a.py": "import p.old\n"}, at="2026-01-01T00:00:00Z"),
        history.commit({"p/b.py": "import p.old\n"}, at="2026-02-01T23:30:00-05:00"),
        history.commit({"p/c.py": "import p.old\n"}, at="2025-12-31T12:00:00+05:30"),
    ]

    lines = exact_lines(history.root)

    assert commits(lines) == made
    assert commits(exact_lines(history.root, "--no-first-parent")) == made
    assert column(lines, "violations") == [1, 2, 3, 4]
    assert [line["committed_at"] for line in lines] == [
        "2026-03-01T00:00:00Z",
        "2026-01-01T00:00:00Z",
        "2026-02-02T04:30:00Z",
        "2025-12-31T06:30:00Z",
    ]
