"""What the service speaks of, one subject a file: the store returns it, the routes answer with it."""

from archguard_api.models.base import CountedPage, Edge, Moment, Page, extend, make_edges
from archguard_api.models.comparison import (
    Comparison,
    ContractChange,
    ContractCounts,
    ViolationAdded,
    ViolationId,
)
from archguard_api.models.figures import ProjectFigures
from archguard_api.models.modules import (
    Chain,
    ImportsBetween,
    ModuleDetails,
    ModuleHistory,
    Modules,
    Neighbourhood,
    Node,
)
from archguard_api.models.project_settings import ProjectSettings
from archguard_api.models.projects import (
    Branch,
    ContractNow,
    CurvePoint,
    ListedProject,
    Project,
    ProjectChange,
    ProjectDetails,
    ProjectSummary,
    PruneRequest,
    PruneResult,
    TipContract,
)
from archguard_api.models.service import Health, Readiness, ShieldsBadge
from archguard_api.models.sessions import Session
from archguard_api.models.snapshots import Receipt, Snapshot
from archguard_api.models.tokens import NewToken, Revocation, Scope, Token, TokenRequest, Tokens
from archguard_api.models.trend import (
    OldestViolation,
    Retirement,
    Trend,
    TrendPoint,
    TrendSummary,
    ViolationCount,
)
from archguard_api.models.violations import (
    FixedViolation,
    OpenViolation,
    SnapshotViolation,
    SnapshotViolations,
    ViolationGroup,
    ViolationGroups,
)

__all__ = [
    "Branch",
    "Chain",
    "Comparison",
    "ContractChange",
    "ContractCounts",
    "ContractNow",
    "CountedPage",
    "CurvePoint",
    "Edge",
    "FixedViolation",
    "Health",
    "ImportsBetween",
    "ListedProject",
    "ModuleDetails",
    "ModuleHistory",
    "Modules",
    "Moment",
    "Neighbourhood",
    "NewToken",
    "Node",
    "OldestViolation",
    "OpenViolation",
    "Page",
    "Project",
    "ProjectChange",
    "ProjectDetails",
    "ProjectFigures",
    "ProjectSettings",
    "ProjectSummary",
    "PruneRequest",
    "PruneResult",
    "Readiness",
    "Receipt",
    "Retirement",
    "Revocation",
    "Scope",
    "Session",
    "ShieldsBadge",
    "Snapshot",
    "SnapshotViolation",
    "SnapshotViolations",
    "TipContract",
    "Token",
    "TokenRequest",
    "Tokens",
    "Trend",
    "TrendPoint",
    "TrendSummary",
    "ViolationAdded",
    "ViolationCount",
    "ViolationGroup",
    "ViolationGroups",
    "ViolationId",
    "extend",
    "make_edges",
]
