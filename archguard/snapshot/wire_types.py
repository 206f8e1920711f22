"""The types that the models of the wire format are made of."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

MAX_NAME = 512
MAX_INTEGER = 2**53 - 1
"""The largest number that every reader of JSON keeps exactly."""
# Control characters, and lone surrogates.
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def refuse_invisible(text: str) -> str:
    """Refuse text with a control character.

    Raises:
        ValueError: it has one.
    """
    if text.isascii() and text.isprintable():  # ten times as quick as the pattern
        return text
    if _INVISIBLE.search(text):
        raise ValueError("it holds a control character")
    return text


Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME), AfterValidator(refuse_invisible)]
Path = Annotated[str, Field(max_length=4096), AfterValidator(refuse_invisible)]
Title = Annotated[str, Field(max_length=4096), AfterValidator(refuse_invisible)]
CommitId = Annotated[str, Field(pattern=r"^(?:[0-9a-f]{40}|[0-9a-f]{64})$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0, le=MAX_INTEGER)]


def is_empty(value: object) -> bool:
    """Return whether a later field says nothing, so that snapshots without it keep their digests."""
    return not value


def is_none(value: object) -> bool:
    """Return whether a later field does not exist, so that snapshots without it keep their digests."""
    return value is None


class Wire(BaseModel):
    """The base of all models.

    Lists are `fail_fast`: a million errors would fill the memory.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, ser_json_bytes="utf8")
