"""The status of a commit at its forge: whether the contracts pass, in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archguard.forge.comment import Outcome
from archguard.forge.connection import Connection
from archguard.forge.project import ForgeKind
from archguard.forge.retries import retry

if TYPE_CHECKING:
    from archguard.forge.comment_place import CommentPlace

_MAX_DESCRIPTION = 140
"""GitHub's limit, in characters."""
_PAGE = 100


class CommitStatus(NamedTuple):
    """A status, as both forges have it."""

    name: str
    """What it is of: a later one of the same name takes its place."""
    passed: bool | None
    """None: there is no verdict on some contract."""
    description: str
    link: str | None
    """Where more is to be seen."""


def post_status(place: CommentPlace, status: CommitStatus) -> Outcome:
    """Set the status of a commit, unless it is that already.

    Raises:
        ForbiddenError: the token may not set statuses.
        ForgeError: the status could not be set.
    """
    with Connection(place) as connection:
        return retry(lambda: _post_once(connection, place, status))


def _post_once(connection: Connection, place: CommentPlace, status: CommitStatus) -> Outcome:
    body = _make_body(place.kind, status)
    is_gitlab = place.kind is ForgeKind.GITLAB
    name_key, state_key = ("name", "status") if is_gitlab else ("context", "state")
    listed, _ = connection.read_page(f"{place.listed_statuses_path}?per_page={_PAGE}")
    own = [one for one in listed if isinstance(one, dict) and one.get(name_key) == status.name]
    newest = max(own, key=_get_id, default=None)
    if newest is not None and (newest.get(state_key), newest.get("description")) == (
        body["state"],
        body["description"],
    ):
        return Outcome.UNCHANGED
    connection.request("POST", place.statuses_path, body)
    return Outcome.CREATED if newest is None else Outcome.UPDATED


def _make_body(kind: ForgeKind, status: CommitStatus) -> dict[str, str]:
    failed = "failed" if kind is ForgeKind.GITLAB else "failure"
    state = "success" if status.passed else failed
    if status.passed is None and kind is ForgeKind.GITHUB:
        state = "error"
    text = status.description
    shown = text if len(text) <= _MAX_DESCRIPTION else f"{text[: _MAX_DESCRIPTION - 1]}…"
    name = {"name" if kind is ForgeKind.GITLAB else "context": status.name}
    link = {"target_url": status.link} if status.link else {}
    return {"state": state, "description": shown, **name, **link}


def _get_id(status: dict[str, object]) -> int:
    number = status.get("id")
    return number if isinstance(number, int) else 0
