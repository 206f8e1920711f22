from __future__ import annotations

import json

import pytest
from hypothesis import given

from archguard.text import (
    escape,
    escape_log_line,
    format_choices,
    format_count,
    format_json,
    format_json_line,
    suggest,
)
from tests.reporters.harm import commands
from tests.reporters.reports import hostile_texts


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
    assert escape_log_line(line) == printed


def test_json_keeps_what_it_escapes() -> None:
    document = {"path": ["##[error] \x7f é", 3, None, True]}

    assert json.loads(format_json(document)) == document
    assert not commands(format_json(document))
    assert commands(json.dumps(document))


def test_json_on_one_line_is_escaped_in_the_same_way() -> None:
    document = {"path": ["##[error] \x7f é", 3, None, True]}

    line = format_json_line(document)

    assert json.loads(line) == document
    assert not commands(line)
    assert line.index("\n") == len(line) - 1


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 files"), (1, "1 file"), (2, "2 files"), (8063, "8,063 files")]
)
def test_only_one_thing_is_singular(number: int, words: str) -> None:
    assert format_count(number, "file") == words


def test_a_similar_name_is_suggested() -> None:
    assert suggest("jsn", ["json", "text"]) == "; did you mean 'json'?"


def test_an_unlisted_name_is_suggested_but_never_listed() -> None:
    assert suggest("shop.crat", (), ["shop.cart", "shop.order"]) == "; did you mean 'shop.cart'?"
    assert suggest("zzz", (), ["shop.cart"]) == "."
    assert suggest("zzz", ["json"], ["text"]) == "; choose json."


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["day"], "day"),
        (["day", "week"], "day or week"),
        (["day", "week", "month"], "day, week or month"),
    ],
)
def test_a_name_unlike_any_is_told_all_there_are(names: list[str], words: str) -> None:
    assert format_choices(names) == words
    assert suggest("zzz", names) == f"; choose {words}."
