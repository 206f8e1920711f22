"""The types that the other models are made of.

What the store returns is a frozen dataclass: it is made in great numbers, from values that need no
checking, and pydantic writes it as JSON by the types of its fields. What a route assembles for one
response is a `ResponseModel`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from archguard_api.times import format_time

COMMIT = "4f1c2d7e9b3a5c6d8e0f1a2b3c4d5e6f7a8b9c0d"
PROJECT_PATTERN = "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"
"""What a project may be called."""
INTERNAL = Field(exclude=True)
"""Marks a field that no response shows."""
Item = TypeVar("Item")
Model = TypeVar("Model")

Time = Annotated[
    int, PlainSerializer(format_time, return_type=str), Field(examples=["2026-03-01T12:00:00Z"])
]
"""Seconds since 1970; in JSON, RFC 3339 in UTC."""
Commit = Annotated[str, Field(examples=[COMMIT])]
Module = Annotated[str, Field(examples=["shop.legacy_cart"])]


class ResponseModel(BaseModel):
    """What a route assembles for one response."""

    model_config = ConfigDict(frozen=True)


@dataclasses.dataclass(frozen=True, slots=True)
class Moment:
    """A commit, and when it was made."""

    commit: Commit
    committed_at: Time
    """By the committer's clock."""


class Page(ResponseModel, Generic[Item]):
    """Some of a list."""

    items: tuple[Item, ...]
    next: str | None = Field(
        description="Give it as `after` for the next page; null: this was the last."
    )


class CountedPage(Page[Item], Generic[Item]):
    """Some of a list, and how long it is."""

    total: int = Field(description="How many match, on all pages.")


@dataclasses.dataclass(frozen=True, slots=True)
class Edge:
    """An import."""

    importer: Module
    imported: Module


def make_edges(pairs: Iterable[tuple[str, str]]) -> tuple[Edge, ...]:
    """Return the imports of these pairs of (importer, imported)."""
    return tuple(Edge(importer, imported) for importer, imported in pairs)


def extend(model: type[Model], value: Any, **fields: object) -> Model:
    """Return an object of a dataclass with the fields of an object of its base class, and some more."""
    inherited = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    return model(**inherited, **fields)
