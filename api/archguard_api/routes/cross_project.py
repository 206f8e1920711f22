"""What all projects have in common, as far as the caller may read them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Response

from archguard_api import models
from archguard_api.http.problem_json import document_errors
from archguard_api.routes.dependencies import (
    PUBLIC_OR_TOKEN,
    V1,
    After,
    Auth,
    IfNoneMatch,
    PageSize,
    respond,
    text_query,
)
from archguard_api.routes.router import NOT_MODIFIED, new_router
from archguard_api.services.fleet_summary import summarize_fleet
from archguard_api.services.owned_violations import list_owned_violations

router = new_router("cross-project")


@router.get(
    f"{V1}/violations",
    response_model=models.Page[models.OwnedViolation],
    summary="The open violations of all projects, of an owner's contracts",
    responses={**NOT_MODIFIED, **document_errors(401, 403, 429, 503)},
    openapi_extra=PUBLIC_OR_TOKEN,
)
def list_all_violations(
    auth: Auth,
    if_none_match: IfNoneMatch,
    owner: Annotated[
        str | None, text_query("Only of contracts of this owner.", "@checkout-team")
    ] = None,
    after: After = None,
    limit: PageSize = 50,
) -> Response:
    """At the tips of the default branches, by project and by when each was introduced.

    A page reads the contracts of 20 projects at most, so it may have few items, or none, and a `next`.
    Without a token, those of the public projects.
    """
    store, may_see = auth.to_list()
    page = list_owned_violations(store, may_see or (lambda _: True), owner, after=after, limit=limit)
    return respond(page, if_none_match)


@router.get(
    f"{V1}/summary",
    response_model=models.FleetSummary,
    summary="All projects together, their deadlines at risk and what is nearest to zero",
    responses={**NOT_MODIFIED, **document_errors(401, 403, 429, 503)},
    openapi_extra=PUBLIC_OR_TOKEN,
)
def get_summary(auth: Auth, if_none_match: IfNoneMatch) -> Response:
    """At the tips of the default branches. Without a token, of the public projects.

    Days of zero are those of the day on which the service last judged a project: today, or minutes ago.
    """
    store, may_see = auth.to_list()
    rows = [row for row in store.list_fleet() if may_see is None or may_see(row.project)]
    return respond(summarize_fleet(rows, store.now()), if_none_match)
