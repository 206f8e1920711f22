"""`archguard audit --format json`: the whole audit, for scripts.

History of `format_version`: 1 is the first. Keys may be added to a version, but never change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archguard.text import escape, format_json

if TYPE_CHECKING:
    from archguard.consolidation.audit_report import AuditReport, DefinitionReport
    from archguard.reporters.layout import Style

FORMAT_VERSION = 1


def render(report: AuditReport, style: Style) -> str:  # noqa: ARG001 (every reporter's signature)
    """Render an audit as one JSON document, in ASCII, with sorted lists."""
    return format_json(
        {
            "format_version": FORMAT_VERSION,
            "matches": list(report.matches),
            "families": [
                {
                    **family._asdict(),
                    "canonical": list(family.canonical),
                    "members": list(family.members),
                }
                for family in report.families
            ],
            "definitions": [_make_definition(definition) for definition in report.definitions],
            "bindings": [
                {**binding._asdict(), "path": escape(binding.path)} for binding in report.bindings
            ],
            "impostors": [
                {**impostor._asdict(), "symbols": list(impostor.symbols)}
                for impostor in report.impostors
            ],
            "paths": [
                {"definition": definition.id, "paths": dict(definition.paths)}
                for definition in report.definitions
                if len(definition.paths) > 1
            ],
            "factories": [
                {
                    **factory._asdict(),
                    "path": escape(factory.path),
                    "returns": list(factory.returns),
                    "same_returns": list(factory.same_returns),
                }
                for factory in report.factories
            ],
            "missing": [
                {
                    "symbol": missing.symbol,
                    "places": [{"path": escape(path), "line": line} for path, line in missing.places],
                }
                for missing in report.missing
            ],
            "mappings": [proposal._asdict() for proposal in report.mappings],
            "imports": report.imports and report.imports._asdict(),
            "counts": report.counts._asdict(),
            "coverage": {
                "files": report.coverage.files,
                "read": report.coverage.read,
                "unread": [
                    {"path": escape(file.path), "reason": escape(file.reason)}
                    for file in report.coverage.unread
                ],
            },
        }
    )


def _make_definition(definition: DefinitionReport) -> dict[str, Any]:
    return {
        **definition._asdict(),
        "path": escape(definition.path),
        "role": definition.role.value,
        "facts": list(definition.facts),
        "paths": dict(definition.paths),
    }
