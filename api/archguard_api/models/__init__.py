"""What the service answers, as its OpenAPI document describes it; a subject a file."""

from archguard_api.models.base import Answer, Counted, Edge, Moment, Page
from archguard_api.models.comparison import (
    Comparison,
    ContractChange,
    ContractCounts,
    ViolationAdded,
    ViolationId,
)
from archguard_api.models.modules import (
    Between,
    Chain,
    History,
    ModuleNow,
    Modules,
    Neighbourhood,
    Node,
)
from archguard_api.models.projects import (
    Branch,
    ContractNow,
    CurvePoint,
    ListedProject,
    Project,
    ProjectNow,
    Pruned,
    Standing,
)
from archguard_api.models.service import Health, Readiness, Shields
from archguard_api.models.snapshots import Receipt, Snapshot
from archguard_api.models.tokens import NewToken, Token, Tokens
from archguard_api.models.trend import Forecast, Oldest, Point, Summary, Trend, Value
from archguard_api.models.violations import (
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
    "ContractChange",
    "ContractCounts",
    "ContractNow",
    "Counted",
    "CurvePoint",
    "Edge",
    "FixedViolation",
    "Forecast",
    "Group",
    "Groups",
    "Health",
    "History",
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
    "Pruned",
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
    "ViolationAdded",
    "ViolationId",
    "ViolationThen",
    "ViolationsThen",
]
