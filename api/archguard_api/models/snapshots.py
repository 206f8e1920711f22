"""Snapshots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from archguard.snapshot import Build, Contract, UnreadFile
from archguard_api.models.base import Commit, Time

_DIGEST = Field(description="SHA-256 of the snapshot's canonical form.")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot without its graph and violations."""

    commit: Commit
    parent: str | None
    committed_at: Time
    received_at: Time
    branches: tuple[str, ...]
    configuration: Annotated[str, Field(description="Digest of what the contracts say.")]
    tool_version: str
    digest: Annotated[str, _DIGEST]
    graph: Annotated[str, Field(description="Digest of the graph: equal graphs have equal ones.")]
    modules: int
    imports: int
    files: int
    unread: tuple[UnreadFile, ...]
    folder: str
    contracts: tuple[Contract, ...]
    build: Build | None
    uploaded_by: Annotated[
        str | None,
        Field(description="The id of the token; null: not known.", examples=["a1B2c3D4"]),
    ]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an upload: it is on disk."""

    commit: Commit
    digest: Annotated[str, _DIGEST]
    created: Annotated[bool, Field(description="false: it was there already.")]
