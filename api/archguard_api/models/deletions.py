"""What is deleted, and until when it can be restored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from archguard_api.models.base import Time


@dataclass(frozen=True, slots=True)
class Deletion:
    """A project that is being deleted."""

    project: Annotated[str, Field(examples=["shop"])]
    deleted_at: Annotated[Time, Field(description="When somebody asked for it.")]
    purge_at: Annotated[
        Time, Field(description="Until then it can be restored; from then on nothing is left of it.")
    ]


@dataclass(frozen=True, slots=True)
class Removal:
    """Snapshots that were deleted, or would be."""

    snapshots: int
    branches: Annotated[
        tuple[str, ...], Field(description="Whose lines change, or which are deleted with them.")
    ]
    first_received_at: Annotated[Time | None, Field(description="Of these snapshots.")]
    last_received_at: Time | None
    preview: Annotated[bool, Field(description="true: nothing was deleted.")] = False


@dataclass(frozen=True, slots=True)
class ProjectAccess:
    """What decides on who may do what with a project."""

    name: str
    """The name that it has now; the requested one if there is no such project."""
    exists: bool = False
    """Whether there is such a project, even if it is being deleted and can still be restored."""
    is_public: bool = False
    """Whether anybody may read it."""
    purge_at: int | None = None
    """Until when it can be restored, in seconds since 1970; None: it is not being deleted."""

    is_gone: bool = False
    """Whether its grace is over, and its purge has yet to begin."""

    @property
    def is_deleted(self) -> bool:
        """Whether it is being deleted, and can still be restored."""
        return self.purge_at is not None
