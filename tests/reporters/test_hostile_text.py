"""Text from the analysed tree in every format of a report: it does no harm where it is printed."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from archguard.reporters import FORMATS, Style, render
from tests.reporters.harm import commands, forged, invisible, without_own_colors
from tests.reporters.reports import (
    HOSTILE,
    contract,
    hostile_reports,
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
