"""Attempt deliveries, and decide when to try again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from archguard_api.models.notifications import Channel
from archguard_api.services.notifications.mail_sender import Mail
from archguard_api.services.notifications.message_formats import (
    find_link,
    render_html,
    render_json,
    render_text,
)
from archguard_api.services.notifications.signatures import sign

if TYPE_CHECKING:
    from archguard_api.models.notifications import AttemptResult, ClaimedDelivery
    from archguard_api.services.notifications.http_sender import HttpSender
    from archguard_api.services.notifications.mail_sender import MailSender

RETRY_SECONDS = (5, 60, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600)
"""Between an attempt and the next; after the last one the delivery has failed."""
_HEADERS = {"content-type": "application/json", "user-agent": "archguard"}


class Deliverer:
    """Sends what is to be sent, each by its rule's channel."""

    def __init__(self, http: HttpSender, mail: MailSender, *, public_url: str = "") -> None:
        """Send nothing yet.

        Args:
            http: sends requests.
            mail: sends mails.
            public_url: the service's address, for links; empty: there are none.
        """
        self._http = http
        self._mail = mail
        self._public_url = public_url

    def attempt(self, delivery: ClaimedDelivery, now: int) -> AttemptResult:
        """Send a delivery, and return what became of that.

        Args:
            delivery: what is to be sent.
            now: seconds since 1970.
        """
        if delivery.rule.channel is Channel.MAIL:
            result = self._send_mail(delivery)
        else:
            result = self._send_request(delivery, now)
        if result.retry_in is None:
            return result
        is_last = delivery.attempts >= len(RETRY_SECONDS)
        return replace(result, retry_in=None if is_last else RETRY_SECONDS[delivery.attempts])

    def abort(self) -> None:
        """End the requests that are running."""
        self._http.abort()

    def _send_request(self, delivery: ClaimedDelivery, now: int) -> AttemptResult:
        rule, notice = delivery.rule, delivery.notice
        body = render_json(rule.channel, notice, find_link(notice, self._public_url))
        signed = sign(rule.secret, delivery.key, now, body) if rule.secret is not None else {}
        return self._http.send(rule.target, body, {**_HEADERS, **signed})

    def _send_mail(self, delivery: ClaimedDelivery) -> AttemptResult:
        notice = delivery.notice
        link = find_link(notice, self._public_url)
        text, page = render_text(notice, link), render_html(notice, link)
        return self._mail.send(
            Mail(delivery.rule.target, notice.title, text, page, delivery.key, delivery.created_at)
        )
