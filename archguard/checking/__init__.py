"""The pipeline: source -> graph -> contracts -> violations -> report."""

from archguard.checking.occurrences import Occurrences
from archguard.checking.pipeline import (
    Judged,
    Request,
    check,
    check_all,
    contract_report,
    judge_one,
    load_contracts,
    options_of,
    violations_of,
)
from archguard.checking.report import (
    Checked,
    ContractReport,
    Coverage,
    Material,
    Occurrence,
    ReferenceReport,
    Report,
    Violation,
)

__all__ = [
    "Checked",
    "ContractReport",
    "Coverage",
    "Judged",
    "Material",
    "Occurrence",
    "Occurrences",
    "ReferenceReport",
    "Report",
    "Request",
    "Violation",
    "check",
    "check_all",
    "contract_report",
    "judge_one",
    "load_contracts",
    "options_of",
    "violations_of",
]
