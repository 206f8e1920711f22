"""`archguard tests --format json`: the tests with their chains, for scripts.

History of `format_version`: 1 is the first. Keys may be added to a version, but never change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.text import escape, format_json

if TYPE_CHECKING:
    from archguard.protection.protecting_test import Selection
    from archguard.reporters.layout import Style

FORMAT_VERSION = 1


def render(selection: Selection, style: Style) -> str:  # noqa: ARG001 (every reporter's signature)
    """Render a selection as one JSON document, in ASCII, with sorted lists."""
    return format_json(
        {
            "format_version": FORMAT_VERSION,
            "asked": list(selection.asked),
            "tests": [
                {"path": escape(test.path), "why": test.why.value, "chain": list(test.chain)}
                for test in selection.tests
            ],
            "gaps": [{**gap._asdict(), "path": escape(gap.path)} for gap in selection.gaps],
            "missed": [escape(path) for path in selection.missed],
            "collected": selection.collected,
            "coverage": {
                "unread": [
                    {"path": escape(file.path), "reason": escape(file.reason)}
                    for file in selection.unread
                ]
            },
        }
    )
