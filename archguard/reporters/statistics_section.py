"""Which packages and owners have most violations, in a text report: for `--statistics`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from archguard.text import escape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archguard.checking.report import Report

_LISTED = 10
_NOBODY = "(no owner)"


def render_statistics(report: Report) -> Iterator[str]:
    """Render the packages whose modules import most of what they must not, and the contracts' owners."""
    importers = [violation.importer for violation in report.violations]
    owners = {contract.id: contract.owner or _NOBODY for contract in report.contracts}
    if importers:
        depth = _choose_depth(importers)
        packages = Counter(".".join(importer.split(".")[:depth]) for importer in importers)
        yield from _render_top("Violations by package:", packages, "package")
        by_owner = Counter(owners[violation.contract] for violation in report.violations)
        yield from _render_top("Violations by owner:", by_owner, "owner")


def _choose_depth(importers: list[str]) -> int:
    """Return how many parts of names tell packages apart: one more than all share, at least two."""
    first, last = min(importers).split("."), max(importers).split(".")
    shared = 0
    while shared < min(len(first), len(last)) and first[shared] == last[shared]:
        shared += 1
    return max(2, shared + 1)


def _render_top(title: str, counts: Counter[str], noun: str) -> Iterator[str]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    width = len(f"{ordered[0][1]:,}")
    yield title
    for name, count in ordered[:_LISTED]:
        yield f"  {count:>{width},}  {escape(name)}"
    others = ordered[_LISTED:]
    if others:
        total = sum(count for _, count in others)
        yield f"  {total:>{width},}  in {len(others):,} more {noun}{'s' * (len(others) != 1)}"
