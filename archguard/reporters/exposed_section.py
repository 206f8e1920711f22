"""The modules that can reach a forbidden one, in a text report: for `--show-exposed`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.text import escape, format_count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archguard.checking.report import Report


def render_exposed(report: Report) -> Iterator[str]:
    """Render the exposed modules of each contract, one a line, if the report has them."""
    for contract in report.contracts:
        if contract.exposed:
            count = format_count(len(contract.exposed), "module")
            yield f"{count} exposed by {escape(contract.id)}:"
            yield from (f"  {escape(module)}" for module in contract.exposed)
