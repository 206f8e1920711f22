"""The trend of a contract along a branch."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from archguard_api import models
from archguard_api.http.responses import compute_etag, json_response
from archguard_api.routes.date_parameters import Day, parse_seconds
from archguard_api.routes.dependencies import (
    PROJECT,
    Auth,
    BranchName,
    ContractId,
    CurrentState,
    IfNoneMatch,
    ProjectName,
)
from archguard_api.routes.router import new_router, read_route
from archguard_api.routes.snapshots import require_branch
from archguard_api.services.downsample import MIN_POINTS
from archguard_api.services.trend import TrendWindow

router = new_router("trend")


@read_route(
    router, f"{PROJECT}/trend", models.Trend, "A contract's counts along a branch, and where they lead"
)
def get_trend(
    project: ProjectName,
    auth: Auth,
    state: CurrentState,
    if_none_match: IfNoneMatch,
    contract: ContractId = None,
    branch: BranchName = None,
    since: Day = None,
    until: Day = None,
    points: Annotated[int, Query(ge=MIN_POINTS, le=10_000, description="At most so many.")] = 300,
) -> Response:
    """Oldest first; `summary` and `forecast` are of the whole line.

    Fewer points than there are keep the first and the last, the extremes, every zero and every
    violation that came back.
    """
    store = auth.to_read(project)
    branch_row = require_branch(store, project, branch)
    window = TrendWindow(parse_seconds("since", since), parse_seconds("until", until), points)
    body, holds_until = state.trends.render(store, project, branch_row, contract, window)
    return json_response(body, if_none_match, compute_etag(body), holds_until=holds_until)
