"""Send mail through the SMTP server that the service's operator names."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Literal

from archguard_api.models.notifications import AttemptResult

_SECONDS = 10.0
NO_MAIL = "the service's operator has set up no mail server"
_NO_CONNECTION = "the mail server cannot be reached"
_NOT_TRUSTED = "the mail server's certificate is not trusted, or it has no TLS"
_NO_SIGN_IN = "the mail server refused the service's user and password"


@dataclass(frozen=True, slots=True)
class MailServer:
    """A server that sends mail for the service."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    user: str
    password: str
    sender: str
    """The address that mails come from."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail."""

    to: str
    subject: str
    text: str
    html: str
    key: str
    """The delivery's id."""
    at: int
    """Seconds since 1970."""


class MailSender:
    """Sends mails, each over a connection of its own."""

    def __init__(self, server: MailServer | None, ssl_context: ssl.SSLContext | None = None) -> None:
        """Connect to nothing yet.

        Args:
            server: the server; None: there is none.
            ssl_context: what its certificate is checked with; None: the system's authorities.
        """
        self._server = server
        self._ssl_context = ssl_context

    def send(self, mail: Mail) -> AttemptResult:
        """Send a mail, and return what became of that; `retry_in` is 0 if it may be tried again."""
        if self._server is None:
            return AttemptResult(None, NO_MAIL)
        try:
            with self._connect(self._server) as connection:
                connection.send_message(make_message(mail, self._server.sender))
        except (smtplib.SMTPException, OSError) as error:
            return _explain(error)
        return AttemptResult(250, None)

    def _connect(self, server: MailServer) -> smtplib.SMTP:
        context = self._ssl_context or ssl.create_default_context()
        if server.security == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=_SECONDS, context=context
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=_SECONDS)
        try:
            if server.security == "starttls":
                connection.starttls(context=context)
            if server.user:
                connection.login(server.user, server.password)
        except (smtplib.SMTPException, OSError):
            connection.close()
            raise
        return connection


def make_message(mail: Mail, sender: str) -> EmailMessage:
    """Return a mail with its headers."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(datetime.fromtimestamp(mail.at, UTC))
    message["Message-ID"] = f"<{mail.key}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message


def _explain(error: Exception) -> AttemptResult:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return AttemptResult(error.smtp_code, _NO_SIGN_IN, retry_in=0)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        (code, _), *_others = error.recipients.values()
        return _refuse(code)
    if isinstance(error, smtplib.SMTPResponseException):
        return _refuse(error.smtp_code)
    if isinstance(error, smtplib.SMTPNotSupportedError | ssl.SSLError):
        return AttemptResult(None, _NOT_TRUSTED, retry_in=0)
    return AttemptResult(None, _NO_CONNECTION, retry_in=0)


def _refuse(code: int) -> AttemptResult:
    """Return what a refusal says: a code from 500 on is final (RFC 5321, section 4.2.1)."""
    return AttemptResult(code, f"the mail server answered {code}", retry_in=None if code >= 500 else 0)
