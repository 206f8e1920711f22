"""`archguard plan --what-if … --format json`: the whole answer, for scripts.

History of `format_version`: 1 is the first. Keys may be added to a version, but never change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archguard.text import escape, format_json

if TYPE_CHECKING:
    from archguard.consolidation.migration_plan import PlannedViolation
    from archguard.consolidation.what_if import WhatIfAnswer
    from archguard.reporters.layout import Style

FORMAT_VERSION = 1


def render(answer: WhatIfAnswer, style: Style) -> str:  # noqa: ARG001 (every reporter's signature)
    """Render an answer as one JSON document, in ASCII, with sorted lists."""
    names = ("contract", "importer", "imported")
    return format_json(
        {
            "format_version": FORMAT_VERSION,
            "what_if": list(answer.supposed),
            "counts": [counts._asdict() for counts in answer.counts],
            "ready": [_make_violation(one) for one in answer.ready],
            "blocked": [_make_violation(one) for one in answer.blocked],
            "gone": [dict(zip(names, one, strict=True)) for one in answer.gone],
            "new": [dict(zip(names, one, strict=True)) for one in answer.new],
            "ghosts": [{**one._asdict(), "path": escape(one.path)} for one in answer.ghosts],
            "freed": {contract: list(modules) for contract, modules in answer.freed.items()},
        }
    )


def _make_violation(violation: PlannedViolation) -> dict[str, Any]:
    return {
        "contract": violation.contract,
        "importer": violation.importer,
        "imported": violation.imported,
        "path": escape(violation.path),
        "line": violation.line,
        "code": violation.code and violation.code.value,
        "reason": violation.reason,
    }
