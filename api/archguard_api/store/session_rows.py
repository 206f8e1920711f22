"""Store and read sessions, by the digests of their cookies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from archguard_api.store.schema import sessions, tokens
from archguard_api.store.token_rows import TOKEN_FIELDS, make_token

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from archguard_api.models import Token

MAX_SESSIONS = 100
"""Of one token; the oldest is ended for one more."""


def insert_session(
    connection: Connection, cookie_hash: bytes, token_id: str, at: int, *, replaced: bytes | None
) -> None:
    """Store a session; drop the one that it replaces, those that ended, and the oldest of too many."""
    delete_ended_sessions(connection, at)
    for ended in (cookie_hash, replaced):  # its own, too, if the transaction is tried again
        if ended is not None:
            delete_session(connection, ended)
    newest = (
        select(sessions.c.cookie_hash)
        .where(sessions.c.token_id == token_id)
        .order_by(sessions.c.created_at.desc(), sessions.c.cookie_hash)
        .limit(MAX_SESSIONS - 1)
    )
    connection.execute(
        delete(sessions).where(
            sessions.c.token_id == token_id, sessions.c.cookie_hash.not_in(newest.scalar_subquery())
        )
    )
    connection.execute(
        insert(sessions).values(cookie_hash=cookie_hash, token_id=token_id, created_at=at)
    )


def read_session_token(connection: Connection, cookie_hash: bytes) -> Token | None:
    """Return the token of a session, live or not; None if there is no such session."""
    query = select(*TOKEN_FIELDS).join(sessions).where(sessions.c.cookie_hash == cookie_hash)
    return make_token(connection.execute(query).first())


def delete_session(connection: Connection, cookie_hash: bytes) -> None:
    """End a session, if there is one."""
    connection.execute(delete(sessions).where(sessions.c.cookie_hash == cookie_hash))


def delete_ended_sessions(connection: Connection, now: int) -> None:
    """Drop the sessions whose tokens are revoked or expired."""
    ended = select(tokens.c.id).where(tokens.c.revoked_at.is_not(None) | (tokens.c.expires_at <= now))
    connection.execute(delete(sessions).where(sessions.c.token_id.in_(ended)))
