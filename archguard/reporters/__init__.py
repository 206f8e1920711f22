"""A report in the formats that people and machines read; one format a file. Nothing here prints."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from archguard.reporters.style import Style

if TYPE_CHECKING:
    from archguard.checking.report import Report

__all__ = ["FORMATS", "Style", "render"]

_MODULES = {"text": "text", "json": "json_report", "github": "github", "sarif": "sarif"}
FORMATS = tuple(_MODULES)


def render(report: Report, name: str, style: Style) -> str:
    """The report in the format of this name; only that one's module is loaded."""
    reporter = importlib.import_module(f"archguard.reporters.{_MODULES[name]}")
    text: str = reporter.render(report, style)
    return text
