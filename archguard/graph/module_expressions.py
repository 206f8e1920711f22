"""Module expressions as import-linter writes them, matched against names that no graph holds."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

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


class Deprecation:
    """What a set of module expressions covers, whether or not it exists."""

    def __init__(self, expressions: Sequence[str]) -> None:
        """Cover what these name, and everything below it."""
        self._expressions = tuple(sorted(set(expressions)))
        self._match = pattern(self._expressions).match
        self._known: dict[str, bool] = {}

    def covers(self, name: str) -> bool:
        """Whether a name is a deprecated module's, or a descendant's."""
        if name not in self._known:
            self._known[name] = self._match(name) is not None
        return self._known[name]

    def given(self, name: str) -> set[str]:
        """The parts of a name that expressions give, without what comes below them."""
        matches = (pattern((expression,)).match(name) for expression in self._expressions)
        return {match[1] for match in matches if match}

    def named(self, name: str, modules: Container[str], *, is_from: bool) -> str | None:
        """The deprecated module that an import names, if it were there.

        Of `from base import name` that is `base.name` where an expression says so: one without
        wildcards, or one with them where `base` is not there to define the name.
        """
        if not is_from:
            return name if self.covers(name) else None
        base, _, item = name.rpartition(".")
        if item != "*" and self._makes_module(name, base, modules):
            return name
        return base if self.covers(base) else None

    def named_among(self, names: Iterable[tuple[str, bool]], modules: Container[str]) -> tuple[str, ...]:
        """The deprecated modules, as expressions give them, that an unread text names, sorted."""
        named = (self.named(name, modules, is_from=is_from) for name, is_from in names)
        return tuple(sorted({name for one in named if one for name in self.given(one)}))

    def _makes_module(self, name: str, base: str, modules: Container[str]) -> bool:
        if name in self._expressions:
            return True
        if base in modules or not self.covers(name):
            return False
        return any(
            (match := pattern((expression,)).match(name)) is not None
            and match[1] == name
            and not pattern((expression,)).match(base)
            for expression in self._expressions
        )
