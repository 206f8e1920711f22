"""Dropping old graphs: every point of every trend stays, and so do the violations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard_api.records import Pruned

if TYPE_CHECKING:
    from sqlalchemy import Connection


def prune(connection: Connection, project: str, *, before: int | None, keep_last: int | None) -> Pruned:
    """Not there yet."""
    raise NotImplementedError
