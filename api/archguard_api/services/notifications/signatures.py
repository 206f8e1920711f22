"""Sign what is sent, as https://www.standardwebhooks.com has it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

_PREFIX = "whsec_"
_SECRET_BYTES = 32


def create_secret() -> str:
    """Return a secret that only the service and the receiver know."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode("ascii")


def sign(secret: str, key: str, at: int, body: bytes) -> dict[str, str]:
    """Return the headers by which a receiver knows that the service sent a body.

    Args:
        secret: from `create_secret`.
        key: the delivery's id, the same at each attempt.
        at: when it is sent, in seconds since 1970.
        body: what is sent.
    """
    content = f"{key}.{at}.".encode() + body
    digest = hmac.new(base64.b64decode(secret.removeprefix(_PREFIX)), content, hashlib.sha256).digest()
    return {
        "webhook-id": key,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode('ascii')}",
    }
