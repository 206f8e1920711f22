"""Which new violations stand on lines that the change touched.

A change can add violations elsewhere: an import in one file makes a chain that ends in another.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from archguard.checking.report import Report, Violation
    from archguard.ratchet.base import Base
    from archguard.sources.source import Source

_MAX_PAIRS = 4_000_000
"""Of lines: comparing so many takes about a second."""


def mark_changed_lines(report: Report, source: Source, base: Base) -> Report:
    """Return the report whose new violations say whether they stand on changed lines.

    Args:
        report: the report, in which each violation has its status.
        source: the tree that it is about.
        base: what the tree was compared with.
    """
    new = [violation for violation in report.violations if violation.status == "new"]
    paths = sorted({path for violation in new for path, _ in _list_places(violation)})
    changed = find_changed_lines(paths, source, base)
    return report._replace(
        violations=tuple(
            violation._replace(
                on_changed_lines=any(line in changed[path] for path, line in _list_places(violation))
            )
            if violation.status == "new"
            else violation
            for violation in report.violations
        )
    )


def _list_places(violation: Violation) -> Iterator[tuple[str, int]]:
    yield from ((place.path, place.line) for place in violation.occurrences)
    yield from ((step.path, step.line) for step in violation.chain)
    yield from ((cause.path, cause.line) for cause in violation.causes)


def find_changed_lines(
    paths: Sequence[str], source: Source, base: Base
) -> Mapping[str, Collection[int]]:
    """Return the numbers of the lines of each file that the base does not have, counted from 1."""
    old_paths = [base.path_to_old(path) for path in paths]
    pairs = zip(paths, base.source.read(old_paths), source.read(paths), strict=True)
    return {
        path: compare_lines(before if isinstance(before, bytes) else b"", now)
        if isinstance(now, bytes)
        else frozenset()
        for path, before, now in pairs
    }


def compare_lines(before: bytes, now: bytes) -> frozenset[int]:
    """Return the numbers of the lines of a text that an older one does not have, counted from 1.

    What differs in texts of very many lines counts as changed as a whole.
    """
    old, new = before.splitlines(), now.splitlines()
    start = sum(1 for _ in takewhile(_are_equal, zip(old, new, strict=False)))
    rest = zip(reversed(old[start:]), reversed(new[start:]), strict=False)
    end = sum(1 for _ in takewhile(_are_equal, rest))
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    if len(old) * len(new) > _MAX_PAIRS:
        return frozenset(range(start + 1, start + len(new) + 1))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return frozenset(
        start + line + 1
        for operation, _, _, first, last in matcher.get_opcodes()
        if operation in ("insert", "replace")
        for line in range(first, last)
    )


def _are_equal(pair: tuple[bytes, bytes]) -> bool:
    return pair[0] == pair[1]
