"""The text report as a whole."""

from __future__ import annotations

import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from archguard.checking.report import ReferenceReport
from archguard.graph.model import ImportKind, UnreadFile
from archguard.reporters import Style
from tests.reporters.harm import without_own_colors
from tests.reporters.reports import (
    make_contract,
    make_occurrence,
    make_report,
    make_violation,
    render_lines,
    render_text,
)

LONG = "company.product.services.billing.engines.invoice_execution_engine"


def test_a_whole_report() -> None:
    violations = [
        make_violation("app.tasks", "app.old", make_occurrence("app/tasks.py", 7, ImportKind.FUNCTION)),
        make_violation("app.views", "app.old", replacement="app.new"),
    ]
    contracts = [
        make_contract(
            2,
            exposure=3,
            owner="@team",
            deadline=datetime.date(2026, 12, 31),
            guidance="Ask @team.",
        ),
        make_contract(id_="layers", name="Layers", type_="layers"),
    ]

    assert render_text(make_report(*violations, contracts=contracts)) == (
        """\
1 kept, 1 broken. 2 violations in 10 files.

BROKEN One engine [one-engine]
  2 violations, 3 modules exposed, owner @team, deadline 2026-12-31

  app.old  2 importers
    app/tasks.py:7  from app.old import Engine  (function)
    app/views.py:3  from app.old import Engine

  Ask @team.

Read 10 of 10 files: 9 modules, 20 imports.

BROKEN One engine: 2 violations, 3 modules exposed
kept   Layers

Next: in app/tasks.py:7, remove app.old.
"""
    )


def test_when_all_is_kept_coverage_and_summary_are_all() -> None:
    assert render_text(make_report()) == (
        """\
1 kept, 0 broken. No violations in 10 files.

Read 10 of 10 files: 9 modules, 20 imports.

kept   One engine

Next: nothing to do, every contract is kept.
"""
    )


def test_a_lower_bound_is_said_at_the_top_and_in_the_summary() -> None:
    lines = render_lines(make_report(make_violation(), contracts=[make_contract(1, lower_bound=True)]))

    assert lines[0] == "0 kept, 1 broken. At least 1 violation in 10 files."
    assert "  at least 1 violation" in lines
    assert "BROKEN One engine: at least 1 violation" in lines


def test_zero_as_a_lower_bound_is_not_just_kept() -> None:
    lines = render_lines(make_report(contracts=[make_contract(lower_bound=True)]))

    assert lines[0] == "1 kept, 0 broken. No violations in 10 files, as far as could be read."
    assert "kept   One engine: as far as could be read" in lines


@settings(max_examples=50, deadline=None)
@given(
    width=st.integers(10, 200),
    folders=st.lists(st.sampled_from(["app", "some_longer_folder"]), min_size=1, max_size=8),
    words=st.integers(0, 40),
)
def test_no_place_is_cut_and_only_names_are_wider_than_the_terminal(
    width: int, folders: list[str], words: int
) -> None:
    path = "/".join([*folders, "views.py"])
    prose = " ".join(["word"] * words)
    violation = make_violation(
        "app.views", LONG, make_occurrence(path, 123, statement=f"import {LONG} # {prose}")
    )
    contract = make_contract(
        1, name=prose or "name", guidance=prose, owner="me", warnings=(prose,), exposure=5
    )
    unread = UnreadFile(path, "hidden by the package something", 45, ("app.old",))

    report = make_report(violation, contracts=[contract], unread=[unread])

    lines = render_lines(report, Style(width=width, terminal=True))

    assert any(f"{path}:123" in line for line in lines)
    assert any(f"{path}:45" in line for line in lines)
    # Below forty columns prose stays as wide as it must to be read.
    too_wide = [line for line in lines if len(line) > max(width, 40)]
    own = ("Read", "Next: ", "0 kept, 1 broken.")
    assert all(path in line or LONG in line or line.startswith(own) for line in too_wide)


def test_quiet_shows_the_verdicts_only() -> None:
    assert render_text(make_report(make_violation()), Style(quiet=True)) == (
        "0 kept, 1 broken. 1 violation in 10 files.\nBROKEN One engine: 1 violation\n"
    )


def test_verbose_cuts_nothing_even_in_a_terminal() -> None:
    statement = f"from {LONG} import Engine"
    violations = [
        make_violation(f"app.m{number}", LONG, make_occurrence(statement=statement))
        for number in range(30)
    ]
    references = [ReferenceReport("one-engine", "app.old", "app/a.py", line) for line in range(1, 31)]
    unread = [UnreadFile(f"app/m{number:02}.py", "too large", None, ()) for number in range(30)]
    report = make_report(*violations, references=references, unread=unread)

    output = render_text(report, Style(width=30, terminal=True, verbose=True))

    assert output.count(statement) == 30
    assert "more" not in output


def test_colors_change_nothing_but_colors() -> None:
    given_report = make_report(
        make_violation(ghost=True, replacement="app.new"),
        contracts=[make_contract(1, warnings=("No match.",))],
        references=[ReferenceReport("one-engine", "app.old", "app/a.py", 7)],
        unread=[UnreadFile("app/b.py", "a syntax error", 2, ("app.old",))],
    )

    colored = render_text(given_report, Style(color=True))

    assert colored != render_text(given_report)
    assert without_own_colors(colored) == render_text(given_report)


def test_our_own_words_are_ascii() -> None:
    assert render_text(
        make_report(make_violation(ghost=True), contracts=[make_contract(1, lower_bound=True)])
    ).isascii()
