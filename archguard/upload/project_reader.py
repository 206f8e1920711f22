"""Reads what the service says of a project."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from archguard.errors import ServerError, UploadError
from archguard.upload.responses import find_detail

if TYPE_CHECKING:
    from archguard.upload.client import Client

_MAX_BYTES = 256 * 1024 * 1024
_SENTENCES: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: "it does not accept the token, which may be expired or revoked",
    HTTPStatus.FORBIDDEN: "the token may not read the project: it needs the scope `read`",
    HTTPStatus.NOT_FOUND: "it has no such project, branch or snapshot for this token",
}
NOT_OURS = "what answers is no archguard server."


class ProjectReader:
    """Reads documents of one project."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def read(self, path: str) -> dict[str, Any]:
        """Return the document at a path below the project's address.

        Raises:
            ServerError: the server cannot be asked, or has no such document.
        """
        try:
            response = self._client.get(path, _MAX_BYTES)
        except UploadError as error:
            raise ServerError(str(error)) from error
        if response.status != HTTPStatus.OK:
            sentence = _SENTENCES.get(response.status, "it has no answer")
            detail = find_detail(response, self._client.server)
            quote = f' It says: "{detail}"' if detail else ""
            raise ServerError(f"{sentence} (HTTP {response.status}).{quote}")
        try:
            document = json.loads(response.body)
        except (ValueError, RecursionError) as error:
            raise ServerError(NOT_OURS) from error
        if not isinstance(document, dict):
            raise ServerError(NOT_OURS)
        return document


def get_value(document: Any, key: str, kind: type) -> Any:
    """Return a value of a document.

    Raises:
        ServerError: there is none, or none of this kind.
    """
    value = document.get(key) if isinstance(document, dict) else None
    if not isinstance(value, kind):
        raise ServerError(NOT_OURS)
    return value
