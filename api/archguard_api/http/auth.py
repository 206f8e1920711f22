"""Who may do what. Routes reach the store only through `RequestAuth`, by what they want to do.

A project that belongs to somebody else and one that does not exist get the same response. So do a
token that was never issued, one that expired and one that was revoked. The token's row is read on
each request, so a revocation holds from the next request on, in every process.

A session's cookie stands for its token, with two differences: if the token holds no longer the request
is anybody's, not refused, and what changes something must come from the service's own pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from archguard_api.errors import ForbiddenError, NotFoundError, TooManyError, UnauthorizedError
from archguard_api.models import Scope
from archguard_api.services.sessions import hash_cookie
from archguard_api.services.tokens import is_valid, parse_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from archguard_api.http.credentials import Credentials
    from archguard_api.http.rate_limit import RateLimit
    from archguard_api.models import Project, Token
    from archguard_api.services.token_uses import TokenUses
    from archguard_api.store import Store

NO_PROJECT = "There is no such project, or it is not yours to see."
NO_VALID_TOKEN = "This needs a token that is valid: send `Authorization: Bearer agp_...`."  # noqa: S105


@dataclass(frozen=True, slots=True)
class AccessControl:
    """What a process needs to decide on requests."""

    store: Store
    failures: RateLimit
    """Refused tokens, by address."""
    uses: TokenUses
    public_projects: frozenset[str] = frozenset()
    """Projects that the settings make public, whatever the store says."""

    def is_public(self, project: str) -> bool:
        """Return whether anybody may read the project."""
        return project in self.public_projects or self.store.is_public(project)


@dataclass(slots=True)
class RequestAuth:
    """What one request may do. Each method returns the store, or raises the reason why not.

    Raises, all of them:
        UnauthorizedError: a token is needed, or the one sent is not valid.
        ForbiddenError: the token's scope is too small.
        NotFoundError: there is no such project, or it belongs to somebody else.
        TooManyError: too many tokens from this address were refused.
    """

    access: AccessControl
    credentials: Credentials
    address: str
    """The client's, for counting refused tokens."""
    is_from_elsewhere: bool
    """Whether the request may change something and comes, or may come, from another site's page."""
    token: Token | None = None
    """The request's token, once it was looked up; None: it has none."""
    session_is_dead: bool = False
    """Whether the request's cookie turned out to stand for no token that holds."""

    def to_read(self, project: str) -> Store:
        """Return the store for reading a project, which need not exist."""
        token = self.find_token()
        if token is not None and token.project in (None, project):
            _require_scope(token, Scope.READ)
        elif not self.access.is_public(project):
            raise UnauthorizedError(NO_VALID_TOKEN) if token is None else NotFoundError(NO_PROJECT)
        return self.access.store

    def to_upload(self, project: str) -> tuple[Store, str]:
        """Return the store and the token's id for adding to a project, which need not exist."""
        token = self._require_token()
        if self.credentials.cookie is not None:
            raise ForbiddenError("Snapshots are uploaded with a token, not with a session.")
        self._require_project_token(token, project, Scope.UPLOAD)
        return self.access.store, token.id

    def to_administer(self, project: str) -> Store:
        """Return the store for changing a project or its tokens; it need not exist."""
        self._require_project_token(self._require_token(), project, Scope.ADMIN)
        return self.access.store

    def to_administer_something(self) -> tuple[Store, Token]:
        """Return the store and the token, which administers its project, or all projects."""
        token = self._require_token()
        _require_scope(token, Scope.ADMIN)
        return self.access.store, token

    def to_list(self) -> tuple[Store, Callable[[Project], bool] | None]:
        """Return the store and a predicate for projects that may be seen; None: all may."""
        token = self.find_token()
        if token is not None:
            _require_scope(token, Scope.READ)
            if token.project is None:
                return self.access.store, None
        own = {token.project} if token and token.project else set()
        visible = self.access.public_projects | own
        return self.access.store, lambda project: project.public or project.name in visible

    def to_read_all(self) -> Store:
        """Return the store for reading figures of every project."""
        token = self._require_token()
        _require_scope(token, Scope.READ)
        if token.project is not None:
            raise ForbiddenError("This shows every project: it needs a token for all of them.")
        return self.access.store

    def own_token(self) -> Token:
        """Return the request's token."""
        return self._require_token()

    def may_read(self, project: str) -> Store | None:
        """Return the store if the project may be read, else None: for badges, which show `unknown`.

        An invalid token is still an error.
        """
        try:
            return self.to_read(project)
        except (ForbiddenError, NotFoundError):
            return None
        except UnauthorizedError:
            if self.credentials.authorization is None:
                return None
            raise

    def find_token(self) -> Token | None:
        """Return the request's token; None if it shows none, or the cookie of a session that ended."""
        token = self._find_bearer() if self.credentials.cookie is None else self._find_session()
        if token is not None:
            self.token = token
            self.access.uses.record(token.id)
        return token

    def _require_project_token(self, token: Token, project: str, scope: Scope) -> None:
        if token.project not in (None, project):
            # That a public project exists is no secret, so here the reason can be given.
            if self.access.is_public(project):
                raise ForbiddenError("The token is another project's.")
            raise NotFoundError(NO_PROJECT)
        _require_scope(token, scope)

    def _require_token(self) -> Token:
        token = self.find_token()
        if token is None:
            raise UnauthorizedError(NO_VALID_TOKEN)
        return token

    def _find_bearer(self) -> Token | None:
        """Return the token of the header, None without one; one that is not valid is an error."""
        if self.credentials.authorization is None:
            return None
        kind, _, text = self.credentials.authorization.partition(" ")
        claim = parse_token(text.strip()) if kind.lower() == "bearer" else None
        token = self.access.store.credentials.get_token(claim.id) if claim else None
        if claim is None or token is None or not is_valid(claim, token, self.access.store.now()):
            self._refuse()
        return token

    def _find_session(self) -> Token | None:
        """Return the token of the cookie's session; None if that ended."""
        cookie_hash = hash_cookie(self.credentials.cookie or "")
        token = self.access.store.credentials.get_session_token(cookie_hash) if cookie_hash else None
        if token is None or not token.is_live(self.access.store.now()):
            self.session_is_dead = True
            return None
        if self.is_from_elsewhere:
            raise ForbiddenError("A session changes something from the service's own pages only.")
        return token

    def _refuse(self) -> NoReturn:
        if not self.access.failures.allows(self.address):
            raise TooManyError("Too many tokens from this address were refused; wait a minute.")
        raise UnauthorizedError(NO_VALID_TOKEN)


def require_project(store: Store, project: str) -> Project:
    """Return the project.

    Raises:
        NotFoundError: there is none; the message is that for somebody else's project.
    """
    row = store.get_project(project)
    if row is None:
        raise NotFoundError(NO_PROJECT)
    return row


def _require_scope(token: Token, scope: Scope) -> None:
    if token.scope not in (scope, Scope.ADMIN):
        raise ForbiddenError(f"The token's scope is {token.scope}; this needs {scope}.")
