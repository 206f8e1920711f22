"""`archguard audit --declared --format json`: what the code declares deprecated, for scripts.

History of `format_version`: 1 is the first. Keys may be added to a version, but never change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archguard.text import escape, format_json

if TYPE_CHECKING:
    from archguard.consolidation.declared_deprecations import DeclaredDeprecation, DeclaredReport
    from archguard.reporters.layout import Style

FORMAT_VERSION = 1


def render(report: DeclaredReport, style: Style) -> str:  # noqa: ARG001 (every reporter's signature)
    """Render the deprecations as one JSON document, in ASCII, with sorted lists."""
    coverage = report.coverage
    return format_json(
        {
            "format_version": FORMAT_VERSION,
            "declared": [_make_deprecation(one) for one in report.deprecations],
            "coverage": {
                "files": coverage.files,
                "read": coverage.read,
                "unread": [
                    {"path": escape(file.path), "reason": escape(file.reason)}
                    for file in coverage.unread
                ],
            },
        }
    )


def _make_deprecation(one: DeclaredDeprecation) -> dict[str, Any]:
    return {
        **one._asdict(),
        "path": escape(one.path),
        "declarations": list(one.declarations),
        "replacement": one.replacement and one.replacement._asdict(),
    }
