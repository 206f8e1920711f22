"""What a response to a read rests on, beside the day: a project's revision and the token of who asks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from archguard_api.store import project_rows, session_rows, token_rows

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from archguard_api.models import Token


@dataclass(frozen=True, slots=True)
class ResponseBasis:
    """As long as two are equal, so are the responses."""

    revision: int | None
    """The project's; None: there is no such project."""
    token: Token | None
    """Without its last use; None: there is none."""


def read_basis(
    connection: Connection, project: str, token_id: str | None, cookie_hash: bytes | None
) -> ResponseBasis:
    """Read what a response rests on.

    Args:
        connection: a connection.
        project: the project's name.
        token_id: the id of the token that the request shows, if it shows one.
        cookie_hash: the digest of the session's cookie that it shows instead.
    """
    token = None
    if token_id is not None:
        token = token_rows.read_token(connection, token_id)
    elif cookie_hash is not None:
        token = session_rows.read_session_token(connection, cookie_hash)
    return ResponseBasis(project_rows.read_revision(connection, project), omit_last_use(token))


def omit_last_use(token: Token | None) -> Token | None:
    """Return a token without its last use, which decides nothing."""
    return None if token is None else replace(token, last_used_at=None)
