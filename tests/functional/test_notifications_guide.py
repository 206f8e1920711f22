"""The guide of notifications: what it shows to receivers accepts what the service sends alone."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

from archguard_api.models.notifications import Channel, Notice, NoticeItem, NotificationEvent
from archguard_api.services.notifications.deliverer import RETRY_SECONDS
from archguard_api.services.notifications.message_formats import render_json
from archguard_api.services.notifications.signatures import create_secret, sign

PAGE = (Path(__file__).parents[2] / "docs" / "guide" / "notifications.md").read_text()


def _read_block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def test_the_receiver_of_the_guide_believes_the_service_alone() -> None:
    shown: dict[str, Any] = {}
    exec(_read_block("python"), shown)
    secret, now = create_secret(), int(time.time())
    headers = sign(secret, "msg_1", now, b"{}")

    assert shown["is_genuine"](secret, headers, b"{}")
    assert not shown["is_genuine"](secret, headers, b"{ }")
    assert not shown["is_genuine"](create_secret(), headers, b"{}")
    assert not shown["is_genuine"](secret, sign(secret, "msg_1", now - 3600, b"{}"), b"{}")


def test_the_message_of_the_guide_has_the_keys_of_what_is_sent() -> None:
    shown = json.loads(_read_block("json"))
    notice = Notice("came-back", "shop", 0, "title", (NoticeItem("text"),), 0, "main", "c0")
    sent = json.loads(render_json(Channel.WEBHOOK, notice, "https://archguard.example.org/p/shop"))

    assert shown.keys() == sent.keys()
    assert shown["data"].keys() == sent["data"].keys()
    assert shown["data"]["items"][0].keys() <= sent["data"]["items"][0].keys()
    missing = sent["data"]["items"][0].keys() - shown["data"]["items"][0].keys()
    assert all(f"`{name}`" in PAGE for name in missing)


def test_the_guide_lists_every_event_and_every_pause() -> None:
    for event in NotificationEvent:
        assert f"`{event.value}`" in PAGE
    assert RETRY_SECONDS == (5, 60, 300, 1800, 7200, 18000, 36000)
    assert "5\nseconds, 1, 5 and 30 minutes, 2, 5 and 10 hours" in PAGE
