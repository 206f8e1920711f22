"""What a server's answer to an upload means, in one sentence that nobody else's text can escape from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from archguard.errors import RefusedError, UploadError
from archguard.text import escape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archguard.upload.server import Server

MAX_BYTES = 65_536
_MAX_DETAIL = 300
_OF_THIS_SNAPSHOT = (
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
_SENTENCES = {
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
        "the snapshot is larger than the server takes: leave out roots that no contract needs."
    ),
    HTTPStatus.UNPROCESSABLE_ENTITY: (
        "the server does not read this snapshot: it may be older than this archguard."
    ),
}


class Outcome(StrEnum):
    """What became of a snapshot."""

    NEW = "new"
    KNOWN = "known"
    """The server had it already."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, as far as it matters."""

    status: int
    headers: Mapping[str, str]
    """By name in lower case."""
    body: bytes


def outcome(answer: Answer, destination: Server, digest: str) -> Outcome:
    """What became of the snapshot with a digest.

    Raises:
        RefusedError: the server does not want this one.
        UploadError: it did not reach a server that takes any.
    """
    if answer.status in (HTTPStatus.CREATED, HTTPStatus.OK):
        said = _document(answer)
        if said.get("digest") != digest:
            raise UploadError(
                f"what answers at {destination.server} is no archguard server, or stored something else."
            )
        return Outcome.NEW if answer.status == HTTPStatus.CREATED else Outcome.KNOWN
    sentence = problem(answer, destination)
    raise RefusedError(sentence) if answer.status in _OF_THIS_SNAPSHOT else UploadError(sentence)


def problem(answer: Answer, destination: Server) -> str:
    """Why an answer is not the one hoped for."""
    if 300 <= answer.status < 400:
        host = urlsplit(answer.headers.get("location", "")).netloc.rpartition("@")[2]
        where = f"to {_harmless(host, destination)} " if host else ""
        return f"the server sends us {where}elsewhere, where no token is sent: give the final --server."
    known = _SENTENCES.get(HTTPStatus(answer.status)) if answer.status in set(HTTPStatus) else None
    sentence = known or "the server could not take the snapshot."
    detail = _detail(answer, destination)
    said = f' It says: "{detail}"' if detail else ""
    sentence = sentence.format(project=destination.project, server=destination.server)
    return f"{sentence} (HTTP {answer.status}){said}"


def _detail(answer: Answer, destination: Server) -> str:
    said = _document(answer)
    parts = [said.get("detail")]
    faults = said.get("errors")
    if isinstance(faults, list) and faults and isinstance(faults[0], dict):
        parts += [faults[0].get("at"), faults[0].get("problem")]
    return _harmless(" ".join(part for part in parts if isinstance(part, str)), destination)


def _harmless(text: str, destination: Server) -> str:
    return escape(text.replace(destination.token, "[token]"))[:_MAX_DETAIL]


def _document(answer: Answer) -> dict[str, Any]:
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
