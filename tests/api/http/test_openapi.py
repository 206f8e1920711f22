"""The pages about the service say what it is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi.routing import APIRoute

from archguard_api.settings import Settings
from tests.api.serving import service

if TYPE_CHECKING:
    import pytest

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"
OPERATIONS = {
    "GET /api/v1/projects": "list_projects",
    "GET /api/v1/projects/{project}": "get_project",
    "PATCH /api/v1/projects/{project}": "update_project",
    "DELETE /api/v1/projects/{project}": "delete_project",
    "POST /api/v1/projects/{project}/restore": "restore_project",
    "GET /api/v1/projects/{project}/branches": "list_branches",
    "PATCH /api/v1/projects/{project}/branches/{branch}": "rename_branch",
    "DELETE /api/v1/projects/{project}/branches/{branch}": "delete_branch",
    "POST /api/v1/projects/{project}/prune": "prune_graphs",
    "POST /api/v1/projects/{project}/snapshots": "upload_snapshot",
    "GET /api/v1/projects/{project}/snapshots": "list_snapshots",
    "DELETE /api/v1/projects/{project}/snapshots": "undo_uploads",
    "GET /api/v1/projects/{project}/snapshots/{commit}": "get_snapshot",
    "DELETE /api/v1/projects/{project}/snapshots/{commit}": "delete_snapshot",
    "GET /api/v1/projects/{project}/snapshots/{commit}/graph": "get_snapshot_graph",
    "GET /api/v1/projects/{project}/snapshots/{commit}/violations": "list_snapshot_violations",
    "GET /api/v1/projects/{project}/trend": "get_trend",
    "GET /api/v1/projects/{project}/violations": "list_violations",
    "GET /api/v1/projects/{project}/violations/groups": "list_violation_groups",
    "GET /api/v1/projects/{project}/compare": "compare_snapshots",
    "GET /api/v1/projects/{project}/pulls": "list_pull_requests",
    "GET /api/v1/projects/{project}/pulls/{number}": "get_pull_request",
    "POST /api/v1/projects/{project}/plans": "upload_plan",
    "GET /api/v1/projects/{project}/plans": "list_plans",
    "GET /api/v1/projects/{project}/plans/newest": "get_newest_plan",
    "GET /api/v1/projects/{project}/families": "list_families",
    "GET /api/v1/projects/{project}/families/{contract}": "get_family",
    "GET /api/v1/projects/{project}/modules": "search_modules",
    "GET /api/v1/projects/{project}/modules/{module}": "get_module",
    "GET /api/v1/projects/{project}/modules/{module}/neighbourhood": "get_module_neighbourhood",
    "GET /api/v1/projects/{project}/modules/{module}/history": "get_module_history",
    "GET /api/v1/projects/{project}/chain": "find_chain",
    "GET /api/v1/projects/{project}/between": "list_imports_between",
    "GET /api/v1/projects/{project}/notifications": "list_notification_rules",
    "POST /api/v1/projects/{project}/notifications": "create_notification_rule",
    "GET /api/v1/projects/{project}/notifications/{rule}": "get_notification_rule",
    "PATCH /api/v1/projects/{project}/notifications/{rule}": "update_notification_rule",
    "DELETE /api/v1/projects/{project}/notifications/{rule}": "delete_notification_rule",
    "POST /api/v1/projects/{project}/notifications/{rule}/test": "send_notification_test",
    "GET /api/v1/projects/{project}/deliveries": "list_notification_deliveries",
    "GET /api/v1/projects/{project}/trusted-publishers": "list_trusted_publishers",
    "POST /api/v1/projects/{project}/trusted-publishers": "create_trusted_publisher",
    "DELETE /api/v1/projects/{project}/trusted-publishers/{publisher}": "delete_trusted_publisher",
    "POST /api/v1/oidc/exchange": "exchange_token",
    "GET /api/v1/session": "get_session",
    "POST /api/v1/session": "create_session",
    "DELETE /api/v1/session": "delete_session",
    "GET /api/v1/token": "get_own_token",
    "GET /api/v1/tokens": "list_tokens",
    "POST /api/v1/tokens": "create_token",
    "POST /api/v1/tokens/{token_id}/rotate": "rotate_token",
    "DELETE /api/v1/tokens/{token_id}": "revoke_token",
    "GET /api/v1/audit": "list_audit_entries",
    "GET /badge/{project}.svg": "get_badge_svg",
    "GET /badge/{project}.json": "get_badge_json",
    "GET /api/v1/summary": "get_summary",
    "GET /api/v1/violations": "list_all_violations",
    "GET /chart/{project}.svg": "get_chart_svg",
    "GET /healthz": "get_health",
    "GET /readyz": "get_readiness",
    "GET /metrics": "get_metrics",
}
"""By route, what generated clients call it: a name that is used stays as it is."""
TITLES = """
Action AuditEntry Between Branch BranchChange Build By Chain Comparison Contract ContractChange
ContractCounts ContractNow Counted[Union[OpenViolation,FixedViolation]] CurvePoint Deletion Edge
Fault FixedViolation Forecast Graph Group Groups Health History ListedProject ModuleNow Modules
Moment Neighbourhood NewToken Node Occurrence Oldest OpenViolation Page[AuditEntry] Page[Branch]
Page[ListedProject] Page[Snapshot] Point Problem ProjectNow ProjectSettings Pruned Readiness
Receipt Removal Retirement Revocation Scope SentBuild SentContract SentCoverage SentGraph
SentOccurrence SentProjectChange SentProjectSettings SentRoot SentSnapshot SentTool SentUnreadFile
SentUpload SentViolation Session Shields Snapshot Sort Standing Summary Token TokenRequest Tokens
Trend UnreadFile Value ViolationAdded ViolationId ViolationThen ViolationsThen Which
"""
"""What generated clients call their classes."""


def test_the_page_lists_every_route_with_its_summary(tmp_path: Path) -> None:
    with service(tmp_path) as running:
        expected = {
            f"| `{method} {route.path_format}` | {route.summary} |"
            for route in running.app.routes
            if isinstance(route, APIRoute) and route.include_in_schema
            for method in set(route.methods or ()) - {"HEAD"}
        }

    listed = {line for line in (REFERENCE / "api.md").read_text().splitlines() if line.startswith("| `")}

    assert listed == expected


def test_operations_have_the_names_that_clients_rely_on(tmp_path: Path) -> None:
    with service(tmp_path) as running:
        paths = running.client.get("/openapi.json").json()["paths"]

    operations = {
        f"{method.upper()} {path}": operation["operationId"]
        for path, methods in paths.items()
        for method, operation in methods.items()
    }
    assert operations == OPERATIONS


def test_no_two_schemas_have_one_title_and_no_title_that_clients_rely_on_is_gone(tmp_path: Path) -> None:
    with service(tmp_path) as running:
        schemas = running.client.get("/openapi.json").json()["components"]["schemas"]

    titles = [schema["title"].replace(" ", "") for schema in schemas.values()]
    assert len(titles) == len(set(titles))
    assert set(titles) >= set(TITLES.split())


def test_the_page_lists_every_setting() -> None:
    named = set(
        re.findall(r"^\| `ARCHGUARD_(\w+)`", (REFERENCE / "service.md").read_text(), re.MULTILINE)
    )

    assert named == {name.upper() for name in Settings.model_fields}


def test_a_setting_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHGUARD_ALLOWED_HOSTS", "a.example, *.b.example")
    monkeypatch.setenv("ARCHGUARD_PARSE_SLOTS", "2")

    assert Settings().allowed_hosts == ("a.example", "*.b.example")
    assert Settings().parse_slots == 2
