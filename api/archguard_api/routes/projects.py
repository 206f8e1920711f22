"""Projects and their branches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Response

from archguard_api import answers, records
from archguard_api.auth import existing
from archguard_api.problems import documented
from archguard_api.routes.common import (
    PROJECT,
    PUBLIC_OR_TOKEN,
    V1,
    After,
    Asking,
    IfNoneMatch,
    PageSize,
    Process,
    ProjectName,
    answer,
)
from archguard_api.routes.reading import UNCHANGED, new_router, reading

if TYPE_CHECKING:
    from archguard_api.store import Store

router = new_router("projects")
_FETCHED = 200


@router.get(
    f"{V1}/projects",
    response_model=answers.Page[answers.ListedProject],
    summary="The projects that you may read",
    responses={**UNCHANGED, **documented(401, 403, 429, 503)},
    openapi_extra=PUBLIC_OR_TOKEN,
)
def projects(
    asking: Asking, process: Process, match: IfNoneMatch, after: After = None, limit: PageSize = 50
) -> Response:
    """By name, with where each stands. Without a token, the public ones."""
    store, own, everything = asking.to_list()
    page = (
        _page(store, own, after, limit)
        if not everything
        else store.projects(None, after=after, limit=limit)
    )
    items = tuple(_listed(one, process.overviews.of(store, one.name)) for one in page.items)
    return answer(answers.Page[answers.ListedProject](items=items, next=page.next), match)


@reading(router, PROJECT, answers.ProjectNow, "A project and where its default branch stands")
def project(project: ProjectName, asking: Asking, match: IfNoneMatch) -> Response:
    """With each contract's count at the tip."""
    return answer(now(asking.to_read(project), project), match)


@reading(router, f"{PROJECT}/branches", answers.Page[answers.Branch], "The branches of a project")
def branches(
    project: ProjectName, asking: Asking, match: IfNoneMatch, after: After = None, limit: PageSize = 50
) -> Response:
    """By name."""
    store = asking.to_read(project)
    existing(store, project)
    page = store.branches(project, after=after, limit=limit)
    return answer(answers.Page[answers.Branch].model_validate(page), match)


def _listed(project: records.Project, now: answers.Standing | None) -> answers.ListedProject:
    return answers.ListedProject(**answers.Project.model_validate(project).model_dump(), now=now)


def now(store: Store, project: str) -> answers.ProjectNow:
    """A project with its settings and contracts.

    Raises:
        NotFoundError: there is none.
    """
    found = existing(store, project)
    said = answers.Project.model_validate(found).model_dump()
    contracts = store.contracts_now(project, None)
    return answers.ProjectNow(
        **said,
        settings=store.settings_of(project),
        contracts=tuple(map(answers.ContractNow.model_validate, contracts)),
    )


def _page(store: Store, own: str | None, after: str | None, limit: int) -> records.Page[records.Project]:
    """The public ones and one's own; there are few enough projects to look at each."""
    found: list[records.Project] = []
    cursor = after
    while True:
        page = store.projects(None, after=cursor, limit=_FETCHED)
        found += [one for one in page.items if one.public or one.name == own]
        cursor = page.next
        if cursor is None or len(found) > limit:
            break
    more = len(found) > limit
    return records.Page(tuple(found[:limit]), found[limit - 1].name if more else None)
