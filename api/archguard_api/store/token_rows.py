"""Store and read tokens, without their secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from archguard_api.models import Token
from archguard_api.store.schema import tokens

if TYPE_CHECKING:
    from sqlalchemy import Connection

_FIELDS = [tokens.c[name] for name in Token.__dataclass_fields__]


def insert_token(connection: Connection, token: Token) -> None:
    """Store a token; do nothing if it is stored already."""
    if read_token(connection, token.id) != token:
        connection.execute(
            insert(tokens).values({name.key: getattr(token, name.key) for name in _FIELDS})
        )


def read_token(connection: Connection, token_id: str) -> Token | None:
    """Return the token of this id, or None."""
    row = connection.execute(select(*_FIELDS).where(tokens.c.id == token_id)).first()
    return None if row is None else Token(*row)


def list_tokens(connection: Connection, project: str | None) -> tuple[Token, ...]:
    """Return a project's tokens, or all tokens; oldest first."""
    query = select(*_FIELDS).order_by(tokens.c.created_at, tokens.c.id)
    if project is not None:
        query = query.where(tokens.c.project == project)
    return tuple(Token(*row) for row in connection.execute(query))


def revoke_token(connection: Connection, token_id: str, at: int) -> bool:
    """Revoke a token; return False if there is none. The time of an earlier revocation stays."""
    result = connection.execute(
        update(tokens)
        .where(tokens.c.id == token_id, tokens.c.revoked_at.is_(None))
        .values(revoked_at=at)
    )
    return bool(result.rowcount) or read_token(connection, token_id) is not None


def has_tokens(connection: Connection) -> bool:
    """Return whether any token exists."""
    return connection.execute(select(tokens.c.id).limit(1)).first() is not None
