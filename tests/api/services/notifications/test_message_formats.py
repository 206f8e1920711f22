"""How each channel reads a notice; names from repositories are text there, and never markup."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from archguard_api.models.notifications import Channel, Notice, NoticeItem
from archguard_api.services.notifications.message_formats import (
    find_link,
    render_html,
    render_json,
    render_text,
)

HOSTILE = '<script>alert(1)</script> [a](https://evil.example) <https://evil.example|b> *c* `d` @here "'
ITEM = NoticeItem(
    "2 imports left.",
    contract="one-cart",
    contract_name="One cart",
    owner="@team",
    violations=2,
    change=-3,
    examples=(("shop.a", "shop.old"),),
)
NOTICE = Notice(
    "came-back", "shop", 1_700_000_000, "shop: 2 violations came back", (ITEM,), 4, "main", "c" * 40
)
NAMED = replace(
    NOTICE,
    title=f"shop: {HOSTILE}",
    items=(replace(ITEM, contract_name=HOSTILE, owner=HOSTILE, examples=((HOSTILE, HOSTILE),)),),
)
LINK = "https://archguard.example.org/p/shop"


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str | None] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_webhook_gets_the_event_its_time_and_its_items() -> None:
    body = json.loads(render_json(Channel.WEBHOOK, NOTICE, LINK))

    assert body["type"] == "archguard.came-back"
    assert body["timestamp"] == "2023-11-14T22:13:20Z"
    data = body["data"]
    assert (data["project"], data["title"], data["url"]) == ("shop", NOTICE.title, LINK)
    assert data["items"][0]["contract"] == "one-cart"
    assert data["items"][0]["examples"] == [["shop.a", "shop.old"]]
    assert data["more"] == 4


def test_slack_gets_plain_text_only() -> None:
    body = json.loads(render_json(Channel.SLACK, NAMED, LINK))

    texts = [block["text"] for block in body["blocks"] if "text" in block]
    assert {text["type"] for text in texts} == {"plain_text"}
    assert not re.search(r"<[^>]*>", body["text"])
    assert all(len(text["text"]) <= 3000 for text in texts)
    assert len(texts[0]["text"]) <= 150
    assert body["blocks"][-1]["elements"][0]["url"] == LINK


def test_teams_gets_a_card_whose_markdown_is_escaped() -> None:
    body = json.loads(render_json(Channel.TEAMS, NAMED, LINK))

    (attachment,) = body["attachments"]
    card = attachment["content"]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    for block in card["body"]:
        assert not re.search(r"(?<!\\)[\[\]()*`<>]", block["text"])
    assert card["actions"] == [{"type": "Action.OpenUrl", "title": "Open archguard", "url": LINK}]


@pytest.mark.parametrize("event", ["came-back", "weekly-digest"])
def test_a_mail_has_no_markup_but_its_own(event: str) -> None:
    tags = _Tags()
    tags.feed(render_html(replace(NAMED, event=event), LINK))

    assert "script" not in tags.tags
    assert tags.links == [LINK]
    assert HOSTILE in tags.text
    assert "And 4 more." in tags.text


def test_a_digest_is_a_table_with_the_numbers_of_each_contract() -> None:
    tags = _Tags()
    tags.feed(render_html(replace(NOTICE, event="weekly-digest"), None))

    assert tags.tags.count("tr") == 2
    assert tags.tags.count("td") == 5
    for text in ("One cart", "2", "\N{MINUS SIGN}3", "@team", "2 imports left."):
        assert text in tags.text


def test_plain_text_says_the_same() -> None:
    assert render_text(NOTICE, LINK).splitlines() == [
        "shop: 2 violations came back",
        "",
        "One cart (\N{MINUS SIGN}3 in a week): 2 imports left. (shop.a imports shop.old)",
        "And 4 more.",
        "",
        LINK,
    ]


def test_a_link_leads_to_the_project_or_to_the_pull_request() -> None:
    pull = replace(NOTICE, items=(replace(ITEM, pull_request=7),))

    assert find_link(NOTICE, "https://archguard.example.org/") == LINK
    assert find_link(pull, "https://archguard.example.org") == f"{LINK}/pulls/7"
    assert find_link(NOTICE, "") is None
