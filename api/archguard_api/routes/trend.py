"""The trend of a contract along a branch."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from archguard_api import models
from archguard_api.http.responses import answer_bytes
from archguard_api.routes.date_parameters import Day, seconds_of
from archguard_api.routes.dependencies import (
    PROJECT,
    Asking,
    BranchName,
    ContractId,
    IfNoneMatch,
    Process,
    ProjectName,
)
from archguard_api.routes.router import new_router, reading
from archguard_api.routes.snapshots import branch_of
from archguard_api.services.downsample import MIN_POINTS
from archguard_api.services.trend import TrendWindow

router = new_router("trend")


@reading(
    router, f"{PROJECT}/trend", models.Trend, "A contract's counts along a branch, and where they lead"
)
def trend(
    project: ProjectName,
    asking: Asking,
    process: Process,
    match: IfNoneMatch,
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
    store = asking.to_read(project)
    found = branch_of(store, project, branch)
    window = TrendWindow(seconds_of("since", since), seconds_of("until", until), points)
    drawn = process.trends.render(store, project, found, contract, window)
    return answer_bytes(drawn.body, match, drawn.etag)
