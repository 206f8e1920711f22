"""The service's settings: environment variables `ARCHGUARD_*`, and the options of `archguard serve`.

docs/reference/service.md lists them; a test compares.
"""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge, Le
from pydantic import ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from archguard.errors import ArchguardError
from archguard_api.store import default_database

DEFAULT_PORT = 8600


class SettingsError(ArchguardError):
    """A setting says something that cannot be."""


class Settings(BaseSettings):
    """How a service runs; every field may come from the environment."""

    model_config = SettingsConfigDict(env_prefix="ARCHGUARD_", frozen=True, extra="forbid")

    database: str = ""
    """`sqlite:///path` or `postgresql://...`; empty: SQLite in the user's data folder."""
    database_readers: Annotated[int, Ge(1), Le(64)] = 8
    """Connections that read at once."""
    disk_reserve_bytes: Annotated[int, Ge(0)] | None = None
    """Uploads are refused (507) while less is free; empty: 256 MiB, of a small disk a twentieth."""
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    """`Host` headers that are answered, comma-separated, `*.` for subdomains; empty: all."""
    public_read: Annotated[tuple[str, ...], NoDecode] = ()
    """Projects that anybody may read, comma-separated, beside those that are set public."""
    docs: bool = True
    """Whether `/docs` and `/openapi.json` are there."""
    metrics_public: bool = False
    """Whether `/metrics` is read without a token."""
    uploads_per_hour: Annotated[int, Ge(1)] = 100_000
    """Of one project, in each process."""
    failed_tokens_per_minute: Annotated[int, Ge(1)] = 300
    """Of one address, in each process."""
    parse_slots: Annotated[int, Ge(1), Le(64)] = 4
    """Uploads that are read at once."""
    parse_wait_seconds: Annotated[float, Ge(0), Le(60)] = 5
    """How long an upload waits for its turn before it is told to come back (503)."""
    header_seconds: Annotated[float, Ge(0.1)] = 10
    """For a connection's first byte, and for a request's headers."""
    body_seconds: Annotated[float, Ge(0.1)] = 60
    """For a request's body, and for a client that takes no answer."""
    max_connections: Annotated[int, Ge(16)] = 4096
    """More are answered 503."""
    access_log: bool = False
    """A line for each request, not only for those that failed."""

    @field_validator("allowed_hosts", "public_read", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value

    @property
    def database_url(self) -> str:
        """The database, with the default filled in."""
        return self.database or default_database()


def read_settings() -> Settings:
    """The settings that the environment makes.

    Raises:
        SettingsError: a variable says something that cannot be.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise SettingsError(f"ARCHGUARD_{str(first['loc'][0]).upper()}: {first['msg']}.") from error
