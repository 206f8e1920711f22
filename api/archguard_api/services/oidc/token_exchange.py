"""Exchange a workflow's ID token for an upload token."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from archguard_api.errors import UnauthorizedError
from archguard_api.models import NewToken, Scope, extend
from archguard_api.services.oidc.id_token_verifier import RefusedIdTokenError
from archguard_api.services.oidc.workflow_identity import read_identity
from archguard_api.services.tokens import create_token
from archguard_api.store.publisher_store import NOT_ACCEPTED

if TYPE_CHECKING:
    from archguard_api.services.oidc.id_token_verifier import IdTokenVerifier
    from archguard_api.store import Store

LIFE_SECONDS = 900
"""How long an upload token holds."""


def exchange_id_token(store: Store, verifier: IdTokenVerifier, project: str, text: str) -> NewToken:
    """Return the upload token for a workflow of a trusted publisher of a project.

    The token is verified before anything is read, so that an answer tells nothing of a project.

    Args:
        store: the store.
        verifier: verifies ID tokens.
        project: the project's name, or one that it had.
        text: the ID token.

    Raises:
        UnauthorizedError: it is not accepted, for whatever reason.
        BusyError: its issuer does not answer.
    """
    try:
        id_token = verifier.verify(text)
    except RefusedIdTokenError:
        raise UnauthorizedError(NOT_ACCEPTED) from None
    access = store.deletions.get_access(project)
    if access.is_deleted or access.is_gone:
        raise UnauthorizedError(NOT_ACCEPTED)
    for publisher in store.publishers.list(access.name):
        identity = read_identity(id_token, publisher.provider)
        if publisher.issuer != id_token.issuer or identity is None or not identity.is_of(publisher):
            continue
        if identity.pull is not None and identity.branch == _find_default_branch(store, access.name):
            continue  # a fork's branch of the same name, whose snapshots are not the project's
        now = store.now()
        secret, token = create_token(access.name, Scope.UPLOAD, now=now, days=None, name=identity.name)
        token = replace(
            token,
            expires_at=now + LIFE_SECONDS,
            bound_branch=identity.branch,
            bound_commit=identity.commit,
            bound_pull=identity.pull,
        )
        store.publishers.add_upload_token(token, id_token.use, publisher)
        return extend(NewToken, token, token=secret)
    raise UnauthorizedError(NOT_ACCEPTED)


def _find_default_branch(store: Store, project: str) -> str | None:
    row = store.get_project(project)
    return None if row is None else row.default_branch
