"""The pipeline: source -> graph -> contracts -> violations -> report."""

from archguard.checking.pipeline import Request, check
from archguard.checking.report import (
    ContractReport,
    Coverage,
    Occurrence,
    ReferenceReport,
    Report,
    Violation,
)

__all__ = [
    "ContractReport",
    "Coverage",
    "Occurrence",
    "ReferenceReport",
    "Report",
    "Request",
    "Violation",
    "check",
]
