"""Mail through a real SMTP server: text and HTML, over TLS, and what a refusal means."""

from __future__ import annotations

import email.policy
import ssl
from email import message_from_bytes

import pytest
import trustme

from archguard_api.services.notifications.mail_sender import NO_MAIL, Mail, MailSender, MailServer
from tests.api.services.notifications.smtp_server import smtp_server

MAIL = Mail(
    "team@example.org", "shop: \N{MINUS SIGN}3", "text\n", "<p>html</p>\n", "msg_1", 1_700_000_000
)


def _make_server(port: int, security: str = "none", **fields: str) -> MailServer:
    values = {"host": "localhost", "user": "", "password": "", "sender": "archguard@example.com"}
    return MailServer(port=port, security=security, **{**values, **fields})  # type: ignore[arg-type]


def test_a_mail_has_text_and_html_and_says_that_a_machine_wrote_it() -> None:
    with smtp_server() as server:
        assert MailSender(_make_server(server.port)).send(MAIL).error is None

    ((recipient, raw),) = server.mails
    message = message_from_bytes(raw, policy=email.policy.default)
    assert recipient == "TO:<team@example.org>"
    assert message["subject"] == MAIL.subject
    assert message["message-id"] == "<msg_1@example.com>"
    assert message["auto-submitted"] == "auto-generated"
    parts = {
        part.get_content_type(): part.get_content().replace("\r\n", "\n")
        for part in message.iter_parts()
    }
    assert parts == {"text/plain": "text\n", "text/html": "<p>html</p>\n"}


def test_the_password_goes_over_tls_only_to_a_server_whose_certificate_is_right() -> None:
    authority = trustme.CA()
    context, trusting = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("localhost").configure_cert(context)
    authority.configure_trust(trusting)
    with smtp_server(context) as server, smtp_server() as plain:
        options = {"user": "archguard", "password": "secret"}
        secured = _make_server(server.port, "starttls", **options)

        assert MailSender(secured, trusting).send(MAIL).error is None
        assert (len(server.signed_in), server.was_secure) == (1, [True])
        # The controls: another authority, and a server without TLS.
        for one in (
            MailSender(secured).send(MAIL),
            MailSender(_make_server(plain.port, "starttls", **options), trusting).send(MAIL),
        ):
            assert (one.status, one.retry_in) == (None, 0)
            assert "not trusted" in (one.error or "")
        assert len(server.signed_in) == 1
        assert plain.signed_in == []
        assert plain.mails == []


@pytest.mark.parametrize(("code", "retry_in"), [(450, 0), (550, None)])
def test_a_refusal_for_now_is_tried_again_and_one_for_good_is_not(
    code: int, retry_in: int | None
) -> None:
    with smtp_server() as server:
        server.refuse_with = code

        result = MailSender(_make_server(server.port)).send(MAIL)

    assert (result.status, result.retry_in) == (code, retry_in)
    assert result.error == f"the mail server answered {code}"
    assert server.mails == []


def test_without_a_server_no_mail_is_sent_and_one_that_is_away_is_tried_again() -> None:
    with smtp_server() as server:
        port = server.port

    assert MailSender(None).send(MAIL).error == NO_MAIL
    away = MailSender(_make_server(port)).send(MAIL)
    assert (away.error, away.retry_in) == ("the mail server cannot be reached", 0)
