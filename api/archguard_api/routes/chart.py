"""Charts for a README: what the caller may not see is shown as `unknown`, not as an error."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from fastapi import Query, Response

from archguard_api.errors import NotFoundError
from archguard_api.http.problem_json import document_errors
from archguard_api.routes.badge import SVG_HEADERS, respond_picture
from archguard_api.routes.dependencies import (
    PUBLIC_OR_TOKEN,
    AppState,
    Auth,
    BranchName,
    ContractId,
    CurrentState,
    IfNoneMatch,
    ProjectName,
)
from archguard_api.routes.router import NOT_MODIFIED, new_router
from archguard_api.services.chart import THEMES, render_chart, render_unknown
from archguard_api.services.trend import TrendWindow
from archguard_api.times import DAY

if TYPE_CHECKING:
    from archguard_api.models import Trend

router = new_router("charts")
_POINTS = 300


class ChartRange(StrEnum):
    """How far back."""

    MONTH = "30d"
    QUARTER = "90d"
    YEAR = "1y"
    ALL = "all"


class ChartTheme(StrEnum):
    """For a light or a dark page."""

    LIGHT = "light"
    DARK = "dark"


_DAYS = {ChartRange.MONTH: 30, ChartRange.QUARTER: 90, ChartRange.YEAR: 365}


@router.get(
    "/chart/{project}.svg",
    response_class=Response,
    summary="A chart of a contract's counts",
    responses={
        # Without its content type, which generators of clients do not know.
        200: {"description": "The chart, as `image/svg+xml`."},
        **NOT_MODIFIED,
        **document_errors(401, 429, 503),
    },
    openapi_extra=PUBLIC_OR_TOKEN,
)
def get_chart_svg(
    project: ProjectName,
    auth: Auth,
    state: CurrentState,
    if_none_match: IfNoneMatch,
    contract: ContractId = None,
    branch: BranchName = None,
    range_: Annotated[ChartRange, Query(alias="range", description="Until now.")] = ChartRange.ALL,
    theme: ChartTheme = ChartTheme.LIGHT,
) -> Response:
    """By default of the first contract; it ends at the last snapshot.

    A project that you may not see is `unknown`, as an absent one is.
    """
    trend = _make_trend(auth, state, project, contract, branch, range_)
    colours = THEMES[theme.value]
    text = render_unknown(colours) if trend is None else render_chart(trend, colours)
    return respond_picture(auth, text, if_none_match, "image/svg+xml", SVG_HEADERS)


def _make_trend(
    auth: Auth,
    state: AppState,
    project: str,
    contract: str | None,
    branch: str | None,
    range_: ChartRange,
) -> Trend | None:
    """Return the trend; None if there is none, or it may not be read."""
    store = auth.may_read(project)
    row = store.get_branch(project, branch) if store else None
    if store is None or row is None:
        return None
    days = _DAYS.get(range_)
    since = None if days is None else store.now() - days * DAY
    try:
        return state.trends.make(store, project, row, contract, TrendWindow(since, None, _POINTS))
    except NotFoundError:
        return None
