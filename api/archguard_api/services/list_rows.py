"""The items of a list as rows: what the columns are, and cells that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Schema = dict[str, Any]
Item = dict[str, Any]
_REFERENCE = "#/components/schemas/"
_FORMULA_STARTS = (*"=+-@\t\r\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What makes spreadsheets take a cell for a formula; the last four are wide forms of the first."""


def list_columns(schema: Schema, schemas: Mapping[str, Schema]) -> tuple[str, ...]:
    """Return the columns of an item: its keys, and those of the objects in it as `introduced.commit`.

    Args:
        schema: the item's JSON Schema.
        schemas: what it refers to, by name.
    """
    return tuple(dict.fromkeys(_iter_columns(schema, schemas, "")))


def render_csv(items: Iterable[Item], columns: Sequence[str], *, with_header: bool) -> bytes:
    """Render items as CSV (RFC 4180); a list in an item is JSON."""
    text = io.StringIO()
    writer = csv.writer(text)
    if with_header:
        writer.writerow(columns)
    for item in items:
        writer.writerow([_make_cell(_find_value(item, column.split("."))) for column in columns])
    return text.getvalue().encode()


def render_lines(items: Iterable[Item]) -> bytes:
    """Render items as JSON, one a line."""
    return b"".join(f"{_dump(item)}\n".encode() for item in items)


def neutralize(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: it gets an apostrophe in front."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _iter_columns(schema: Schema, schemas: Mapping[str, Schema], name: str) -> Iterator[str]:
    """Yield the columns of a value of this schema and name; an item itself has no name."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].removeprefix(_REFERENCE)]
    choices = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    if choices:
        for choice in choices:
            yield from _iter_columns(choice, schemas, name)
    elif "properties" in schema:
        for key, inner in schema["properties"].items():
            yield from _iter_columns(inner, schemas, f"{name}.{key}" if name else key)
    else:
        yield name


def _find_value(item: Any, path: Sequence[str]) -> Any:
    for key in path:
        if not isinstance(item, dict):
            return None
        item = item.get(key)
    return item


def _make_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return neutralize(value)
    return neutralize(_dump(value)) if isinstance(value, list | dict) else _dump(value)


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
