"""Trusted publishers, and the upload tokens that their ID tokens are exchanged for."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, exc, func, insert, select

from archguard_api.errors import ConflictError, NotFoundError, UnauthorizedError
from archguard_api.models.audit import SERVICE, Action
from archguard_api.models.trusted_publishers import MAX_PUBLISHERS, Provider, TrustedPublisher
from archguard_api.store import audit_rows, project_rows, token_rows
from archguard_api.store.audit_rows import AuditEvent
from archguard_api.store.schema import projects, used_id_tokens
from archguard_api.store.schema import trusted_publishers as table

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Row

    from archguard_api.models import Token, TrustedPublisherRequest
    from archguard_api.models.audit import Actor
    from archguard_api.models.trusted_publishers import IdTokenUse
    from archguard_api.store.database import Database

NOT_ACCEPTED = (
    "The ID token is not accepted: its issuer, audience, age, repository, branch and environment must be"
    " those of a trusted publisher of the project, and it is good for one exchange."
)
"""The answer to every ID token that is refused, and for every project that has no use for one."""
_NO_PUBLISHER = "The project has no such trusted publisher."
_TOO_MANY = f"The project has {MAX_PUBLISHERS} trusted publishers, as many as it may have."
_FIELDS = [table.c[name] for name in TrustedPublisher.__dataclass_fields__]


class PublisherStore:
    """Reads and writes them; each call is one transaction."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    def add(self, project: str, request: TrustedPublisherRequest, *, actor: Actor) -> TrustedPublisher:
        """Store a trusted publisher.

        Raises:
            NotFoundError: there is no such project.
            ConflictError: it has too many, or is being deleted.
        """
        now = int(self._clock())
        publisher = TrustedPublisher(
            secrets.token_hex(6),
            now,
            request.provider,
            request.issuer or request.provider.default_issuer,
            request.repository,
            request.repository_id,
            request.branch,
            request.environment,
        )
        event = _make_event(Action.PUBLISHER_ADDED, actor, now, project, publisher)

        def work(connection: Connection) -> None:
            project_id = project_rows.lock_open_project(connection, project)
            _insert(connection, project_id, publisher)
            audit_rows.insert_entry(connection, event, project_id)

        self._database.write(work)
        return publisher

    def list(self, project: str) -> tuple[TrustedPublisher, ...]:
        """Return a project's trusted publishers, the oldest first."""
        query = select(*_FIELDS).join(projects, projects.c.id == table.c.project_id)
        query = query.where(projects.c.name == project).order_by(table.c.created_at, table.c.id)
        return tuple(map(_make, self._database.read(lambda connection: connection.execute(query).all())))

    def remove(self, project: str, publisher_id: str, *, actor: Actor) -> None:
        """Delete a trusted publisher; what it was exchanged for holds until it expires.

        Raises:
            NotFoundError: there is no such project, or it has no such publisher.
            ConflictError: it is being deleted.
        """
        now, key = int(self._clock()), secrets.token_hex(12)

        def work(connection: Connection) -> None:
            project_id = project_rows.lock_open_project(connection, project)
            is_it = (table.c.project_id == project_id) & (table.c.id == publisher_id)
            row = connection.execute(select(*_FIELDS).where(is_it)).first()
            if row is None:
                raise NotFoundError(_NO_PUBLISHER)
            connection.execute(delete(table).where(is_it))
            event = _make_event(Action.PUBLISHER_REMOVED, actor, now, project, _make(row), key)
            audit_rows.insert_entry(connection, event, project_id)

        self._database.write(work)

    def add_upload_token(self, token: Token, use: IdTokenUse, publisher: TrustedPublisher) -> None:
        """Store the token that an ID token is exchanged for, and that this one is used up.

        Raises:
            UnauthorizedError: it was used before, or its publisher was removed in the meantime.
        """
        event = AuditEvent(
            Action.TOKEN_CREATED,
            SERVICE,
            token.created_at,
            token.project,
            token.id,
            {"scope": token.scope, "name": token.name, "publisher": publisher.id},
        )

        def work(connection: Connection) -> None:
            _forget_old(connection, token.created_at)
            _use_up(connection, use, token.id)
            if connection.scalar(select(table.c.id).where(table.c.id == publisher.id)) is None:
                raise UnauthorizedError(NOT_ACCEPTED)
            try:
                token_rows.insert_token(connection, token)
            except ConflictError:  # it is being deleted
                raise UnauthorizedError(NOT_ACCEPTED) from None
            audit_rows.insert_entry(connection, event)

        self._database.write(work)


def _insert(connection: Connection, project_id: int, publisher: TrustedPublisher) -> None:
    if connection.scalar(select(table.c.id).where(table.c.id == publisher.id)) is not None:
        return
    query = select(func.count()).where(table.c.project_id == project_id)
    if (connection.scalar(query) or 0) >= MAX_PUBLISHERS:
        raise ConflictError(_TOO_MANY)
    values: dict[str, object] = {column.key: getattr(publisher, column.key) for column in _FIELDS}
    values["provider"] = publisher.provider.value
    connection.execute(insert(table).values(project_id=project_id, **values))


def _forget_old(connection: Connection, now: int) -> None:
    connection.execute(delete(used_id_tokens).where(used_id_tokens.c.forgotten_at <= now))


def _use_up(connection: Connection, use: IdTokenUse, token_id: str) -> None:
    """Remember that an ID token was exchanged for this token.

    Raises:
        UnauthorizedError: it was exchanged for another one.
    """
    try:
        with connection.begin_nested():
            connection.execute(
                insert(used_id_tokens).values(
                    digest=use.digest, token_id=token_id, forgotten_at=use.forgotten_at
                )
            )
    except exc.IntegrityError:
        query = select(used_id_tokens.c.token_id).where(used_id_tokens.c.digest == use.digest)
        if connection.scalar(query) != token_id:
            raise UnauthorizedError(NOT_ACCEPTED) from None


def _make(row: Row[Any]) -> TrustedPublisher:
    values = dict(row._mapping)
    return TrustedPublisher(**{**values, "provider": Provider(values["provider"])})


def _make_event(
    action: Action,
    actor: Actor,
    at: int,
    project: str,
    publisher: TrustedPublisher,
    key: str | None = None,
) -> AuditEvent:
    event = AuditEvent(
        action,
        actor,
        at,
        project,
        publisher.id,
        {
            "issuer": publisher.issuer,
            "repository": publisher.repository,
            "repository_id": publisher.repository_id,
            "branch": publisher.branch,
            "environment": publisher.environment,
        },
    )
    return event if key is None else replace(event, key=key)
