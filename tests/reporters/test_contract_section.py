"""What a text report says about one contract."""

from __future__ import annotations

import pytest

from archguard.graph.model import ImportKind
from archguard.reporters import Style
from tests.reporters.reports import (
    BASE,
    make_contract,
    make_occurrence,
    make_report,
    make_violation,
    render_lines,
    render_text,
)

SHORT = "company...invoice_execution_engine"
LONG = "company.product.services.billing.engines.invoice_execution_engine"


def test_the_replacement_stands_below_the_module() -> None:
    lines = render_lines(make_report(make_violation(replacement="app.new")))

    assert lines[lines.index("  app.old  1 importer") + 1] == "    use app.new"


def test_a_ghost_is_called_one() -> None:
    assert "  app.old  1 importer  ghost: the module does not exist" in render_lines(
        make_report(make_violation(ghost=True))
    )


def test_a_module_that_is_no_python_source_is_called_so() -> None:
    violation = make_violation()._replace(foreign=True)

    assert "  app.old  1 importer  not Python source" in render_lines(make_report(violation))


def test_new_violations_come_before_existing_ones_and_both_are_called_so() -> None:
    violations = [
        make_violation("app.a", "app.old", make_occurrence("app/a.py", 1), status="existing"),
        make_violation("app.b", "app.old", make_occurrence("app/b.py", 1), status="new"),
        make_violation("app.c", "app.older", make_occurrence("app/c.py", 1), status="new"),
    ]

    report = make_report(*violations, contracts=[make_contract(3, new=2)], base=BASE)
    assert "app/a.py" not in "".join(render_lines(report))
    lines = render_lines(report, Style(verbose=True))

    places = [line.split(":")[0].strip() for line in lines if line.startswith("    app/")]
    assert places == ["app/b.py", "app/c.py", "app/a.py"]
    assert "  app.old  1 new importer" in lines
    assert "  app.old  1 existing importer" in lines
    assert "BROKEN One engine: 3 violations (2 new)" in lines


def test_existing_violations_are_listed_where_they_make_the_contract_fail() -> None:
    violation = make_violation("app.a", "app.old", make_occurrence("app/a.py", 1), status="existing")
    strict = make_contract(1, new=0)._replace(passed=False)
    report = make_report(violation, contracts=[strict], base=BASE)

    lines = render_lines(report)

    assert "  app.old  1 importer" in lines
    assert any(line.startswith("    app/a.py:1") for line in lines)
    assert lines[-2] == "Next: in app/a.py:1, remove app.old."


def test_existing_violations_are_not_listed_where_a_weakened_contract_fails() -> None:
    violation = make_violation("app.a", "app.old", make_occurrence("app/a.py", 1), status="existing")
    weakened = make_contract(1, new=0)._replace(passed=False, weakened=1)
    report = make_report(violation, contracts=[weakened], base=BASE)._replace(forbids_weakening=True)

    assert "app/a.py" not in render_text(report)


def test_counts_read_well_in_the_singular() -> None:
    contract = make_contract(1, exposure=1, ignored=1)

    lines = render_lines(make_report(make_violation(), contracts=[contract]))

    assert "BROKEN One engine: 1 violation, 1 module exposed, 1 import ignored" in lines


def test_a_statement_at_several_lines_of_a_file_is_written_once() -> None:
    violation = make_violation(
        "app.views", "app.old", *(make_occurrence(line=line) for line in (3, 40, 500))
    )

    lines = render_lines(make_report(violation))

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

    output = render_lines(report, Style(width=width, terminal=True))

    start = next(number for number, line in enumerate(output) if "views.py" in line)
    assert output[start : start + len(lines)] == lines


@pytest.mark.parametrize("width", [20, 60, 80])
def test_a_statement_is_never_cut_where_the_output_is_no_terminal(width: int) -> None:
    where = make_occurrence(kind=ImportKind.LAZY, statement=f"from {LONG} import Engine")

    output = render_lines(make_report(make_violation("app.views", LONG, where)), Style(width=width))

    assert f"      from {LONG} import Engine" in output


def test_every_deprecated_module_is_there_with_its_count_and_its_first_twenty_places() -> None:
    many = [make_violation(f"app.m{n:03}", f"app.old{n % 2}") for n in range(629)]
    lonely = make_violation("app.views", "app.zoo")

    lines = render_lines(make_report(*many, lonely))

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

    lines = render_lines(make_report(*violations))

    assert lines[lines.index("  app.old  4 importers") + 1] == (
        "    asked for: .a 2, itself 1, .Engine 1, .b 1"
    )


def test_what_all_statements_ask_for_needs_no_line() -> None:
    where = make_occurrence()._replace(names=("app.old.Engine",))

    assert "asked for" not in render_text(make_report(make_violation("app.a", "app.old", where)))


def test_an_importer_with_many_places_leaves_room_for_no_other() -> None:
    places = [make_occurrence(line=line) for line in range(1, 31)]
    violations = [make_violation("app.a", "app.old", *places), make_violation("app.b", "app.old")]

    lines = render_lines(make_report(*violations))

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

    lines = render_lines(make_report(*violations))

    start = lines.index("  app  2 modules not listed")
    assert lines[start + 1 : start + 3] == ["    app/extra.py:1", "    app.space"]


def test_a_third_party_contract_speaks_in_its_own_words() -> None:
    contract = make_contract(id_="own", name="Own rule", kept=False, text="a -> b\n    indented")

    lines = render_lines(make_report(contracts=[contract]))

    assert lines[2:6] == ["BROKEN Own rule [own]", "", "  a -> b", "      indented"]
    assert lines[-2] == "Next: see what the contract own says above."
