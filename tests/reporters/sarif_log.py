"""Reads the log that a report is rendered as."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from archguard.reporters import Style, render

if TYPE_CHECKING:
    from archguard.checking.report import Report


def read_log(report: Report) -> Any:
    return json.loads(render(report, "sarif", Style()))


def read_run(report: Report) -> Any:
    """Return the one run of the log."""
    (run,) = read_log(report)["runs"]
    return run
