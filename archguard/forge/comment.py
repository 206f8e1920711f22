"""The comment on a pull request: one for each configuration, written anew by each run."""

from __future__ import annotations

import hashlib
import random
import time
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from archguard.errors import ForgeError
from archguard.forge.connection import Connection, RetryableForgeError
from archguard.forge.project import ForgeKind
from archguard.forge.retries import BUDGET_SECONDS, retry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from archguard.forge.comment_place import CommentPlace

_PAGE = 100
_MAX_PAGES = 200


class Outcome(StrEnum):
    """What became of a comment."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


def make_marker(name: str) -> str:
    """Return what a comment begins with, so that it is found again; no reader sees it.

    Args:
        name: what tells apart the comments of several runs on one pull request.
    """
    return f"<!-- archguard {hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:16]} -->"


def post_comment(
    place: CommentPlace,
    marker: str,
    text: str,
    *,
    budget: float = BUDGET_SECONDS,
    sleep: Callable[[float], None] = time.sleep,
    random_between: Callable[[float, float], float] = random.uniform,
) -> Outcome:
    """Write a comment over the earlier one with the same marker, or else a new one.

    After a failure the comments are read again, since a request may have succeeded without an answer.

    Args:
        place: the pull request.
        marker: what the comment begins with.
        text: the rest of it.
        budget: seconds after which no further try begins.
        sleep: waits a number of seconds.
        random_between: returns a random number between two.

    Raises:
        ForbiddenError: the token may not write comments.
        ForgeError: the comment could not be written.
    """
    with Connection(place) as connection:
        return retry(
            lambda: _post_once(connection, place, marker, f"{marker}\n{text}"),
            budget=budget,
            sleep=sleep,
            random_between=random_between,
        )


def _post_once(connection: Connection, place: CommentPlace, marker: str, body: str) -> Outcome:
    comment = _find_own(connection, place, marker)
    if comment is None:
        connection.request("POST", place.comments_path, {"body": body})
        return Outcome.CREATED
    if _normalize(str(comment.get("body"))) == _normalize(body):
        return Outcome.UNCHANGED
    method = "PUT" if place.kind is ForgeKind.GITLAB else "PATCH"
    connection.request(method, place.find_comment_path(int(comment["id"])), {"body": body})
    return Outcome.UPDATED


def _find_own(connection: Connection, place: CommentPlace, marker: str) -> dict[str, Any] | None:
    """Return the earlier comment; None if there is none.

    Anybody can write the marker, so the comment must be the token's owner's. The token of a job at
    GitHub does not know its owner, which is a bot.
    """
    user = _find_user(connection)
    for comment in _list_comments(connection, place):
        author = comment.get("author" if place.kind is ForgeKind.GITLAB else "user")
        author = author if isinstance(author, dict) else {}
        is_own = author.get("id") == user if user is not None else author.get("type", "Bot") == "Bot"
        is_marked = str(comment.get("body")).startswith(marker)
        if is_own and is_marked and isinstance(comment.get("id"), int):
            return comment
    return None


def _find_user(connection: Connection) -> int | None:
    try:
        user = connection.request("GET", "/user")
    except RetryableForgeError:
        raise
    except ForgeError:  # the token of a job may not ask
        return None
    number = user.get("id") if isinstance(user, dict) else None
    return number if isinstance(number, int) else None


def _list_comments(connection: Connection, place: CommentPlace) -> Iterator[dict[str, Any]]:
    for page in range(1, _MAX_PAGES + 1):
        path = f"{place.comments_path}?per_page={_PAGE}&page={page}"
        comments, has_next = connection.read_page(path)
        yield from (comment for comment in comments if isinstance(comment, dict))
        if not has_next and len(comments) < _PAGE:
            return


def _normalize(body: str) -> str:
    """Return a comment's text as it was sent: forges change line ends, and cut the last one."""
    return body.replace("\r\n", "\n").strip()
