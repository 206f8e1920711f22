"""Store and read tokens, without their secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, case, delete, insert, null, or_, select, update

from archguard_api.errors import UnauthorizedError
from archguard_api.models import Revocation, Scope, Token
from archguard_api.store import project_rows
from archguard_api.store.schema import sessions, tokens

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from sqlalchemy import BindParameter, ColumnElement, Connection, Row

TOKEN_FIELDS = [tokens.c[name] for name in Token.__dataclass_fields__]


def make_token(row: Row[*tuple[Any, ...]] | None) -> Token | None:
    """Return the token of a row of `TOKEN_FIELDS`."""
    return None if row is None else Token(*row)


def insert_token(connection: Connection, token: Token) -> None:
    """Store a token; do nothing if it is stored already.

    Raises:
        ConflictError: its project is being deleted, or was renamed.
    """
    if read_token(connection, token.id) != token:
        if token.project is not None:
            project_rows.refuse_closed_name(connection, token.project)
        connection.execute(
            insert(tokens).values({name.key: getattr(token, name.key) for name in TOKEN_FIELDS})
        )


def insert_child(connection: Connection, token: Token) -> None:
    """Store a token that another one, its creator, makes; lift the end of a provisional creator.

    Raises:
        UnauthorizedError: the creator holds no longer.
        ConflictError: its project is being deleted, or was renamed.
    """
    # The creator's row is written, not only read: a revocation at the same time conflicts with it.
    changed = connection.execute(
        update(tokens)
        .where(tokens.c.id == token.creator, _is_live(token.created_at))
        .values(
            last_used_at=token.created_at,
            expires_at=case((tokens.c.provisional, null()), else_=tokens.c.expires_at),
            provisional=False,
        )
    )
    if not changed.rowcount:
        raise UnauthorizedError("The token that this was asked with holds no longer.")
    insert_token(connection, token)


def read_token(connection: Connection, token_id: str) -> Token | None:
    """Return the token of this id, or None."""
    return make_token(connection.execute(select(*TOKEN_FIELDS).where(tokens.c.id == token_id)).first())


def list_tokens(connection: Connection, project: str | None, now: int) -> tuple[Token, ...]:
    """Return a project's tokens, or all tokens; oldest first.

    Those of workflows that hold no longer are left out: each run makes one.
    """
    query = select(*TOKEN_FIELDS).order_by(tokens.c.created_at, tokens.c.id)
    query = query.where(or_(tokens.c.bound_branch.is_(None), _is_live(now)))
    if project is not None:
        query = query.where(tokens.c.project == project)
    return tuple(Token(*row) for row in connection.execute(query))


def list_descendants(connection: Connection, token_id: str, now: int) -> tuple[Token, ...]:
    """Return the live tokens that a token made, and those that they made in turn; oldest first."""
    tree = select(tokens.c.id).where(tokens.c.creator == token_id).cte("tree", recursive=True)
    tree = tree.union(select(tokens.c.id).where(tokens.c.creator == tree.c.id))
    query = (
        select(*TOKEN_FIELDS)
        .where(tokens.c.id.in_(select(tree.c.id)), tokens.c.id != token_id, _is_live(now))
        .order_by(tokens.c.created_at, tokens.c.id)
    )
    return tuple(Token(*row) for row in connection.execute(query))


def revoke_token(
    connection: Connection, token_id: str, at: int, *, descendants: bool
) -> Revocation | None:
    """Revoke a token, and its descendants if asked; return None if there is none.

    The time of an earlier revocation stays.
    """
    ids = [token_id]
    _revoke(connection, ids, at)
    below = list_descendants(connection, token_id, at)
    if descendants:
        ids += [token.id for token in below]
        _revoke(connection, ids, at)
    revoked = [token for each in ids if (token := read_token(connection, each)) is not None]
    if not revoked:
        return None
    return Revocation(revoked=tuple(revoked), descendants=() if descendants else below)


def _revoke(connection: Connection, ids: list[str], at: int) -> None:
    connection.execute(
        update(tokens).where(tokens.c.id.in_(ids), tokens.c.revoked_at.is_(None)).values(revoked_at=at)
    )
    connection.execute(delete(sessions).where(sessions.c.token_id.in_(ids)))


def replace_secret(connection: Connection, token_id: str, secret_hash: bytes) -> None:
    """Give a token another secret, and end its sessions."""
    connection.execute(update(tokens).where(tokens.c.id == token_id).values(secret_hash=secret_hash))
    connection.execute(delete(sessions).where(sessions.c.token_id == token_id))


def write_last_uses(connection: Connection, uses: Mapping[str, int]) -> None:
    """Store when tokens were used last; a later time that is stored already stays."""
    used_id: BindParameter[str] = bindparam("used_id")
    used_at: BindParameter[int] = bindparam("used_at")
    is_earlier = or_(tokens.c.last_used_at.is_(None), tokens.c.last_used_at < used_at)
    connection.execute(
        update(tokens).where(tokens.c.id == used_id, is_earlier).values(last_used_at=used_at),
        # In one order, so that no two processes wait for each other.
        [{"used_id": token_id, "used_at": at} for token_id, at in sorted(uses.items())],
    )


def has_tokens(connection: Connection) -> bool:
    """Return whether any token exists."""
    return connection.execute(select(tokens.c.id).limit(1)).first() is not None


def has_live_admin(connection: Connection, now: int) -> bool:
    """Return whether any token holds that may make others."""
    query = select(tokens.c.id).where(tokens.c.scope == Scope.ADMIN.value, _is_live(now)).limit(1)
    return connection.execute(query).first() is not None


def _is_live(now: int) -> ColumnElement[bool]:
    return and_(
        tokens.c.revoked_at.is_(None), or_(tokens.c.expires_at.is_(None), tokens.c.expires_at > now)
    )
