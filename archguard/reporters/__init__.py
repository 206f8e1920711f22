"""Reports in the formats that people and programs read, one format a file. Nothing here prints."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from archguard.reporters.layout import Style

if TYPE_CHECKING:
    from archguard.checking.report import Report

__all__ = ["FORMATS", "Style", "render"]

_MODULES = {
    "text": "text",
    "json": "json_report",
    "github": "github",
    "sarif": "sarif",
    "junit": "junit",
    "gitlab": "gitlab",
    "markdown": "markdown",
}
FORMATS = tuple(_MODULES)


def render(report: Report, format_name: str, style: Style) -> str:
    """Render a report in a format; only the module of that format is imported."""
    reporter = importlib.import_module(f"archguard.reporters.{_MODULES[format_name]}")
    text: str = reporter.render(report, style)
    return text
