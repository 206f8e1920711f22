"""Tokens, and the sessions that they have in browsers; each change is one transaction."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from archguard_api.models.audit import COMMAND_LINE, Action, Actor
from archguard_api.store import audit_rows, session_rows, token_rows
from archguard_api.store.audit_rows import AuditEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection

    from archguard_api.models import Revocation, Token
    from archguard_api.models.audit import Details
    from archguard_api.store.database import Database

Result = TypeVar("Result")


class CredentialStore:
    """Stores and reads them."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    def add_token(self, token: Token) -> None:
        """Store a token that the command line makes.

        Raises:
            ConflictError: its project is being deleted, or was renamed.
        """
        event = _make_event(Action.TOKEN_CREATED, COMMAND_LINE, token.created_at, token)

        def work(connection: Connection) -> None:
            token_rows.insert_token(connection, token)
            audit_rows.insert_entry(connection, event)

        self._database.write(work)

    def get_token(self, token_id: str) -> Token | None:
        """Return the token of this id, revoked or not; None if there is none."""
        return self._read(token_rows.read_token, token_id)

    def list_tokens(self, project: str | None) -> tuple[Token, ...]:
        """List a project's tokens; all tokens if the project is None."""
        return self._read(token_rows.list_tokens, project, int(self._clock()))

    def add_child_token(self, token: Token) -> None:
        """Store a token that another one, its creator, makes.

        Raises:
            UnauthorizedError: the creator holds no longer.
            ConflictError: its project is being deleted, or was renamed.
        """
        actor = Actor("token", token.creator)
        event = _make_event(Action.TOKEN_CREATED, actor, token.created_at, token)

        def work(connection: Connection) -> None:
            token_rows.insert_child(connection, token)
            audit_rows.insert_entry(connection, event)

        self._database.write(work)

    def revoke_token(
        self, token_id: str, at: int, *, descendants: bool = False, actor: Actor = COMMAND_LINE
    ) -> Revocation | None:
        """Revoke a token, and its descendants if asked; return None if there is no such token."""
        key = secrets.token_hex(8)

        def work(connection: Connection) -> Revocation | None:
            revocation = token_rows.revoke_token(connection, token_id, at, descendants=descendants)
            for token in revocation.revoked if revocation is not None else ():
                if token.revoked_at == at:  # not a time before
                    event = _make_event(Action.TOKEN_REVOKED, actor, at, token)
                    event = replace(event, key=f"{key}/{token.id}")
                    audit_rows.insert_entry(connection, event)
            return revocation

        return self._database.write(work)

    def replace_token_secret(
        self, token_id: str, secret_hash: bytes, *, actor: Actor = COMMAND_LINE
    ) -> None:
        """Give a token another secret; its sessions end."""
        at, key = int(self._clock()), secrets.token_hex(8)

        def work(connection: Connection) -> None:
            token_rows.replace_secret(connection, token_id, secret_hash)
            token = token_rows.read_token(connection, token_id)
            if token is not None:
                event = _make_event(Action.TOKEN_ROTATED, actor, at, token)
                audit_rows.insert_entry(connection, replace(event, key=key))

        self._database.write(work)

    def set_last_uses(self, uses: Mapping[str, int]) -> None:
        """Store when tokens, by id, were used last."""
        self._database.write(lambda connection: token_rows.write_last_uses(connection, uses))

    def has_tokens(self) -> bool:
        """Return whether any token exists."""
        return self._read(token_rows.has_tokens)

    def has_live_admin_token(self, now: int) -> bool:
        """Return whether any token holds that may make others."""
        return self._read(token_rows.has_live_admin, now)

    def add_session(
        self, cookie_hash: bytes, token_id: str, at: int, *, replaced: bytes | None = None
    ) -> None:
        """Store a session of a token, by the digest of its cookie, and end the one that it replaces."""
        self._database.write(
            lambda connection: session_rows.insert_session(
                connection, cookie_hash, token_id, at, replaced=replaced
            )
        )

    def get_session_token(self, cookie_hash: bytes) -> Token | None:
        """Return the token of a session, whether it holds or not; None if there is no such session."""
        return self._read(session_rows.read_session_token, cookie_hash)

    def delete_session(self, cookie_hash: bytes) -> None:
        """End a session."""
        self._database.write(lambda connection: session_rows.delete_session(connection, cookie_hash))

    def _read(self, work: Callable[..., Result], *arguments: object) -> Result:
        return self._database.read(lambda connection: work(connection, *arguments))


def _make_event(action: Action, actor: Actor, at: int, token: Token) -> AuditEvent:
    details: Details = {"scope": token.scope, "name": token.name}
    return AuditEvent(action, actor, at, token.project, token.id, details)
