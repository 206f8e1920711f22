"""Verify ID tokens. This is the only module that knows the library for JSON web tokens."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from archguard_api.models.trusted_publishers import IdTokenUse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from archguard_api.services.oidc.issuer_keys import IssuerKeys

LEEWAY_SECONDS = 60
"""How much clocks may differ."""
MAX_LIFE_SECONDS = 86_400
"""From the issue to the end; GitLab's last as long as their job may."""
_KEY_TYPES: Mapping[str, tuple[str, type[RSAKey | ECKey]]] = {
    "RS256": ("RSA", RSAKey),
    "ES256": ("EC", ECKey),
}
"""By algorithm: a key's type decides, so a public key never serves as a shared secret."""
_MAX_TEXT = 512


class RefusedIdTokenError(Exception):
    """An ID token is not valid."""


@dataclass(frozen=True, slots=True)
class VerifiedIdToken:
    """What an ID token says that was verified."""

    issuer: str
    claims: Mapping[str, Any]
    use: IdTokenUse

    def get_text(self, name: str) -> str | None:
        """Return a claim that is a text; None if there is none."""
        value = self.claims.get(name)
        return value if isinstance(value, str) and 0 < len(value) <= _MAX_TEXT else None


class IdTokenVerifier:
    """Checks signature, issuer, audience and time."""

    def __init__(self, keys: IssuerKeys, audience: str | None, clock: Callable[[], float]) -> None:
        """Know what is accepted.

        Args:
            keys: of the issuers.
            audience: what tokens must be made for; None: none is accepted.
            clock: returns the time in seconds since 1970.
        """
        self._keys = keys
        self._audience = audience
        self._clock = clock

    def verify(self, text: str) -> VerifiedIdToken:
        """Return what an ID token says.

        Raises:
            RefusedIdTokenError: it is not valid.
            BusyError: its issuer does not answer.
        """
        parts = text.split(".")
        if self._audience is None or len(parts) != 3:
            raise RefusedIdTokenError
        header, unverified = _parse_part(parts[0]), _parse_part(parts[1])
        issuer, algorithm, key_id = unverified.get("iss"), header.get("alg"), header.get("kid")
        if not isinstance(issuer, str) or not self._keys.is_known(issuer):
            raise RefusedIdTokenError
        if not isinstance(algorithm, str) or algorithm not in _KEY_TYPES or not isinstance(key_id, str):
            raise RefusedIdTokenError
        claims = _verify_signature(text, algorithm, self._keys.find(issuer, key_id))
        self._check_audience(claims)
        expires_at = self._check_times(claims)
        token_id = claims.get("jti")
        if claims.get("iss") != issuer or not isinstance(token_id, str) or not token_id:
            raise RefusedIdTokenError
        digest = hashlib.sha256(f"{issuer}\0{token_id}".encode()).digest()
        return VerifiedIdToken(issuer, claims, IdTokenUse(digest, expires_at + LEEWAY_SECONDS))

    def _check_audience(self, claims: Mapping[str, Any]) -> None:
        if claims.get("aud") not in (self._audience, [self._audience]):
            raise RefusedIdTokenError

    def _check_times(self, claims: Mapping[str, Any]) -> int:
        """Return when the token expires."""
        expires_at, not_before, issued_at = (_get_time(claims, name) for name in ("exp", "nbf", "iat"))
        now = int(self._clock())
        is_young = now < expires_at + LEEWAY_SECONDS
        has_begun = max(not_before, issued_at) <= now + LEEWAY_SECONDS
        if not is_young or not has_begun or expires_at - issued_at > MAX_LIFE_SECONDS:
            raise RefusedIdTokenError
        return expires_at


def _verify_signature(text: str, algorithm: str, key: Mapping[str, Any] | None) -> Mapping[str, Any]:
    kind, load = _KEY_TYPES[algorithm]
    if key is None or key.get("kty") != kind:
        raise RefusedIdTokenError
    public = {name: key[name] for name in ("kty", "n", "e", "crv", "x", "y") if name in key}
    try:
        return jwt.decode(text, load.import_key(public), algorithms=[algorithm]).claims
    except (JoseError, ValueError, TypeError) as error:
        raise RefusedIdTokenError from error


def _parse_part(part: str) -> Mapping[str, Any]:
    try:
        value = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError) as error:
        raise RefusedIdTokenError from error
    if not isinstance(value, dict):
        raise RefusedIdTokenError
    return value


def _get_time(claims: Mapping[str, Any], name: str) -> int:
    value = claims.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**40:
        raise RefusedIdTokenError
    return value
