"""A report in the formats that people and machines read; one format a file. Nothing here prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.reporters import github, json_report, sarif, text
from archguard.reporters.style import Style

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from archguard.checking import Report

__all__ = ["REPORTERS", "Style"]

REPORTERS: Mapping[str, Callable[[Report, Style], str]] = {
    "text": text.render,
    "json": json_report.render,
    "github": github.render,
    "sarif": sarif.render,
}
