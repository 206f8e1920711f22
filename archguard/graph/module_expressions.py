"""Module expressions as import-linter writes them, matched against names that no graph holds."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WILDCARDS = {"*": r"[^.]+", "**": r"[^.]+(?:\.[^.]+)*"}


def is_within(name: str, ancestor: str) -> bool:
    """Whether `name` is `ancestor` or one of its descendants."""
    return name == ancestor or name.startswith(f"{ancestor}.")


def lineage(name: str) -> Iterator[str]:
    """The name, and each of its ancestors'."""
    while name:
        yield name
        name = name.rpartition(".")[0]


@lru_cache(maxsize=256)
def pattern(expressions: Sequence[str]) -> re.Pattern[str]:
    """What matches a name that the expressions name, or a descendant of one.

    `*` stands for one component and `**` for one or more, as in grimp. Group 1 is the module named.
    """
    one = (
        r"\.".join(_WILDCARDS.get(part) or re.escape(part) for part in expression.split("."))
        for expression in expressions
    )
    return re.compile(rf"({'|'.join(one) or '(?!)'})(?:\.|\Z)")


def literal_parts(expression: str) -> list[str]:
    """The components of an expression that are no wildcards."""
    return [part for part in expression.split(".") if part not in _WILDCARDS]
