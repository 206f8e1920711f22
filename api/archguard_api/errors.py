"""What can go wrong in the service; each class carries the HTTP status it ends with.

ServiceError (500)
├── NotFoundError     404  absent, or not for you: the two look the same
├── UnauthorizedError 401  no token, or none that is valid
├── ForbiddenError    403  a token of this project whose scope is too small
├── ConflictError     409  the same key with other content
├── TooLargeError     413
├── UnsupportedError  415  a media type or an encoding that is not read
├── InvalidError      422  the body or a parameter says something that cannot be
├── TooManyError      429  come back after `retry_after` seconds
├── BusyError         503  the database is locked or restarting; come back after `retry_after` seconds
└── FullError         507  the disk is full
"""

from __future__ import annotations

from http import HTTPStatus


class ServiceError(Exception):
    """One clear sentence for the caller; never what they sent."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    retry_after: int | None = None
    """Seconds."""

    def __init__(self, detail: str, problems: tuple[tuple[str, str], ...] = ()) -> None:
        """Keep the sentence.

        Args:
            detail: what, where, what to do.
            problems: (place in the request, what is wrong there).
        """
        super().__init__(detail)
        self.detail = detail
        self.problems = problems


class NotFoundError(ServiceError):
    """Absent, or not for this caller."""

    status = HTTPStatus.NOT_FOUND


class UnauthorizedError(ServiceError):
    """No token, or none that is valid."""

    status = HTTPStatus.UNAUTHORIZED


class ForbiddenError(ServiceError):
    """The token's scope is too small."""

    status = HTTPStatus.FORBIDDEN


class ConflictError(ServiceError):
    """Something else is stored under the same key."""

    status = HTTPStatus.CONFLICT


class TooLargeError(ServiceError):
    """Larger than the service takes."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class UnsupportedError(ServiceError):
    """Encoded in a way that the service does not read."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE


class InvalidError(ServiceError):
    """The request says something that cannot be."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class TooManyError(ServiceError):
    """Too many requests."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    retry_after = 60


class BusyError(ServiceError):
    """The database cannot answer just now."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    retry_after = 1


class FullError(ServiceError):
    """The disk is full, or nearly."""

    status = HTTPStatus.INSUFFICIENT_STORAGE
