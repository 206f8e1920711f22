"""What the service answers, as its OpenAPI document describes it; a subject a file."""

from archguard_api.answers.base import Answer, Counted, Edge, Moment, Page
from archguard_api.answers.modules import Between, Chain, ModuleNow, Modules, Neighbourhood, Node
from archguard_api.answers.projects import (
    Branch,
    ContractNow,
    CurvePoint,
    ListedProject,
    Project,
    ProjectNow,
    Standing,
)
from archguard_api.answers.service import Health, Readiness, Shields
from archguard_api.answers.snapshots import Comparison, Receipt, Snapshot, ViolationId
from archguard_api.answers.tokens import NewToken, Token, Tokens
from archguard_api.answers.trend import Forecast, Oldest, Point, Summary, Trend, Value
from archguard_api.answers.violations import (
    FixedViolation,
    Group,
    Groups,
    OpenViolation,
    ViolationsThen,
    ViolationThen,
)

__all__ = [
    "Answer",
    "Between",
    "Branch",
    "Chain",
    "Comparison",
    "ContractNow",
    "Counted",
    "CurvePoint",
    "Edge",
    "FixedViolation",
    "Forecast",
    "Group",
    "Groups",
    "Health",
    "ListedProject",
    "ModuleNow",
    "Modules",
    "Moment",
    "Neighbourhood",
    "NewToken",
    "Node",
    "Oldest",
    "OpenViolation",
    "Page",
    "Point",
    "Project",
    "ProjectNow",
    "Readiness",
    "Receipt",
    "Shields",
    "Snapshot",
    "Standing",
    "Summary",
    "Token",
    "Tokens",
    "Trend",
    "Value",
    "ViolationId",
    "ViolationThen",
    "ViolationsThen",
]
