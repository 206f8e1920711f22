"""Rows of lists: which columns there are, and that no cell is a formula."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from archguard_api.services.list_rows import list_columns, neutralize, render_csv, render_lines

SCHEMAS = {"Moment": {"properties": {"commit": {"type": "string"}, "at": {"type": "integer"}}}}
ITEM = {
    "properties": {
        "name": {"type": "string"},
        "begun": {"$ref": "#/components/schemas/Moment"},
        "ended": {"anyOf": [{"$ref": "#/components/schemas/Moment"}, {"type": "null"}]},
        "names": {"type": "array", "items": {"type": "string"}},
    }
}


def _parse(content: bytes) -> list[list[str]]:
    return [*csv.reader(io.StringIO(content.decode(), newline=""))]


def test_the_keys_of_objects_are_columns_of_their_own() -> None:
    assert list_columns(ITEM, SCHEMAS) == (
        *("name", "begun.commit", "begun.at", "ended.commit", "ended.at", "names"),
    )


def test_the_columns_of_a_choice_are_those_of_all_that_it_may_be() -> None:
    other = {"properties": {"name": {"type": "string"}, "reason": {"type": "string"}}}

    assert list_columns({"anyOf": [ITEM, other]}, SCHEMAS)[-1] == "reason"


def test_rows_have_a_cell_for_each_column_and_lists_are_json() -> None:
    columns = list_columns(ITEM, SCHEMAS)
    items: list[dict[str, Any]] = [
        {"name": 'a "b", c\nd', "begun": {"commit": "1", "at": -2}, "ended": None, "names": ["x", "y"]},
        {"name": "é", "begun": {"commit": "1", "at": 2}, "ended": {"commit": "3", "at": 4}, "names": []},
    ]

    assert _parse(render_csv(items, columns, with_header=True)) == [
        [*columns],
        ['a "b", c\nd', "1", "-2", "", "", '["x","y"]'],
        ["é", "1", "2", "3", "4", "[]"],
    ]
    assert render_csv([], columns, with_header=False) == b""


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff20x"],
)
def test_what_a_spreadsheet_would_run_has_an_apostrophe_in_front(text: str) -> None:
    assert _parse(render_csv([{"a": text}], ["a"], with_header=False)) == [[f"'{text}"]]


@pytest.mark.parametrize("text", ["", "shop.cart", "1-1", " =1", "'=1"])
def test_other_text_is_as_it_was(text: str) -> None:
    assert neutralize(text) == text


def test_lines_of_json_are_the_items_as_they_are() -> None:
    assert render_lines([{"a": "=1"}, {"a": None}]) == b'{"a":"=1"}\n{"a":null}\n'
