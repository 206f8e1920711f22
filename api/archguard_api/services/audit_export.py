"""Write the audit log as NDJSON and CSV, a part at a time."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from archguard_api.models import AuditEntry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Batches = Iterable[tuple[AuditEntry, ...]]

_ADAPTER: TypeAdapter[AuditEntry] = TypeAdapter(AuditEntry)
_COLUMNS = list(AuditEntry.__dataclass_fields__)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


@dataclass(frozen=True, slots=True)
class Export:
    """A file format."""

    media_type: str
    render: Callable[[Batches], Iterator[bytes]]


def _render_ndjson(batches: Batches) -> Iterator[bytes]:
    for batch in batches:
        yield b"".join(_ADAPTER.dump_json(entry) + b"\n" for entry in batch)


def _render_csv(batches: Batches) -> Iterator[bytes]:
    header: list[list[str]] = [_COLUMNS]
    for batch in batches:
        text = io.StringIO()
        csv.writer(text).writerows([*header, *map(_make_cells, batch)])
        header = []
        yield text.getvalue().encode()


def _make_cells(entry: AuditEntry) -> list[str]:
    values = _ADAPTER.dump_python(entry, mode="json")
    values["details"] = json.dumps(values["details"], ensure_ascii=False, sort_keys=True)
    return [_escape("" if value is None else str(value)) for value in values.values()]


def _escape(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


EXPORTS = {
    "ndjson": Export("application/x-ndjson", _render_ndjson),
    "csv": Export("text/csv", _render_csv),
}
