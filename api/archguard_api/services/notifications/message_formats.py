"""Write a notice as each channel reads it: JSON, Slack's blocks, Teams' cards, text and HTML.

Names come from repositories: in each format they are text, and never markup or a link.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from archguard_api.models.notifications import Channel, NotificationEvent
from archguard_api.services.sentence import count
from archguard_api.times import format_time

if TYPE_CHECKING:
    from archguard_api.models.notifications import Notice, NoticeItem

_SLACK_TEXT = 2900
_SLACK_TITLE = 150
_TEAMS_TEXT = 2000
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~])")
_MINUS = "\N{MINUS SIGN}"


def find_link(notice: Notice, public_url: str) -> str | None:
    """Return the page of the dashboard that a notice is about; None if nobody said where that is.

    Args:
        notice: the notice.
        public_url: the address of the service; empty if it is not known.
    """
    if not public_url:
        return None
    page = f"{public_url.rstrip('/')}/p/{quote(notice.project)}"
    numbers = {item.pull_request for item in notice.items if item.pull_request is not None}
    return f"{page}/pulls/{numbers.pop()}" if len(numbers) == 1 else page


def render_json(channel: Channel, notice: Notice, link: str | None) -> bytes:
    """Return the body of the request that tells a channel."""
    render = {
        Channel.WEBHOOK: _render_webhook,
        Channel.SLACK: _render_slack,
        Channel.TEAMS: _render_teams,
    }[channel]
    return json.dumps(render(notice, link), ensure_ascii=False, separators=(",", ":")).encode()


def _render_webhook(notice: Notice, link: str | None) -> dict[str, Any]:
    data = asdict(notice)
    del data["event"], data["at"]
    return {
        "type": f"archguard.{notice.event}",
        "timestamp": format_time(notice.at),
        "data": {**data, "url": link},
    }


def _render_slack(notice: Notice, link: str | None) -> dict[str, Any]:
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": _plain_text(notice.title, _SLACK_TITLE)},
    ]
    lines = _list_lines(notice)
    if lines:
        blocks.append({"type": "section", "text": _plain_text("\n".join(lines), _SLACK_TEXT)})
    if link:
        button = {"type": "button", "text": _plain_text("Open archguard", 75), "url": link}
        blocks.append({"type": "actions", "elements": [button]})
    fallback = notice.title.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return {"text": fallback, "blocks": blocks}


def _plain_text(text: str, length: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": _shorten(text, length), "emoji": False}


def _render_teams(notice: Notice, link: str | None) -> dict[str, Any]:
    title = _escape_markdown(notice.title)
    body = [{"type": "TextBlock", "text": title, "weight": "Bolder", "size": "Medium", "wrap": True}]
    body += [
        {"type": "TextBlock", "text": _shorten(_escape_markdown(line), _TEAMS_TEXT), "wrap": True}
        for line in _list_lines(notice)
    ]
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
    }
    if link:
        card["actions"] = [{"type": "Action.OpenUrl", "title": "Open archguard", "url": link}]
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "content": card}]}


def render_text(notice: Notice, link: str | None) -> str:
    """Return a notice as plain text, for a mail."""
    parts = [notice.title, "", *_list_lines(notice)]
    if link:
        parts += ["", link]
    return "\n".join(parts) + "\n"


def render_html(notice: Notice, link: str | None) -> str:
    """Return a notice as HTML, for a mail: without a script, and without anything from elsewhere."""
    is_digest = notice.event == NotificationEvent.WEEKLY_DIGEST
    content = _render_table(notice) if is_digest else _render_list(notice)
    more = f"<p>And {notice.more:,} more.</p>" if notice.more else ""
    page = f'<p><a href="{html.escape(link)}">Open archguard</a></p>' if link else ""
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{html.escape(notice.title)}</title></head>"
        '<body style="font-family:sans-serif;color:#1b1f24;background:#ffffff">'
        f'<h1 style="font-size:1.2em">{html.escape(notice.title)}</h1>{content}{more}{page}'
        "</body></html>\n"
    )


def _render_list(notice: Notice) -> str:
    lines = (f"<li>{html.escape(_describe(item))}</li>" for item in notice.items)
    return f"<ul>{''.join(lines)}</ul>" if notice.items else ""


def _render_table(notice: Notice) -> str:
    cell = 'style="text-align:left;vertical-align:top;padding:4px 12px 4px 0"'
    head = "".join(
        f'<th scope="col" {cell}>{title}</th>'
        for title in ("Contract", "Left", "In a week", "Owner", "Where it stands")
    )
    rows = []
    for item in notice.items:
        values = (
            item.contract_name or item.contract or "",
            describe_left(item),
            describe_change(item.change),
            item.owner or "",
            item.text,
        )
        cells = "".join(f"<td {cell}>{html.escape(value)}</td>" for value in values)
        rows.append(f"<tr>{cells}</tr>")
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _list_lines(notice: Notice) -> list[str]:
    lines = [_describe(item) for item in notice.items]
    if notice.more:
        lines.append(f"And {notice.more:,} more.")
    return lines


def _describe(item: NoticeItem) -> str:
    name = item.contract_name or item.contract
    change = "" if item.change is None else f" ({describe_change(item.change)} in a week)"
    text = f"{name}{change}: {item.text}" if name else item.text
    examples = [f"{importer} imports {imported}" for importer, imported in item.examples]
    return " ".join([text, *([f"({'; '.join(examples)})"] if examples else [])])


def describe_left(item: NoticeItem) -> str:
    """Return how many violations are left."""
    if item.violations is None:
        return "no verdict"
    return f"{'at least ' if item.lower_bound else ''}{item.violations:,}"


def describe_change(change: int | None) -> str:
    """Return by how much a count has changed."""
    if change is None:
        return "new"
    if change == 0:
        return "no change"
    return f"+{change:,}" if change > 0 else f"{_MINUS}{-change:,}"


def describe_total(violations: int, change: int | None) -> str:
    """Return how many violations are left, and how many more or fewer than a week before."""
    left = f"{count(violations, 'violation')} left"
    if not change:
        return left if change is None else f"{left}, as many as a week before"
    return f"{left}, {abs(change):,} {'more' if change > 0 else 'fewer'} than a week before"


def _escape_markdown(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)


def _shorten(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "\N{HORIZONTAL ELLIPSIS}"
