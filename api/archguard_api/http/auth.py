"""Who may do what. Routes reach the store only through `RequestAuth`, by what they want to do.

A project that belongs to somebody else and one that does not exist get the same response. So do a
token that was never issued, one that expired and one that was revoked. The token's row is read on
each request, so a revocation holds from the next request on, in every process.

A session's cookie stands for its token, with two differences: if the token holds no longer the request
is anybody's, not refused, and what changes something must come from the service's own pages.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NoReturn

from archguard_api.errors import (
    ConflictError,
    ForbiddenError,
    MovedError,
    NotFoundError,
    TooManyError,
    UnauthorizedError,
)
from archguard_api.models import Scope
from archguard_api.models.audit import Actor
from archguard_api.services.sessions import hash_cookie
from archguard_api.services.tokens import is_valid, parse_token
from archguard_api.store.project_rows import BEING_DELETED

if TYPE_CHECKING:
    from collections.abc import Callable

    from archguard_api.http.credentials import Credentials
    from archguard_api.http.rate_limit import RateLimit
    from archguard_api.models import Project, Token
    from archguard_api.models.deletions import ProjectAccess
    from archguard_api.services.token_uses import TokenUses
    from archguard_api.store import Store

NO_PROJECT = "There is no such project, or it is not yours to see."
NO_VALID_TOKEN = "This needs a token that is valid: send `Authorization: Bearer agp_...`."  # noqa: S105

OTHER_SUBJECT = "A workflow uploads only the branch and commit, or the pull request, that it runs for."


@dataclass(frozen=True, slots=True)
class AccessControl:
    """What a process needs to decide on requests."""

    store: Store
    failures: RateLimit
    """Refused tokens, by address."""
    uses: TokenUses
    public_projects: frozenset[str] = frozenset()
    """Projects that the settings make public, whatever the store says."""

    def find_project(self, name: str) -> ProjectAccess:
        """Return who may read the project that has, or had, this name."""
        access = self.store.deletions.get_access(name)
        if access.name in self.public_projects:
            return replace(access, is_public=True)
        return access


@dataclass(slots=True)
class RequestAuth:
    """What one request may do. Each method returns the store, or raises the reason why not.

    Raises, all of them:
        MovedError: the project has another name now.
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
    purge_at: int | None = None
    """When the project that is read is deleted for good; None: it is not being deleted."""

    def to_read(self, project: str) -> Store:
        """Return the store for reading a project, which need not exist."""
        token = self.find_token()
        access = self.access.find_project(project)
        if token is not None and token.project in (None, access.name):
            _require_scope(token, Scope.READ)
        elif not access.is_public:
            raise UnauthorizedError(NO_VALID_TOKEN) if token is None else NotFoundError(NO_PROJECT)
        if access.is_gone or (access.is_deleted and not _administers(token, access.name)):
            raise NotFoundError(NO_PROJECT)
        self.purge_at = access.purge_at
        _redirect_former_name(project, access)
        return self.access.store

    def to_upload(self, project: str) -> tuple[Store, str]:
        """Return the store and the token's id for adding to a project, which need not exist.

        Raises:
            ConflictError: the project is being deleted.
        """
        token = self._require_token()
        if self.credentials.cookie is not None:
            raise ForbiddenError("Snapshots are uploaded with a token, not with a session.")
        access = self._require_project_token(token, project, Scope.UPLOAD)
        if access.is_deleted:
            raise ConflictError(BEING_DELETED)
        return self.access.store, token.id

    def require_bound_to(self, branch: str, commit: str | None, pull: int | None) -> None:
        """Check that the token, which was looked up before, may upload this; most may upload anything.

        Args:
            branch: the branch that it uploads to.
            commit: the commit that it uploads; None: none.
            pull: the number of the pull request that it uploads as; None: as none.
        """
        token = self.token
        if token is None or token.bound_branch is None:
            return
        is_commit = commit is None or token.bound_commit in (None, commit)
        if (branch, pull) != (token.bound_branch, token.bound_pull) or not is_commit:
            raise ForbiddenError(OTHER_SUBJECT)

    def to_administer(self, project: str) -> Store:
        """Return the store for changing a project or its tokens; it need not exist."""
        access = self._require_project_token(self._require_token(), project, Scope.ADMIN)
        if access.is_gone:
            raise NotFoundError(NO_PROJECT)
        return self.access.store

    @property
    def is_administrator(self) -> bool:
        """Whether the token that was looked up administers something."""
        return self.token is not None and self.token.scope == Scope.ADMIN

    @property
    def actor(self) -> Actor:
        """Who asks, for the audit log; a token was looked up before."""
        return Actor("token", None if self.token is None else self.token.id)

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

        def may_see(project: Project) -> bool:
            if project.purge_at is not None:
                return _administers(token, project.name)
            return project.public or project.name in visible

        return self.access.store, may_see

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

    def _require_project_token(self, token: Token, project: str, scope: Scope) -> ProjectAccess:
        access = self.access.find_project(project)
        if token.project not in (None, access.name):
            # That a public project exists is no secret, so here the reason can be given.
            if access.is_public:
                raise ForbiddenError("The token is another project's.")
            raise NotFoundError(NO_PROJECT)
        _require_scope(token, scope)
        _redirect_former_name(project, access)
        return access

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


def _administers(token: Token | None, project: str) -> bool:
    return token is not None and token.scope == Scope.ADMIN and token.project in (None, project)


def _redirect_former_name(requested: str, access: ProjectAccess) -> None:
    if access.name != requested:
        raise MovedError(access.name)


def _require_scope(token: Token, scope: Scope) -> None:
    if token.scope not in (scope, Scope.ADMIN):
        raise ForbiddenError(f"The token's scope is {token.scope}; this needs {scope}.")
