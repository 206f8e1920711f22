"""The keys that issuers sign ID tokens with: fetched from them alone, and kept for an hour."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from archguard_api.errors import BusyError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from archguard_api.services.notifications.http_sender import HttpSender

_FRESH_SECONDS = 3600
_STALE_SECONDS = 86_400
"""For how long keys are good if their issuer does not answer."""
RETRY_SECONDS = 60
"""Between two requests for an unknown key, and after a failure."""
_MAX_BYTES = 256 * 1024
_DISCOVERY = "/.well-known/openid-configuration"


@dataclass(slots=True)
class _IssuerKeys:
    """What is known of one issuer."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    keys: Mapping[str, Mapping[str, Any]] | None = None
    """By id."""
    fetched_at: float = 0
    tried_at: float | None = None


class IssuerKeys:
    """Knows the keys of the issuers that the operator lists; asks nobody else."""

    def __init__(self, issuers: Sequence[str], sender: HttpSender, clock: Callable[[], float]) -> None:
        """Ask nobody yet.

        Args:
            issuers: their addresses.
            sender: fetches documents.
            clock: returns the time in seconds.
        """
        self._known = {issuer: _IssuerKeys() for issuer in issuers}
        self._sender = sender
        self._clock = clock

    def is_known(self, issuer: str) -> bool:
        """Return whether the operator lists an issuer."""
        return issuer in self._known

    def find(self, issuer: str, key_id: str) -> Mapping[str, Any] | None:
        """Return a key of a listed issuer as it published it (RFC 7517); None if it has no such key.

        Raises:
            BusyError: the issuer does not answer.
        """
        known = self._known[issuer]
        with known.lock:
            now = self._clock()
            is_missing = known.keys is None or key_id not in known.keys
            if is_missing or now - known.fetched_at > _FRESH_SECONDS:
                self._refresh(issuer, known, now)
            if known.keys is None or now - known.fetched_at > _STALE_SECONDS:
                raise BusyError("The issuer of the ID token does not answer; try again in a minute.")
            return known.keys.get(key_id)

    def _refresh(self, issuer: str, known: _IssuerKeys, now: float) -> None:
        if known.tried_at is not None and 0 <= now - known.tried_at < RETRY_SECONDS:
            return
        known.tried_at = now
        keys = self._fetch(issuer)
        if keys is not None:
            known.keys, known.fetched_at = keys, now

    def _fetch(self, issuer: str) -> Mapping[str, Mapping[str, Any]] | None:
        document = self._fetch_object(f"{issuer}{_DISCOVERY}")
        address = document.get("jwks_uri")
        if document.get("issuer") != issuer or not isinstance(address, str):
            return None
        if not _has_same_origin(address, issuer):
            return None
        keys = self._fetch_object(address).get("keys")
        if not isinstance(keys, list):
            return None
        return {
            key["kid"]: key
            for key in keys
            if isinstance(key, dict) and isinstance(key.get("kid"), str) and key.get("use") != "enc"
        }

    def _fetch_object(self, address: str) -> Mapping[str, Any]:
        content = self._sender.fetch(address, _MAX_BYTES)
        try:
            value = json.loads(content or b"")
        except (ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}


def _has_same_origin(address: str, issuer: str) -> bool:
    try:
        one, other = urlsplit(address), urlsplit(issuer)
    except ValueError:
        return False
    return (one.scheme, one.netloc) == (other.scheme, other.netloc)
