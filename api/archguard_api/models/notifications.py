"""Notifications: who is told of what, and what was sent."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from archguard_api.models.base import ResponseModel, Time

MAX_RULES = 20
"""Of one project."""
MAX_TARGET = 2048
_PRINTABLE = r"^[^\x00-\x1f\x7f-\x9f]+$"
_HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,252})")
_MAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?"
)


class Channel(StrEnum):
    """How people are told."""

    WEBHOOK = "webhook"
    SLACK = "slack"
    TEAMS = "teams"
    MAIL = "mail"


class NotificationEvent(StrEnum):
    """Of what people are told."""

    CAME_BACK = "came-back"
    SEALED = "sealed"
    GROWING = "growing"
    STALLED = "stalled"
    DEADLINE_AT_RISK = "deadline-at-risk"
    NO_UPLOAD = "no-upload"
    PULL_REQUEST_ADDS = "pull-request-adds"
    WEEKLY_DIGEST = "weekly-digest"


TEST_EVENT = "test"
"""The event of a delivery that somebody asks for, to see whether it arrives."""


class DeliveryState(StrEnum):
    """What became of a delivery."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


def is_web_address(text: str) -> bool:
    """Return whether a text is an http(s) address that something can be sent to, without a password."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or parts.fragment or port == 0:
        return False
    if not text.isascii() or re.search(r"[\x00-\x20\x7f\\]", text):
        return False
    return bool(_HOST.fullmatch(host)) or _is_ipv6(host)


def _is_ipv6(host: str) -> bool:
    try:
        return ipaddress.IPv6Address(host).scope_id is None
    except ValueError:
        return False


def is_mail_address(text: str) -> bool:
    """Return whether a text is an address that mail can be sent to."""
    return bool(_MAIL.fullmatch(text)) and ".." not in text


def _require_distinct(events: tuple[NotificationEvent, ...]) -> tuple[NotificationEvent, ...]:
    if len(set(events)) < len(events):
        raise ValueError("an event is listed twice")
    return tuple(sorted(events))


_Name = Annotated[str, Field(min_length=1, max_length=100, pattern=_PRINTABLE)]
_Owner = Annotated[str, Field(min_length=1, max_length=256, pattern=_PRINTABLE)]
_Target = Annotated[str, Field(min_length=3, max_length=MAX_TARGET, pattern=_PRINTABLE)]
_Events = Annotated[
    tuple[NotificationEvent, ...],
    Field(
        min_length=1,
        max_length=len(NotificationEvent),
        json_schema_extra={"uniqueItems": True},
    ),
    AfterValidator(_require_distinct),
]
_SilentDays = Annotated[int, Field(ge=1, le=365)]


class NotificationRuleRequest(BaseModel):
    """Who is to be told of what."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "channel": "webhook",
                    "target": "https://hooks.example.org/archguard",
                    "events": ["came-back", "sealed"],
                }
            ]
        },
    )

    channel: Channel
    target: _Target = Field(
        description="An http(s) address without user and password; of `mail` a mail address."
    )
    events: _Events
    name: _Name | None = Field(default=None, description="For people.")
    owner: _Owner | None = Field(
        default=None, description="Only what concerns contracts of this owner; null: all contracts."
    )
    silent_days: _SilentDays = Field(
        default=7, description="After so many days without an upload there is a `no-upload`."
    )
    enabled: bool = True

    @model_validator(mode="after")
    def _check_target(self) -> NotificationRuleRequest:
        check_target(self.channel, self.target)
        return self


def check_target(channel: Channel, target: str) -> None:
    """Raise an error unless the channel can send to the target.

    Raises:
        ValueError: it cannot.
    """
    if channel is Channel.MAIL:
        if not is_mail_address(target):
            raise ValueError("`target` of `mail` is one mail address")
    elif not is_web_address(target):
        raise ValueError("`target` is an http(s) address without user, password and fragment")


class NotificationRuleChange(BaseModel):
    """What to change of a rule; what is left out stays."""

    model_config = ConfigDict(
        strict=True, extra="forbid", json_schema_extra={"examples": [{"enabled": False}]}
    )

    target: _Target | None = Field(default=None, description="As of the rule's channel.")
    events: _Events | None = None
    name: _Name | None = None
    owner: _Owner | None = None
    silent_days: _SilentDays | None = None
    enabled: bool | None = None


@dataclass(frozen=True, slots=True)
class NotificationRule:
    """Who is told of what."""

    id: Annotated[str, Field(examples=["4f1c2d7e9b3a"])]
    created_at: Time
    name: str | None
    channel: Channel
    target: Annotated[
        str,
        Field(
            description="Of an address only the server: the rest may be a secret.",
            examples=["https://hooks.example.org/\N{HORIZONTAL ELLIPSIS}"],
        ),
    ]
    events: tuple[NotificationEvent, ...]
    owner: Annotated[str | None, Field(description="null: all contracts.")]
    silent_days: int
    enabled: bool


@dataclass(frozen=True, slots=True)
class NewNotificationRule(NotificationRule):
    """A rule that was just made."""

    secret: Annotated[
        str | None,
        Field(
            description="Of a webhook: what its signatures are made with. It is shown this once; null: "
            "the channel has no signatures."
        ),
    ]


class NotificationRules(ResponseModel):
    """The rules of a project."""

    items: tuple[NotificationRule, ...]


@dataclass(frozen=True, slots=True)
class NotificationDelivery:
    """Something that was sent, or is to be."""

    id: Annotated[str, Field(description="What `webhook-id` says.", examples=["msg_5f0c2d7e9b3a"])]
    rule: Annotated[str, Field(description="A rule's id.", examples=["4f1c2d7e9b3a"])]
    event: Annotated[str, Field(description="One that rules have, or `test`.", examples=["sealed"])]
    title: str
    created_at: Time
    state: DeliveryState
    attempts: int
    next_attempt_at: Annotated[Time | None, Field(description="null: there is none.")]
    last_attempt_at: Time | None
    last_status: Annotated[int | None, Field(description="Of the answer; null: there was none.")]
    last_error: Annotated[str | None, Field(description="Why the last attempt failed.")]


# What is stored, and travels inside the service.


@dataclass(frozen=True, slots=True)
class StoredRule:
    """A rule with what no answer shows."""

    id: str
    project: str
    channel: Channel
    target: str
    secret: str | None
    events: frozenset[str]
    owner: str | None
    silent_days: int


@dataclass(frozen=True, slots=True)
class NoticeItem:
    """One thing that people are told: a contract, or a pull request."""

    text: str
    """A sentence, without the contract's name."""
    contract: str | None = None
    contract_name: str | None = None
    owner: str | None = None
    violations: int | None = None
    lower_bound: bool = False
    state: str | None = None
    deadline: str | None = None
    change: int | None = None
    """Of the count within a week."""
    pull_request: int | None = None
    examples: tuple[tuple[str, str], ...] = ()
    """Some of the violations: importer and imported module."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What people are told at once."""

    event: str
    project: str
    at: int
    """Seconds since 1970."""
    title: str
    items: tuple[NoticeItem, ...] = ()
    more: int = 0
    """How many items were left out."""
    branch: str | None = None
    commit: str | None = None


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """A delivery that one worker is to attempt."""

    id: int
    key: str
    attempts: int
    """Those before."""
    created_at: int
    rule: StoredRule
    notice: Notice


@dataclass(frozen=True, slots=True)
class AttemptResult:
    """What became of one attempt."""

    status: int | None
    """Of the answer; None: there was none."""
    error: str | None
    """None: it was delivered."""
    retry_in: int | None = None
    """Seconds; None: there is no further attempt."""


@dataclass(frozen=True, slots=True)
class ContractMark:
    """Where a contract stood when notifications were last considered."""

    state: str
    at_risk: bool
    told: dict[str, int]
    """When people were told of an event last, in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class NotificationMark:
    """Up to where notifications have considered a project."""

    branch_id: int | None
    version: int
    day: int
    snapshot_id: int
    contracts: dict[str, ContractMark]
