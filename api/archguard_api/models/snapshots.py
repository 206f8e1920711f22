"""Snapshots."""

from __future__ import annotations

from pydantic import Field

from archguard.snapshot import Build, Contract, UnreadFile
from archguard_api.models.base import Answer, Commit, Time


class Snapshot(Answer):
    """A snapshot without its graph and violations."""

    commit: Commit
    parent: str | None
    committed_at: Time
    received_at: Time
    branches: tuple[str, ...]
    configuration: str = Field(description="Digest of what the contracts say.")
    tool_version: str
    digest: str = Field(description="SHA-256 of the snapshot's canonical form.")
    graph: str = Field(description="Digest of the graph: equal graphs have equal ones.")
    modules: int
    imports: int
    files: int
    unread: tuple[UnreadFile, ...]
    folder: str
    contracts: tuple[Contract, ...]
    build: Build | None


class Receipt(Answer):
    """What became of an upload: it is on disk."""

    commit: Commit
    digest: str = Field(description="SHA-256 of the snapshot's canonical form.")
    created: bool = Field(description="false: it was there already.")
