"""The service's settings: environment variables `ARCHGUARD_*`, and the options of `archguard serve`.

docs/reference/service.md lists them; a test compares.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated, Literal

from annotated_types import Ge, Le
from pydantic import SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from archguard.errors import ArchguardError
from archguard_api.models.notifications import is_mail_address, is_web_address
from archguard_api.models.trusted_publishers import DEFAULT_ISSUERS, is_issuer
from archguard_api.store import default_database
from archguard_api.times import DAY

DEFAULT_PORT = 8600
_ROOT_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]+)+")
_OWN_PATHS = frozenset(
    {"api", "assets", "badge", "docs", "healthz", "metrics", "openapi.json", "p", "readyz", "settings"}
)


_UNITS = {"d": DAY, "h": 3600, "m": 60, "s": 1}
"""Seconds."""


class SettingsError(ArchguardError):
    """A setting has an invalid value."""


class Settings(BaseSettings):
    """The settings of a service; every field can be set in the environment."""

    model_config = SettingsConfigDict(env_prefix="ARCHGUARD_", frozen=True, extra="forbid")

    database: str = ""
    """`sqlite:///path` or `postgresql://...`; empty: SQLite in the user's data folder."""
    database_readers: Annotated[int, Ge(1), Le(64)] = 8
    """Database connections for reading."""
    disk_reserve_bytes: Annotated[int, Ge(0)] | None = None
    """Free space below which uploads are refused (507); empty: 256 MiB, or 5 % of a small disk."""
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    """Allowed `Host` headers, comma-separated, `*.` for subdomains; empty: all."""
    root_path: str = ""
    """The path below which a proxy serves this service, such as `/archguard`."""
    forwarded_allow_ips: str = ""
    """Proxies whose `X-Forwarded-For` and `-Proto` are believed: addresses or networks, comma-separated,
    or `*`; empty: this machine's."""
    public_read: Annotated[tuple[str, ...], NoDecode] = ()
    """Projects that anybody may read, comma-separated, besides those that are public in the store."""
    docs: bool = True
    """Whether to serve `/docs` and `/openapi.json`."""
    metrics_public: bool = False
    """Whether `/metrics` can be read without a token."""
    uploads_per_hour: Annotated[int, Ge(1)] = 100_000
    """Of one project, counted in each process."""
    failed_tokens_per_minute: Annotated[int, Ge(1)] = 300
    """Of one address, counted in each process; more get a 429."""
    parse_slots: Annotated[int, Ge(1), Le(64)] = 4
    """Uploads that are parsed at the same time."""
    parse_wait_seconds: Annotated[float, Ge(0), Le(60)] = 5
    """How long an upload waits for its turn before it gets a 503."""
    header_seconds: Annotated[float, Ge(0.1)] = 10
    """Deadline for a connection's first byte, and for a request's headers."""
    body_seconds: Annotated[float, Ge(0.1)] = 60
    """Deadline for a request's body, and for a client to read the response."""
    request_timeout: Annotated[float, Ge(0.1)] = 5
    """How many seconds a request may take from the end of its body; then it gets a 503."""
    quota_bytes: Annotated[int, Ge(1)] | None = None
    """How many bytes the contents of one project may take; more is a 507. Empty: no limit."""
    quota_snapshots: Annotated[int, Ge(1)] | None = None
    """New snapshots of one project within 24 hours; more are a 429. Empty: no limit."""
    deletion_grace: Annotated[float, Ge(0), Le(3650)] = 7
    """For how many days a deleted project can be restored; `12h`, `90m`, `30s` are understood, too."""
    public_url: str = ""
    """Where people find this service, such as `https://archguard.example.org`, for notifications."""
    oidc_issuers: Annotated[tuple[str, ...], NoDecode] = DEFAULT_ISSUERS
    """Whose ID tokens may be exchanged for upload tokens, comma-separated; one may be local."""
    oidc_audience: str = ""
    """What ID tokens must be made for; empty: the public URL."""
    webhook_allow: Annotated[tuple[str, ...], NoDecode] = ()
    """Networks that notifications may be sent to though they are not public, comma-separated."""
    smtp_host: str = ""
    """The server that sends mail; empty: none is sent."""
    smtp_port: Annotated[int, Ge(1), Le(65535)] = 587
    """Its port."""
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    """How the connection to it is secured."""
    smtp_user: str = ""
    """Who signs in there; empty: nobody does."""
    smtp_password: SecretStr = SecretStr("")
    """With which password."""
    mail_from: str = ""
    """The address that mails come from."""
    max_connections: Annotated[int, Ge(16)] = 4096
    """Requests on more connections get a 503."""
    access_log: bool = False
    """Whether to log every request, not only those that failed."""

    @field_validator("allowed_hosts", "public_read", "webhook_allow", "oidc_issuers", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value

    @field_validator("root_path")
    @classmethod
    def _check_root_path(cls, value: str) -> str:
        if value in ("", "/"):
            return ""
        if not _ROOT_PATH.fullmatch(value):
            raise ValueError(
                "a path such as /archguard: it begins with a slash and does not end with one"
            )
        if value.split("/")[1] in _OWN_PATHS:
            raise ValueError(f"/{value.split('/')[1]} is a path of the service itself")
        return value

    @field_validator("deletion_grace", mode="before")
    @classmethod
    def _parse_days(cls, value: object) -> object:
        if not isinstance(value, str) or not value or value[-1] not in _UNITS:
            return value
        try:
            return float(value[:-1]) * _UNITS[value[-1]] / DAY
        except ValueError:
            return value

    @property
    def deletion_grace_seconds(self) -> int:
        """For how long a deleted project can be restored."""
        return round(self.deletion_grace * DAY)

    @field_validator("webhook_allow")
    @classmethod
    def _check_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for part in value:
            ipaddress.ip_network(part)
        return value

    @field_validator("oidc_issuers")
    @classmethod
    def _check_issuers(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(map(is_issuer, value)):
            raise ValueError("addresses such as https://gitlab.example.org, without a slash at the end")
        return value

    @property
    def audience(self) -> str | None:
        """What ID tokens must be made for; None: none is accepted."""
        return self.oidc_audience or self.public_url or None

    @field_validator("public_url")
    @classmethod
    def _check_public_url(cls, value: str) -> str:
        if value and not is_web_address(value):
            raise ValueError("an address such as https://archguard.example.org")
        return value.rstrip("/")

    @field_validator("mail_from")
    @classmethod
    def _check_sender(cls, value: str) -> str:
        if value and not is_mail_address(value):
            raise ValueError("a mail address such as archguard@example.org")
        return value

    @property
    def sends_mail(self) -> bool:
        """Whether the service can send mail."""
        return bool(self.smtp_host and self.mail_from)

    @field_validator("forwarded_allow_ips")
    @classmethod
    def _check_proxies(cls, value: str) -> str:
        for part in filter(None, map(str.strip, value.split(","))):
            if part != "*":
                ipaddress.ip_network(part)
        return value

    @property
    def cookie_path(self) -> str:
        """The path below which a browser sends the session's cookie."""
        return self.root_path or "/"

    @property
    def database_url(self) -> str:
        """The database's address, or the default one."""
        return self.database or default_database()


def read_settings() -> Settings:
    """Return the settings of the environment.

    Raises:
        SettingsError: a variable has an invalid value.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise SettingsError(f"ARCHGUARD_{str(first['loc'][0]).upper()}: {first['msg']}.") from error
