"""The audit log: who did what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Query, Response

from archguard_api import models
from archguard_api.http.problem_json import document_errors
from archguard_api.models.base import PROJECT_PATTERN
from archguard_api.routes.date_parameters import Day, parse_seconds
from archguard_api.routes.dependencies import (
    NEEDS_TOKEN,
    V1,
    AfterNumber,
    Auth,
    IfNoneMatch,
    PageSize,
    respond,
)
from archguard_api.routes.router import NOT_MODIFIED, new_router

if TYPE_CHECKING:
    from archguard_api.store import Store

router = new_router("audit")
AUDIT = f"{V1}/audit"
_MAX_NUMBER = 2**31 - 1
"""The largest id that PostgreSQL compares with."""
ProjectFilter = Annotated[
    str | None, Query(pattern=PROJECT_PATTERN, description="Only of this one.", examples=["shop"])
]
ActorId = Annotated[
    str | None, Query(pattern="^[0-9A-Za-z]{8}$", description="A token's id.", examples=["a1B2c3D4"])
]


@router.get(
    AUDIT,
    response_model=models.Page[models.AuditEntry],
    summary="Who did what in the projects that you administer, newest first",
    responses={**NOT_MODIFIED, **document_errors(401, 403, 404, 429, 503)},
    openapi_extra=NEEDS_TOKEN,
)
def list_audit_entries(
    auth: Auth,
    if_none_match: IfNoneMatch,
    project: ProjectFilter = None,
    action: models.Action | None = None,
    actor: ActorId = None,
    since: Day = None,
    until: Day = None,
    after: AfterNumber = None,
    limit: PageSize = 50,
) -> Response:
    """Nobody can change or delete an entry; those of a project that is deleted for good stay."""
    store, own, of_all = _find_scope(auth, project)
    which = models.AuditFilter(
        action, actor, parse_seconds("since", since), parse_seconds("until", until)
    )
    last = None if after is None else min(int(after), _MAX_NUMBER)
    return respond(store.audit.list(own, which, of_all=of_all, after=last, limit=limit), if_none_match)


def _find_scope(auth: Auth, project: str | None) -> tuple[Store, str | None, bool]:
    """Return the store, the project whose entries are asked for, and whether who asks may see all."""
    store, own = auth.to_administer_something()
    if project is not None:
        auth.to_administer(project)
    return store, project or own.project, own.project is None
