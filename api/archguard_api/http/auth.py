"""Who may do what. The store is reached only through here: whoever wants it says what for.

A project that is somebody else's and one that does not exist are the same answer. So are a token
that was never given out, one that expired and one that was revoked. The token's row is read on each
request, so a revocation holds for the next request of every process.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from archguard_api.errors import ForbiddenError, NotFoundError, TooManyError, UnauthorizedError
from archguard_api.services.tokens import Scope, is_valid, parse_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from archguard_api.http.rate_limit import Limit
    from archguard_api.models.records import Project, Token
    from archguard_api.store import Store

NO_PROJECT = "There is no such project, or it is not yours to see."
NEEDS = "This needs a token that is valid: send `Authorization: Bearer agp_...`."


@dataclass(frozen=True, slots=True)
class AccessControl:
    """One for each process: the store, and what guards it."""

    store: Store
    failures: Limit
    """Tokens that were refused, by address."""
    opened: frozenset[str] = frozenset()
    """Projects that anybody may read, whatever the store says."""

    def public(self, project: str) -> bool:
        """Whether anybody may read the project."""
        return project in self.opened or self.store.is_public(project)


@dataclass(slots=True)
class RequestAuth:
    """A request at the gate. Each method gives the store, or raises why not.

    Raises, all of them:
        UnauthorizedError: a token is needed, or the one given does not hold.
        ForbiddenError: the token's scope is too small.
        NotFoundError: no such project, or somebody else's.
        TooManyError: too many tokens from this address were refused.
    """

    gate: AccessControl
    authorization: str | None
    address: str
    until: int | None = None
    """When the token that was shown expires; None: there was none, or it does not."""

    def to_read(self, project: str) -> Store:
        """The store, for reading a project; whether it exists is not asked yet."""
        token = self._token()
        if token is not None and token.project in (None, project):
            _demand(token, Scope.READ)
        elif not self.gate.public(project):
            raise UnauthorizedError(NEEDS) if token is None else NotFoundError(NO_PROJECT)
        return self.gate.store

    def to_upload(self, project: str) -> tuple[Store, str]:
        """The store and the token's id, for adding to a project, which need not exist."""
        token = self._project_token(project, Scope.UPLOAD)
        return self.gate.store, token.id

    def to_administer(self, project: str) -> Store:
        """The store, for changing a project or its tokens; it need not exist."""
        self._project_token(project, Scope.ADMIN)
        return self.gate.store

    def to_administer_something(self) -> tuple[Store, str | None]:
        """The store, and the one project that this visitor administers; None: all of them."""
        token = self._needed()
        _demand(token, Scope.ADMIN)
        return self.gate.store, token.project

    def to_list(self) -> tuple[Store, Callable[[Project], bool] | None]:
        """The store, and whether a project may be seen; None: each may."""
        token = self._token()
        if token is not None:
            _demand(token, Scope.READ)
            if token.project is None:
                return self.gate.store, None
        seen = self.gate.opened | ({token.project} if token and token.project else set())
        return self.gate.store, lambda project: project.public or project.name in seen

    def to_read_all(self) -> Store:
        """The store, for figures of every project."""
        token = self._needed()
        _demand(token, Scope.READ)
        if token.project is not None:
            raise ForbiddenError("This shows every project: it needs a token for all of them.")
        return self.gate.store

    def own_token(self) -> Token:
        """The token that was shown."""
        return self._needed()

    def may_read(self, project: str) -> Store | None:
        """The store if the project may be read: for what shows `unknown` instead of an error."""
        if self.authorization is None:
            return self.gate.store if self.gate.public(project) else None
        try:
            return self.to_read(project)
        except (ForbiddenError, NotFoundError):
            return None

    def _project_token(self, project: str, scope: Scope) -> Token:
        token = self._needed()
        if token.project not in (None, project):
            # Somebody else's project may be public: then this is about the scope.
            if self.gate.public(project):
                raise ForbiddenError("The token is another project's.")
            raise NotFoundError(NO_PROJECT)
        _demand(token, scope)
        return token

    def _needed(self) -> Token:
        token = self._token()
        if token is None:
            raise UnauthorizedError(NEEDS)
        return token

    def _token(self) -> Token | None:
        if self.authorization is None:
            return None
        kind, _, text = self.authorization.partition(" ")
        claim = parse_token(text.strip()) if kind.lower() == "bearer" else None
        token = self.gate.store.get_token(claim.id) if claim else None
        if claim is None or token is None or not is_valid(claim, token, int(time.time())):
            self._refuse()
        self.until = token.expires_at
        return token

    def _refuse(self) -> NoReturn:
        if not self.gate.failures.allows(self.address):
            raise TooManyError("Too many tokens from this address were refused; wait a minute.")
        raise UnauthorizedError(NEEDS)


def existing(store: Store, project: str) -> Project:
    """The project.

    Raises:
        NotFoundError: there is none, in the words for one that is somebody else's.
    """
    found = store.get_project(project)
    if found is None:
        raise NotFoundError(NO_PROJECT)
    return found


def _demand(token: Token, scope: Scope) -> None:
    if token.scope not in (scope, Scope.ADMIN):
        raise ForbiddenError(f"The token's scope is {token.scope}; this needs {scope}.")
