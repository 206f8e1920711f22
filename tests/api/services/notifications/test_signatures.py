"""Signatures, checked as a receiver of Standard Webhooks does."""

from __future__ import annotations

import base64
import hashlib
import hmac

from archguard_api.services.notifications.signatures import create_secret, sign


def test_the_example_of_the_specification_has_the_signature_that_its_libraries_make() -> None:
    # Secret, id, timestamp, body and signature are those of the reference implementations' tests.
    headers = sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1_614_265_330,
        b'{"test": 2432232314}',
    )

    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_another_body_id_or_time_has_another_signature() -> None:
    secret = create_secret()
    key = base64.b64decode(secret.removeprefix("whsec_"))
    headers = sign(secret, "msg_1", 5, b"body")

    def expect(content: bytes) -> str:
        return f"v1,{base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()}"

    assert headers["webhook-signature"] == expect(b"msg_1.5.body")
    for other in (b"msg_1.5.body2", b"msg_2.5.body", b"msg_1.6.body"):
        assert headers["webhook-signature"] != expect(other)
    assert len(key) == 32
    assert create_secret() != secret
