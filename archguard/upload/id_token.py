"""The ID token with which a CI job shows who it is, so that it needs no token that anybody keeps.

Sources: https://docs.github.com/actions/reference/security/oidc and
https://docs.gitlab.com/ci/secrets/id_token_authentication
"""

from __future__ import annotations

import json
import time
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from archguard.errors import UploadError
from archguard.upload.environment import GITHUB_TOKEN, GITHUB_URL, ID_TOKEN
from archguard.upload.http_connection import HttpConnection, RequestError
from archguard.upload.server import is_loopback, is_token

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECONDS = 10.0
_MAX_BYTES = 64 * 1024


def can_get_id_token(environment: Mapping[str, str]) -> bool:
    """Return whether the job has an ID token, or may ask for one."""
    return bool(environment.get(ID_TOKEN)) or all(map(environment.get, (GITHUB_URL, GITHUB_TOKEN)))


def get_id_token(environment: Mapping[str, str], audience: str) -> str:
    """Return the job's ID token: that of `ARCHGUARD_ID_TOKEN`, or one that GitHub makes now.

    Args:
        environment: the variables of `archguard.upload.environment`.
        audience: the server that it is for.

    Raises:
        UploadError: GitHub gives none.
    """
    given = environment.get(ID_TOKEN)
    if given:
        return given.strip()
    url = environment[GITHUB_URL]
    if urlsplit(url).scheme != "https" and not is_loopback(url):
        raise UploadError(f"{GITHUB_URL}: not an address that begins with https.")
    address = f"{url}{'&' if '?' in url else '?'}audience={quote(audience, safe='')}"
    headers = {"Authorization": f"Bearer {environment[GITHUB_TOKEN]}", "Accept": "application/json"}
    try:
        connection = HttpConnection("GitHub", is_loopback=is_loopback(url), headers=headers)
        try:
            response = connection.send(
                "GET", address, deadline=time.monotonic() + _SECONDS, max_bytes=_MAX_BYTES
            )
        finally:
            connection.close()
    except RequestError as error:
        raise UploadError(f"the job's ID token cannot be fetched: {error}") from error
    if response.status != HTTPStatus.OK:
        raise UploadError(f"GitHub gives the job no ID token: it answers {response.status}.")
    token = read_text(response.body, "value")
    if token is None:
        raise UploadError("GitHub gives the job no ID token: its answer has none.")
    return token


def read_text(body: bytes, name: str) -> str | None:
    """Return a token in a JSON object; None if there is none."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    text = value.get(name) if isinstance(value, dict) else None
    return text if isinstance(text, str) and is_token(text) else None
