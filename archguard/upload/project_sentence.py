"""Where a project stands, in the service's own sentence."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING

from archguard.errors import UploadError

if TYPE_CHECKING:
    from archguard.upload.client import Client

_MAX_BYTES = 4 * 1024 * 1024


def read_sentence(client: Client) -> str | None:
    """Return the sentence about the project's default branch; None if the service has none for us."""
    try:
        response = client.get("", _MAX_BYTES)
        document = json.loads(response.body) if response.status == HTTPStatus.OK else {}
    except (UploadError, ValueError, RecursionError):
        return None
    now = document.get("now") if isinstance(document, dict) else None
    sentence = now.get("sentence") if isinstance(now, dict) else None
    return sentence if isinstance(sentence, str) else None
