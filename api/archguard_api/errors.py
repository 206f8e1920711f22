"""The errors of the service; each class has the HTTP status of its response.

ServiceError (500)
├── MovedError        308  the project has another name now
├── NotFoundError     404  absent, or not visible to this caller: both look the same
├── UnauthorizedError 401  no token, or an invalid one
├── ForbiddenError    403  a token of this project with too small a scope
├── ConflictError     409  other content under the same key
├── TooLargeError     413
├── UnsupportedError  415  a media type or an encoding that is not supported
├── InvalidError      422  the body or a parameter is not valid
├── TooManyError      429  retry after `retry_after` seconds
├── BusyError         503  the database is locked or restarting; retry after `retry_after` seconds
│   └── ReplacedError      it is another one than before, from now on: only a new start helps
└── FullError         507  the disk is full; retry after `retry_after` seconds
    └── QuotaError         or the project's share of it
"""

from __future__ import annotations

from http import HTTPStatus


class ServiceError(Exception):
    """An error that the caller is told: one clear sentence, without anything that they sent."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    retry_after: int | None = None
    """Seconds."""

    def __init__(self, detail: str, problems: tuple[tuple[str, str], ...] = ()) -> None:
        """Create the error.

        Args:
            detail: what, where, what to do.
            problems: (place in the request, what is wrong there).
        """
        super().__init__(detail)
        self.detail = detail
        self.problems = problems


class MovedError(ServiceError):
    """The project has another name now; whoever is told so may use it."""

    status = HTTPStatus.PERMANENT_REDIRECT

    def __init__(self, name: str) -> None:
        """Create the error.

        Args:
            name: the project's name of now.
        """
        super().__init__("The project has another name now: see `Location`.")
        self.name = name


class NotFoundError(ServiceError):
    """Absent, or not visible to this caller."""

    status = HTTPStatus.NOT_FOUND


class UnauthorizedError(ServiceError):
    """No token, or an invalid one."""

    status = HTTPStatus.UNAUTHORIZED


class ForbiddenError(ServiceError):
    """The token's scope is too small."""

    status = HTTPStatus.FORBIDDEN


class ConflictError(ServiceError):
    """Other content is stored under the same key."""

    status = HTTPStatus.CONFLICT


class TooLargeError(ServiceError):
    """Larger than the service accepts."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class UnsupportedError(ServiceError):
    """A media type or an encoding that the service does not support."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE


class InvalidError(ServiceError):
    """The body or a parameter is not valid."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class TooManyError(ServiceError):
    """Too many requests."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    retry_after = 60


class BusyError(ServiceError):
    """The database is locked or restarting."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    retry_after = 1


class ReplacedError(BusyError):
    """The database is another one than before, because it was restored: nothing known of it holds."""

    def __init__(self) -> None:
        """Create the error."""
        super().__init__("the database was replaced by another one; the service starts anew")


class FullError(ServiceError):
    """The disk is full, or nearly."""

    status = HTTPStatus.INSUFFICIENT_STORAGE
    retry_after = 60


class QuotaError(FullError):
    """The project's contents take as much as they may."""

    retry_after = 3600
