"""Real issuers of ID tokens: servers with a discovery document and keys, and what they sign."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from archguard_api.models.audit import COMMAND_LINE
from archguard_api.models.trusted_publishers import (
    Provider,
    TrustedPublisher,
    TrustedPublisherRequest,
)
from tests.api.snapshots import commit_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from archguard_api.store import Store

AUDIENCE = "https://archguard.example.org"
REPOSITORY_ID = "123456"
KEY_ID = "key-1"


@cache
def make_rsa_key(number: int = 0) -> rsa.RSAPrivateKey:
    """A key; the same for the same number."""
    del number
    return rsa.generate_private_key(65537, 2048)


@cache
def make_ec_key() -> ec.EllipticCurvePrivateKey:
    """A key for ES256."""
    return ec.generate_private_key(ec.SECP256R1())


def encode_part(value: bytes | Mapping[str, Any]) -> str:
    """A part of a token: base64url without padding."""
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _encode_number(number: int) -> str:
    return encode_part(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def publish_rsa(key: rsa.RSAPrivateKey, key_id: str) -> dict[str, str]:
    """The public key as a JSON web key."""
    numbers = key.public_key().public_numbers()
    return {
        "kty": "RSA",
        "use": "sig",
        "alg": "RS256",
        "kid": key_id,
        "n": _encode_number(numbers.n),
        "e": _encode_number(numbers.e),
    }


def publish_ec(key: ec.EllipticCurvePrivateKey, key_id: str) -> dict[str, str]:
    """The public key as a JSON web key."""
    numbers = key.public_key().public_numbers()
    x, y = (encode_part(part.to_bytes(32, "big")) for part in (numbers.x, numbers.y))
    return {"kty": "EC", "use": "sig", "crv": "P-256", "kid": key_id, "x": x, "y": y}


def sign_rs256(key: rsa.RSAPrivateKey, text: bytes) -> bytes:
    """The signature of RS256."""
    return key.sign(text, padding.PKCS1v15(), hashes.SHA256())


def sign_es256(key: ec.EllipticCurvePrivateKey, text: bytes) -> bytes:
    """The signature of ES256."""
    r, s = decode_dss_signature(key.sign(text, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def sign_hs256_with_public_key(key: rsa.RSAPrivateKey, text: bytes) -> bytes:
    """What a library takes for right that lets the token choose the algorithm."""
    pem = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return hmac.digest(pem, text, hashlib.sha256)


@dataclass
class Issuer:
    """A server with keys, and the claims that it makes."""

    clock: Callable[[], float]
    address: str = ""
    documents: dict[str, object] = field(default_factory=dict)
    """By path: what it answers with 200; a text is a redirect there."""
    requests: list[str] = field(default_factory=list)

    def publish(self, *keys: Mapping[str, str], jwks_uri: str | None = None) -> None:
        """Publish keys."""
        self.documents["/.well-known/openid-configuration"] = {
            "issuer": self.address,
            "jwks_uri": jwks_uri or f"{self.address}/jwks",
        }
        self.documents["/jwks"] = {"keys": [*keys]}

    def claim(self, **changes: object) -> dict[str, object]:
        """The claims of a run of GitHub Actions on `main`; None leaves one out."""
        now = int(self.clock())
        claims: dict[str, object] = {
            "iss": self.address,
            "aud": AUDIENCE,
            "sub": "repo:acme/shop:ref:refs/heads/main",
            "jti": uuid.uuid4().hex,
            "iat": now,
            "nbf": now - 5,
            "exp": now + 300,
            "repository": "acme/shop",
            "repository_id": REPOSITORY_ID,
            "run_id": "77",
            "ref": "refs/heads/main",
            "sha": commit_id("c0"),
            **changes,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def sign(self, header: Mapping[str, object] | None = None, /, **changes: object) -> str:
        """An ID token that is right but for the changes."""
        return sign_with(lambda text: sign_rs256(make_rsa_key(), text), self.claim(**changes), header)


def sign_with(
    sign: Callable[[bytes], bytes],
    claims: Mapping[str, object],
    header: Mapping[str, object] | None = None,
) -> str:
    """A token with any signature."""
    whole = {"alg": "RS256", "typ": "JWT", "kid": KEY_ID, **(header or {})}
    text = f"{encode_part(whole)}.{encode_part(claims)}"
    return f"{text}.{encode_part(sign(text.encode()))}"


@contextmanager
def run_issuer(clock: Callable[[], float] = time.time) -> Iterator[Issuer]:
    """Run an issuer with one key."""
    issuer = Issuer(clock)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.requests.append(self.path)
            document = issuer.documents.get(self.path)
            if isinstance(document, str):
                self.send_response(302)
                self.send_header("location", document)
                self.end_headers()
                return
            content = document if isinstance(document, bytes) else json.dumps(document).encode()
            self.send_response(404 if document is None else 200)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer.address = f"http://127.0.0.1:{server.server_address[1]}"
    issuer.publish(publish_rsa(make_rsa_key(), KEY_ID))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def add_publisher(store: Store, issuer: str, project: str = "shop", **fields: Any) -> TrustedPublisher:
    """Trust the workflows of the repository `acme/shop`."""
    request = TrustedPublisherRequest(
        **{
            "provider": Provider.GITHUB,
            "issuer": issuer,
            "repository": "acme/shop",
            "repository_id": REPOSITORY_ID,
            **fields,
        }
    )
    return store.publishers.add(project, request, actor=COMMAND_LINE)
