"""The pipeline: source -> graph -> contracts -> violations -> report."""

from archguard.checking.occurrences import Occurrences
from archguard.checking.pipeline import (
    Judged,
    Request,
    check,
    contract_report,
    judge_one,
    load_contracts,
    options_of,
    violations_of,
)
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
    "Judged",
    "Occurrence",
    "Occurrences",
    "ReferenceReport",
    "Report",
    "Request",
    "Violation",
    "check",
    "contract_report",
    "judge_one",
    "load_contracts",
    "options_of",
    "violations_of",
]
