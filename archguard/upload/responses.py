"""What a server's response to an upload means, in one sentence for the user.

The sentence quotes the server's own text shortened and escaped, and without the token.
"""

from __future__ import annotations

import json
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from archguard.errors import RefusedError, UploadError
from archguard.text import escape

if TYPE_CHECKING:
    from archguard.upload.http_connection import Response
    from archguard.upload.server import Server

MAX_BYTES = 65_536
_MAX_DETAIL = 300
_REFUSED = (
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
"""The server does not take this snapshot, but may take others."""
_SENTENCES: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: (
        "the server does not accept the token: it may be mistyped, expired or revoked; "
        "`archguard token create` makes a new one."
    ),
    HTTPStatus.FORBIDDEN: (
        "the token may not upload to project {project}: it needs the scope `upload`."
    ),
    HTTPStatus.NOT_FOUND: (
        "the server has no project {project} for this token, or no archguard answers at {server}: "
        "see --project and --server."
    ),
    HTTPStatus.CONFLICT: (
        "the server has another snapshot of this commit, of the same configuration and the same version "
        "of archguard, and keeps it; see what differs in `archguard upload --dry-run` here and where "
        "the other one was made."
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        "the snapshot is larger than the server accepts: leave out roots that no contract needs."
    ),
    HTTPStatus.UNPROCESSABLE_ENTITY: (
        "the server cannot read this snapshot: it may be older than this archguard."
    ),
}


class Outcome(StrEnum):
    """How an upload ended."""

    NEW = "new"
    KNOWN = "known"
    """The server had the snapshot already."""


def read_outcome(response: Response, server: Server, digest: str) -> Outcome:
    """Return how the upload of the snapshot with a digest ended.

    Raises:
        RefusedError: the server does not take this snapshot.
        UploadError: the server takes no snapshots at all, or is no archguard server.
    """
    if response.status in (HTTPStatus.CREATED, HTTPStatus.OK):
        if _parse_body(response).get("digest") != digest:
            raise UploadError(f"{server.address} is no archguard server, or it stored something else.")
        return Outcome.NEW if response.status == HTTPStatus.CREATED else Outcome.KNOWN
    sentence = describe_problem(response, server)
    if response.status in _REFUSED:
        raise RefusedError(sentence, response.status)
    raise UploadError(sentence)


def describe_problem(response: Response, server: Server) -> str:
    """Return a sentence about a response that is no success."""
    if response.is_redirect:
        host = _clean(response.redirect_host, server)
        target = f"to {host}" if host else "elsewhere"
        return (
            f"the server redirects {target}, and the token is not sent there: give the final --server."
        )
    sentence = _SENTENCES.get(response.status, "the server could not take the snapshot.")
    sentence = sentence.format(project=server.project, server=server.address)
    return f"{sentence} (HTTP {response.status}){_quote(find_detail(response, server))}"


def describe_exchange(response: Response, server: Server, id_token: str) -> str:
    """Return a sentence about a response that gives no upload token for an ID token."""
    detail = find_detail(response, server).replace(id_token, "[token]")
    reason = f"(HTTP {response.status}).{_quote(detail)}"
    return f"the server gives no upload token for the job's ID token {reason}"


def _quote(detail: str) -> str:
    return f' It says: "{detail}"' if detail else ""


def find_detail(response: Response, server: Server) -> str:
    """Return the server's explanation, from its problem document (RFC 9457)."""
    body = _parse_body(response)
    parts = [body.get("detail")]
    errors = body.get("errors")
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        parts += [errors[0].get("at"), errors[0].get("problem")]
    return _clean(" ".join(part for part in parts if isinstance(part, str)), server)


def _clean(text: str, server: Server) -> str:
    clean = text.replace(server.token, "[token]") if server.token else text
    return escape(clean)[:_MAX_DETAIL]


def _parse_body(response: Response) -> dict[str, Any]:
    try:
        body = json.loads(response.body)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
