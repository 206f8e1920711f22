from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archguard.checking.report import Excluded, Outside, OutsideFile, ReferenceReport
from archguard.graph.model import UnreadFile
from archguard.graph.parsing.import_kinds import ImportKind
from archguard.reporters import Style, render
from archguard.sources.source import NOTEBOOK, STUB
from tests.reporters.harm import without_own_colors
from tests.reporters.reports import make_contract, make_occurrence, make_report, make_violation

if TYPE_CHECKING:
    from archguard.checking.report import Report

SHORT = "company...invoice_execution_engine"
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

    assert _text(make_report(*violations, contracts=contracts)) == (
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
    assert _text(make_report()) == (
        """\
1 kept, 0 broken. No violations in 10 files.

Read 10 of 10 files: 9 modules, 20 imports.

kept   One engine

Next: nothing to do, every contract is kept.
"""
    )


def test_files_outside_every_root_and_excluded_ones_have_one_line_each() -> None:
    names = tuple(OutsideFile(f"docs/{number}\n.py", ("app.old",)) for number in range(5))
    report = make_report()
    coverage = report.coverage._replace(
        outside=Outside(48, names), excluded=Excluded(1200, ("app/gen", "*_pb2.py"), naming=1)
    )

    wide = render(report._replace(coverage=coverage), "text", Style(width=200)).splitlines()

    paths = "docs/0\\x0a.py, docs/1\\x0a.py, docs/2\\x0a.py, ..."
    assert wide[3:5] == [
        f"48 Python files lie under no root, 5 of them name a deprecated module: {paths}",
        "1,200 Python files are excluded (app/gen, *_pb2.py), 1 of them names a deprecated module.",
    ]


def test_files_outside_every_root_that_name_no_module_are_only_counted() -> None:
    report = make_report()
    coverage = report.coverage._replace(outside=Outside(1), excluded=Excluded(0, ("gen",)))

    assert _lines(report._replace(coverage=coverage))[3:5] == [
        "1 Python file lies under no root.",
        "0 Python files are excluded (gen).",
    ]


def test_the_replacement_stands_below_the_module() -> None:
    lines = _lines(make_report(make_violation(replacement="app.new")))

    assert lines[lines.index("  app.old  1 importer") + 1] == "    use app.new"


def test_a_ghost_is_called_one() -> None:
    assert "  app.old  1 importer  ghost: the module does not exist" in _lines(
        make_report(make_violation(ghost=True))
    )


def test_a_module_that_is_no_python_source_is_called_so() -> None:
    violation = make_violation()._replace(foreign=True)

    assert "  app.old  1 importer  not Python source" in _lines(make_report(violation))


def test_new_violations_come_before_known_ones_and_both_are_called_so() -> None:
    violations = [
        make_violation("app.a", "app.old", make_occurrence("app/a.py", 1), status="known"),
        make_violation("app.b", "app.old", make_occurrence("app/b.py", 1)),
        make_violation("app.c", "app.older", make_occurrence("app/c.py", 1)),
    ]

    lines = _lines(make_report(*violations, contracts=[make_contract(3, new=2)]))

    places = [line.split(":")[0].strip() for line in lines if line.startswith("    app/")]
    assert places == ["app/b.py", "app/c.py", "app/a.py"]
    assert "  app.old  1 new importer" in lines
    assert "  app.old  1 known importer" in lines
    assert "BROKEN One engine: 3 violations (2 new)" in lines


def test_counts_read_well_in_the_singular() -> None:
    contract = make_contract(1, exposure=1, ignored=1)

    lines = _lines(make_report(make_violation(), contracts=[contract]))

    assert "BROKEN One engine: 1 violation, 1 module exposed, 1 import ignored" in lines


def test_a_lower_bound_is_said_at_the_top_and_in_the_summary() -> None:
    lines = _lines(make_report(make_violation(), contracts=[make_contract(1, lower_bound=True)]))

    assert lines[0] == "0 kept, 1 broken. At least 1 violation in 10 files."
    assert "  at least 1 violation" in lines
    assert "BROKEN One engine: at least 1 violation" in lines


def test_zero_as_a_lower_bound_is_not_just_kept() -> None:
    lines = _lines(make_report(contracts=[make_contract(lower_bound=True)]))

    assert lines[0] == "1 kept, 0 broken. No violations in 10 files, as far as could be read."
    assert "kept   One engine: as far as could be read" in lines


def test_a_statement_at_several_lines_of_a_file_is_written_once() -> None:
    violation = make_violation(
        "app.views", "app.old", *(make_occurrence(line=line) for line in (3, 40, 500))
    )

    lines = _lines(make_report(violation))

    start = lines.index("    app/views.py:3")
    assert lines[start : start + 4] == [
        "    app/views.py:3",
        "    app/views.py:40",
        "    app/views.py:500",
        "      from app.old import Engine",
    ]


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (200, [f"    app/views.py:3  from {LONG} import Engine  (lazy)"]),
        (100, [f"    app/views.py:3  from {SHORT} import Engine  (lazy)"]),
        (
            60,
            [
                "    app/views.py:3  (lazy)",
                "      from company...invoice_execution_engine import Engine",
            ],
        ),
        (30, ["    app/views.py:3  (lazy)", "      ... import Engine"]),
        (20, ["    app/views.py:3  (lazy)", "      ... import ..."]),
    ],
)
def test_a_long_statement_gives_up_first_what_the_heading_says_anyway(
    width: int, lines: list[str]
) -> None:
    where = make_occurrence(kind=ImportKind.LAZY, statement=f"from {LONG} import Engine")

    report = make_report(make_violation("app.views", LONG, where))

    output = _lines(report, Style(width=width, terminal=True))

    start = next(number for number, line in enumerate(output) if "views.py" in line)
    assert output[start : start + len(lines)] == lines


@pytest.mark.parametrize("width", [20, 60, 80])
def test_a_statement_is_never_cut_where_the_output_is_no_terminal(width: int) -> None:
    where = make_occurrence(kind=ImportKind.LAZY, statement=f"from {LONG} import Engine")

    output = _lines(make_report(make_violation("app.views", LONG, where)), Style(width=width))

    assert f"      from {LONG} import Engine" in output


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

    lines = _lines(report, Style(width=width, terminal=True))

    assert any(f"{path}:123" in line for line in lines)
    assert any(f"{path}:45" in line for line in lines)
    # Below forty columns prose stays as wide as it must to be read.
    too_wide = [line for line in lines if len(line) > max(width, 40)]
    own = ("Read", "Next: ", "0 kept, 1 broken.")
    assert all(path in line or LONG in line or line.startswith(own) for line in too_wide)


def test_every_deprecated_module_is_there_with_its_count_and_its_first_twenty_places() -> None:
    many = [make_violation(f"app.m{n:03}", f"app.old{n % 2}") for n in range(629)]
    lonely = make_violation("app.views", "app.zoo")

    lines = _lines(make_report(*many, lonely))

    assert lines[0] == "0 kept, 1 broken. 630 violations in 10 files."
    for heading, left in (("  app.old0  315 importers", 295), ("  app.old1  314 importers", 294)):
        start = lines.index(heading)
        assert all("app/views.py:3" in line for line in lines[start + 1 : start + 21])
        assert lines[start + 21] == f"    ... and {left} more importers (all of them in --format json)"
    assert lines[lines.index("  app.zoo  1 importer") + 1].startswith("    app/views.py:3")


def test_a_package_is_broken_down_by_what_the_statements_ask_for() -> None:
    asked_for = [("app.old.a", "app.old.b"), ("app.old.a.Q",), ("app.old.Engine",), ("app.old",)]
    violations = [
        make_violation(f"app.m{n}", "app.old", make_occurrence()._replace(names=names))
        for n, names in enumerate(asked_for)
    ]

    lines = _lines(make_report(*violations))

    assert lines[lines.index("  app.old  4 importers") + 1] == (
        "    asked for: .a 2, itself 1, .Engine 1, .b 1"
    )


def test_what_all_statements_ask_for_needs_no_line() -> None:
    where = make_occurrence()._replace(names=("app.old.Engine",))

    assert "asked for" not in _text(make_report(make_violation("app.a", "app.old", where)))


def test_an_importer_with_many_places_leaves_room_for_no_other() -> None:
    places = [make_occurrence(line=line) for line in range(1, 31)]
    violations = [make_violation("app.a", "app.old", *places), make_violation("app.b", "app.old")]

    lines = _lines(make_report(*violations))

    assert sum("app/views.py" in line for line in lines[:-2]) == 20
    assert "      ... and 10 more places in app.a" in lines
    assert "    ... and 1 more importer (all of them in --format json)" in lines


def test_a_module_that_is_not_listed_is_no_importer() -> None:
    violations = [
        make_violation(
            "app.extra", "app", make_occurrence("app/extra.py", 1, ImportKind.UNDECLARED, "")
        ),
        make_violation("app.space", "app", nowhere=True),
    ]

    lines = _lines(make_report(*violations))

    start = lines.index("  app  2 modules not listed")
    assert lines[start + 1 : start + 3] == ["    app/extra.py:1", "    app.space"]


def test_a_third_party_contract_speaks_in_its_own_words() -> None:
    contract = make_contract(id_="own", name="Own rule", kept=False, text="a -> b\n    indented")

    lines = _lines(make_report(contracts=[contract]))

    assert lines[2:6] == ["BROKEN Own rule [own]", "", "  a -> b", "      indented"]
    assert lines[-2] == "Next: see what the contract own says above."


def test_warnings_and_uncounted_strings_stand_before_the_coverage() -> None:
    references = [
        ReferenceReport("one-engine", "app.old", "app/a.py", 7, text="'app.old.Engine'"),
        ReferenceReport("one-engine", "app.old", "app/a.py", 9),
    ]

    lines = _lines(
        make_report(contracts=[make_contract(warnings=("No match.",))], references=references)
    )

    assert lines[2:8] == [
        "warning: one-engine: No match.",
        "note: one-engine: 2 strings name a deprecated module; not counted.",
        "  app/a.py:7  'app.old.Engine'",
        "  app/a.py:9",
        "",
        "Read 10 of 10 files: 9 modules, 20 imports.",
    ]


def test_one_string_reads_well_too() -> None:
    reference = ReferenceReport("one-engine", "app.old", "app/a.py", 7)

    lines = _lines(make_report(references=[reference]))

    assert lines[2:4] == [
        "note: one-engine: 1 string names a deprecated module; not counted.",
        "  app/a.py:7",
    ]


def test_what_is_no_string_is_not_called_one() -> None:
    references = [
        ReferenceReport("one-engine", "app.old", "app/a.py", 7, "attribute", "app.old.Engine()"),
        ReferenceReport("one-engine", "app.old", "app/b.py", 8, "literal", "'app.old'"),
        ReferenceReport("one-engine", "app.old", "app/c.py", 9, "literal", "'app.old'"),
        ReferenceReport("one-engine", "app.old", "setup.cfg", 2, "configuration", "old = app.old:f"),
    ]

    lines = _lines(make_report(references=references), Style(width=200))

    assert lines[2:7] == [
        (
            "note: one-engine: 2 strings, 1 configuration value and 1 attribute "
            "name a deprecated module; not counted."
        ),
        "  app/a.py:7  app.old.Engine()  (attribute)",
        "  app/b.py:8  'app.old'",
        "  app/c.py:9  'app.old'",
        "  setup.cfg:2  old = app.old:f  (configuration)",
    ]


def test_beyond_ten_strings_they_are_counted() -> None:
    references = [ReferenceReport("one-engine", "app.old", "app/a.py", line) for line in range(1, 13)]

    lines = _lines(make_report(references=references))

    assert "  app/a.py:10" in lines
    assert "  app/a.py:11" not in lines
    assert "  ... and 2 more (all of them in --format json)" in lines


def test_strings_that_are_counted_are_not_noted_again() -> None:
    where = make_occurrence("app/a.py", 7, ImportKind.REFERENCE, 'patch("app.old")')
    reference = ReferenceReport("one-engine", "app.old", "app/a.py", 7)

    output = _text(make_report(make_violation("app.a", "app.old", where), references=[reference]))

    assert 'app/a.py:7  patch("app.old")  (reference)' in output
    assert "note:" not in output


def test_unread_files_that_could_raise_a_count_come_first() -> None:
    unread = [
        UnreadFile("app/a.py", "too large", None, ()),
        UnreadFile("app/b.py", "a syntax error", 2, ("app.old",)),
    ]

    lines = _lines(make_report(unread=unread))

    assert lines[0] == "1 kept, 0 broken. No violations in 8 of 10 files."
    assert lines[2:5] == [
        "Read 8 of 10 files: 9 modules, 20 imports. 2 unread:",
        "  app/b.py:2  a syntax error  names a deprecated module",
        "  app/a.py  too large",
    ]


def test_unread_files_that_may_import_anything_come_before_those_that_do_not() -> None:
    unread = [
        UnreadFile("app/a.py", "too large", None, ()),
        UnreadFile("app/sub", "a submodule", None, (), unknown=True),
    ]

    assert _lines(make_report(unread=unread))[3:5] == [
        "  app/sub  a submodule  may import anything",
        "  app/a.py  too large",
    ]


def test_stubs_and_the_like_are_counted_unless_they_name_a_deprecated_module() -> None:
    unread = [
        *(UnreadFile(f"app/m{number}.pyi", STUB, None, ()) for number in range(30)),
        UnreadFile("app/old.pyi", STUB, None, ("app.old",)),
        UnreadFile("app/plot.ipynb", NOTEBOOK, None, ()),
        UnreadFile("app/lost.ipynb", NOTEBOOK, None, (), unknown=True),
    ]

    assert _lines(make_report(unread=unread))[3:8] == [
        "  app/old.pyi  a type stub: only .py files are analysed",
        "    names a deprecated module",
        "  app/lost.ipynb  a notebook: only .py files are analysed  may import anything",
        "  30 type stubs not analysed; they name no deprecated module",
        "  1 notebook not analysed; it names no deprecated module",
    ]


def test_beyond_twenty_unread_files_they_are_counted() -> None:
    unread = [UnreadFile(f"app/m{number:02}.py", "too large", None, ()) for number in range(23)]

    lines = _lines(make_report(unread=unread))

    assert "  app/m19.py  too large" in lines
    assert lines[23] == "  ... and 3 more (all of them in --format json)"


@pytest.mark.parametrize("width", [20, 80])
def test_a_reason_is_cut_in_a_terminal_only(width: int) -> None:
    reason = "hidden by the package " + "a/long/path/" * 9
    report = make_report(unread=[UnreadFile("app/a.py", reason, None, ())])

    log, terminal = (_text(report, Style(width=width, terminal=on)) for on in (False, True))

    assert reason in log
    assert reason not in terminal
    assert "app/a.py" in terminal


def test_quiet_shows_the_verdicts_only() -> None:
    assert _text(make_report(make_violation()), Style(quiet=True)) == (
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

    output = _text(report, Style(width=30, terminal=True, verbose=True))

    assert output.count(statement) == 30
    assert "more" not in output


def test_colors_change_nothing_but_colors() -> None:
    given_report = make_report(
        make_violation(ghost=True, replacement="app.new"),
        contracts=[make_contract(1, warnings=("No match.",))],
        references=[ReferenceReport("one-engine", "app.old", "app/a.py", 7)],
        unread=[UnreadFile("app/b.py", "a syntax error", 2, ("app.old",))],
    )

    colored = _text(given_report, Style(color=True))

    assert colored != _text(given_report)
    assert without_own_colors(colored) == _text(given_report)


def test_our_own_words_are_ascii() -> None:
    assert _text(
        make_report(make_violation(ghost=True), contracts=[make_contract(1, lower_bound=True)])
    ).isascii()


def _text(given_report: Report, style: Style | None = None) -> str:
    return render(given_report, "text", style or Style())


def _lines(given_report: Report, style: Style | None = None) -> list[str]:
    return _text(given_report, style).split("\n")
