"""List open violations of many projects, a page at a time, each of bounded work."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from archguard_api import models
from archguard_api.errors import InvalidError
from archguard_api.store import ViolationFilter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from archguard_api.store import Store

    MaySee = Callable[[models.Project], bool]

_PROJECTS_LISTED = 200
"""How many are listed at once."""
_PROJECTS_READ = 20
"""Of how many projects a page reads the contracts."""


class _Cursor(NamedTuple):
    """Where a page begins."""

    project: str
    inner: str | None
    """The cursor in the project's own list; None: after the project."""


def list_owned_violations(
    store: Store, may_see: MaySee, owner: str | None, *, after: str | None, limit: int
) -> models.Page[models.OwnedViolation]:
    """Return a page: by project, and in each by when they were introduced.

    It may have fewer than `limit` items although it is not the last one.

    Args:
        store: the store.
        may_see: whether a project may be read.
        owner: the contracts' owner; None for all.
        after: the cursor of the page before.
        limit: how many at most.

    Raises:
        InvalidError: the cursor is invalid.
    """
    start = _parse_cursor(after) if after is not None else _Cursor("", None)
    items: list[models.OwnedViolation] = []
    position = start
    for project, inner in _walk(store, may_see, start):
        if project is None:
            return _make_page(items, position)  # so many were looked at; the rest is for other pages
        page = store.list_open_violations(
            project, None, ViolationFilter(owner=owner), after=inner, limit=limit - len(items)
        )
        items += [models.extend(models.OwnedViolation, one, project=project) for one in page.items]
        position = _Cursor(project, page.next)
        if page.next is not None or len(items) == limit:
            return _make_page(items, position)
    return models.Page[models.OwnedViolation](items=tuple(items), next=None)


def _walk(
    store: Store, may_see: MaySee, start: _Cursor
) -> Iterator[tuple[str, str | None] | tuple[None, None]]:
    """Yield projects with the cursor in each, then (None, None) if there may be more of them."""
    read = 0
    if start.inner is not None:
        project = store.get_project(start.project)
        if project is not None and may_see(project):
            read += 1
            yield project.name, start.inner
    for project in _list_visible(store, may_see, start.project):
        if read == _PROJECTS_READ:
            yield None, None
            return
        read += 1
        yield project.name, None


def _list_visible(store: Store, may_see: MaySee, after: str) -> Iterator[models.Project]:
    """Yield the projects after a name that may be read; there are few enough to look at each."""
    cursor: str | None = after
    while cursor is not None:
        page = store.projects.list(None, after=cursor or None, limit=_PROJECTS_LISTED)
        yield from filter(may_see, page.items)
        cursor = page.next


def _make_page(
    items: list[models.OwnedViolation], position: _Cursor
) -> models.Page[models.OwnedViolation]:
    cursor = json.dumps(position, ensure_ascii=False, separators=(",", ":"))
    return models.Page[models.OwnedViolation](items=tuple(items), next=cursor)


def _parse_cursor(text: str) -> _Cursor:
    try:
        cursor = json.loads(text)
    except (ValueError, RecursionError):
        cursor = None
    if (
        not isinstance(cursor, list)
        or len(cursor) != 2
        or not isinstance(cursor[0], str)
        or not isinstance(cursor[1], str | None)
    ):
        raise InvalidError("invalid cursor; use the one that this list returned")
    return _Cursor(*cursor)
