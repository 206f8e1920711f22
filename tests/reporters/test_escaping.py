from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from archguard.reporters import FORMATS, Style, render
from archguard.reporters.escaping import escape, json_text, log_line
from tests.reporters.harm import commands, forged, invisible, without_own_colors
from tests.reporters.reports import (
    HOSTILE,
    contract,
    hostile_reports,
    hostile_texts,
    occurrence,
    report,
    violation,
)

if TYPE_CHECKING:
    from archguard.checking.report import Report


OWN = ("::error ", "::error::", "::warning ", "::warning::", "::notice::")


@pytest.mark.parametrize("name", HOSTILE)
def test_each_hostile_name_does_harm_when_it_is_printed_as_it_is(name: str) -> None:
    naive = f"{name}:3  import old"

    assert invisible(naive) or commands(naive)


@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("name", HOSTILE)
def test_no_format_lets_a_hostile_name_do_harm(name: str, format_: str, *, color: bool) -> None:
    found = violation(name, f"{name}.old", occurrence(name, statement=name), replacement=name)
    one = contract(1, name=name, owner=name, text=name, guidance=name, warnings=(name,))

    output = render(report(found, contracts=[one]), format_, Style(color=color))

    assert not _harm(output, format_)


@settings(max_examples=60, deadline=None)
@given(any_report=hostile_reports())
def test_no_format_lets_any_text_do_harm(any_report: Report) -> None:
    for format_, color in itertools.product(FORMATS, (False, True)):
        output = render(any_report, format_, Style(color=color, width=40))

        assert not _harm(output, format_)


@settings(max_examples=60, deadline=None)
@given(any_report=hostile_reports())
def test_documents_are_ascii_and_valid_for_a_strict_reader(any_report: Report) -> None:
    for format_ in ("json", "sarif"):
        output = render(any_report, format_, Style())

        assert output.isascii()
        # Lone surrogates cannot be encoded; a strict reader refuses them.
        json.dumps(json.loads(output, parse_constant=_refuse), ensure_ascii=False).encode()


def test_a_lone_surrogate_is_what_json_alone_lets_through() -> None:
    naive = json.loads(json.dumps("\ud800"))

    with pytest.raises(UnicodeEncodeError):
        naive.encode()


@given(text=hostile_texts())
def test_what_is_visible_stays_as_it_is(text: str) -> None:
    assert escape(escape(text)) == escape(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("src/über uns.py", "src/über uns.py"),
        ("a\nb\t", r"a\x0ab\x09"),
        ("\u202e", r"\u202e"),
        ("\U000e0041", r"\U000e0041"),
        ("\udce9", r"\xe9"),
        ("a##[error]", r"a#\x23[error]"),
        ("###vso[x]", r"##\x23vso[x]"),
        ("## a heading [1]", "## a heading [1]"),
    ],
)
def test_what_does_not_show_is_written_as_an_escape(text: str, shown: str) -> None:
    assert escape(text) == shown


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("::error::x", r"\x3a:error::x"),
        ("  ::error::x", r"  \x3a:error::x"),
        ("\x1b[31m::error::x", "\x1b[31m\\x3a:error::x"),
        ("a ::error::x", "a ::error::x"),
        (":9", ":9"),
    ],
)
def test_a_log_line_cannot_start_a_command(line: str, printed: str) -> None:
    assert log_line(line) == printed


def test_json_keeps_what_it_escapes() -> None:
    document = {"path": ["##[error] \x7f é", 3, None, True]}

    assert json.loads(json_text(document)) == document
    assert not commands(json_text(document))
    assert commands(json.dumps(document))


def _harm(output: str, format_: str) -> object:
    if format_ == "text":
        output = without_own_colors(output)
    if format_ != "github":
        return invisible(output) or forged(output)
    # Every line is a command of ours or the last: no name has started a line.
    lines = output.split("\n")[:-2]
    return invisible(output) or forged(output, OWN) or [one for one in lines if not one.startswith(OWN)]


def _refuse(constant: str) -> None:
    raise AssertionError(constant)
