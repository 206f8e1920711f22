"""What every answer is made of."""

from __future__ import annotations

from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from archguard_api.times import format_time

COMMIT = "4f1c2d7e9b3a5c6d8e0f1a2b3c4d5e6f7a8b9c0d"
Item = TypeVar("Item")


def _as_text(value: object) -> object:
    return format_time(value) if isinstance(value, int) else value


Time = Annotated[str, BeforeValidator(_as_text), Field(examples=["2026-03-01T12:00:00Z"])]
Commit = Annotated[str, Field(examples=[COMMIT])]
Module = Annotated[str, Field(examples=["shop.legacy_cart"])]


class Answer(BaseModel):
    """Made from the store's values, field by field."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class Moment(Answer):
    """A commit, and when it was made."""

    commit: Commit
    committed_at: Time


class Page(Answer, Generic[Item]):
    """Some of a list."""

    items: tuple[Item, ...]
    next: str | None = Field(
        description="Give it as `after` for the next page; null: this was the last."
    )


class Counted(Page[Item], Generic[Item]):
    """Some of a list, and how long it is."""

    total: int = Field(description="How many match, on all pages.")


class Edge(Answer):
    """An import."""

    importer: Module
    imported: Module
