"""What a text report remarks beside the verdicts."""

from __future__ import annotations

from archguard.checking.report import ExceptionReport, ReferenceReport
from archguard.graph.model import ImportKind
from archguard.reporters import Style
from tests.reporters.reports import (
    make_contract,
    make_occurrence,
    make_report,
    make_violation,
    render_lines,
    render_text,
)


def test_warnings_and_uncounted_strings_stand_before_the_coverage() -> None:
    references = [
        ReferenceReport("one-engine", "app.old", "app/a.py", 7, text="'app.old.Engine'"),
        ReferenceReport("one-engine", "app.old", "app/a.py", 9),
    ]

    lines = render_lines(
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


def test_only_the_first_warnings_of_a_contract_are_listed() -> None:
    contract = make_contract(warnings=tuple(f"{number}." for number in range(23)))

    lines = render_lines(make_report(contracts=[contract]))

    assert lines[2:4] == ["warning: one-engine: 0.", "warning: one-engine: 1."]
    assert lines[21:23] == [
        "warning: one-engine: 19.",
        "  ... and 3 more warnings (all of them in --format json)",
    ]


def test_only_exceptions_with_wildcards_say_what_they_cover() -> None:
    exception = ExceptionReport("allowed_importers", "app.*", "app.old", 12, "", "", "", expired=False)
    contract = make_contract()._replace(
        exceptions=(
            exception,
            exception._replace(imported="app.new", growth=3),
            exception._replace(importer="app.a", imports=1),
        )
    )

    lines = render_lines(make_report(contracts=[contract]), Style(width=200))

    assert lines[2] == (
        "note: one-engine: exceptions with wildcards cover 12 imports by `app.* -> app.old`, "
        "12 imports (3 more than at the base) by `app.* -> app.new`."
    )


def test_one_string_reads_well_too() -> None:
    reference = ReferenceReport("one-engine", "app.old", "app/a.py", 7)

    lines = render_lines(make_report(references=[reference]))

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

    lines = render_lines(make_report(references=references), Style(width=200))

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

    lines = render_lines(make_report(references=references))

    assert "  app/a.py:10" in lines
    assert "  app/a.py:11" not in lines
    assert "  ... and 2 more (all of them in --format json)" in lines


def test_strings_that_are_counted_are_not_noted_again() -> None:
    where = make_occurrence("app/a.py", 7, ImportKind.REFERENCE, 'patch("app.old")')
    reference = ReferenceReport("one-engine", "app.old", "app/a.py", 7)

    output = render_text(make_report(make_violation("app.a", "app.old", where), references=[reference]))

    assert 'app/a.py:7  patch("app.old")  (reference)' in output
    assert "note:" not in output
