"""Pull requests, compared with the branches that they go into."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query, Response

from archguard.snapshot import MAX_INTEGER
from archguard_api import models
from archguard_api.errors import NotFoundError
from archguard_api.http.auth import require_project
from archguard_api.routes.dependencies import (
    PROJECT,
    AfterNumber,
    Auth,
    IfNoneMatch,
    PageSize,
    ProjectName,
    respond,
)
from archguard_api.routes.router import new_router, read_route
from archguard_api.services.freshness import find_earliest
from archguard_api.services.pull_sentence import compose_pull_sentence
from archguard_api.store import SECONDS_UNTIL_CLOSED
from archguard_api.times import DAY

router = new_router("pull requests")
PullNumber = Annotated[int, Path(ge=1, le=MAX_INTEGER, examples=[12])]


@read_route(
    router, f"{PROJECT}/pulls", models.Page[models.ListedPullRequest], "The pull requests of a project"
)
def list_pull_requests(
    project: ProjectName,
    auth: Auth,
    if_none_match: IfNoneMatch,
    state: Annotated[
        models.PullState,
        Query(description="`closed`: merged, or without an upload for 30 days."),
    ] = models.PullState.OPEN,
    after: AfterNumber = None,
    limit: PageSize = 50,
) -> Response:
    """The highest number first, with how many violations each adds and fixes."""
    store = auth.to_read(project)
    require_project(store, project)
    closes_at = store.pulls.get_next_closing(project)
    page = store.pulls.list(project, state, after=None if after is None else int(after), limit=limit)
    items = tuple(
        models.extend(
            models.ListedPullRequest,
            pull,
            sentence=compose_pull_sentence(pull, pull.added, pull.fixed, pull.dropped),
        )
        for pull in page.items
    )
    return respond(
        models.Page[models.ListedPullRequest](items=items, next=page.next),
        if_none_match,
        holds_until=find_earliest([closes_at, *map(_find_birthday, items)]),
    )


@read_route(
    router, f"{PROJECT}/pulls/{{number}}", models.PullRequestDetails, "What a pull request changes"
)
def get_pull_request(
    project: ProjectName, number: PullNumber, auth: Auth, if_none_match: IfNoneMatch
) -> Response:
    """The violations that it adds and fixes, compared with its base, with their lines and causes."""
    store = auth.to_read(project)
    require_project(store, project)
    pull = store.pulls.get(project, number)
    if pull is None:
        raise NotFoundError("The project has no snapshot of a pull request of this number.")
    counts = (None if these is None else len(these) for these in (pull.added, pull.fixed, pull.dropped))
    details = models.extend(
        models.PullRequestDetails, pull, sentence=compose_pull_sentence(pull, *counts)
    )
    closes_at = None if pull.state == "closed" else pull.seen_at + SECONDS_UNTIL_CLOSED
    return respond(details, if_none_match, holds_until=find_earliest([closes_at, _find_birthday(pull)]))


def _find_birthday(pull: models.PullRequest) -> int:
    """Return when a pull request's age in days grows next, in seconds since 1970."""
    return pull.first_seen_at + (pull.age_days + 1) * DAY
