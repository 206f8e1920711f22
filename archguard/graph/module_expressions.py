"""Module expressions as import-linter writes them, matched against names that need not exist."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

_WILDCARDS = {"*": r"[^.]+", "**": r"[^.]+(?:\.[^.]+)*"}


def is_within(name: str, ancestor: str) -> bool:
    """Return whether `name` is `ancestor` or one of its descendants."""
    return name == ancestor or name.startswith(f"{ancestor}.")


def iter_with_ancestors(name: str) -> Iterator[str]:
    """Yield a name, then each of its ancestors, innermost first."""
    while name:
        yield name
        name = name.rpartition(".")[0]


@lru_cache(maxsize=256)
def compile_expressions(expressions: Sequence[str]) -> re.Pattern[str]:
    """Return a pattern for the modules of some expressions, and all their descendants.

    `*` stands for one component and `**` for one or more, as in grimp. Group 1 of a match is the module
    that the expression names, without what is below it.
    """
    alternatives = (
        r"\.".join(_WILDCARDS.get(part) or re.escape(part) for part in expression.split("."))
        for expression in expressions
    )
    return re.compile(rf"({'|'.join(alternatives) or '(?!)'})(?:\.|\Z)")


def list_literal_parts(expression: str) -> list[str]:
    """Return the components of an expression that are not wildcards."""
    return [part for part in expression.split(".") if part not in _WILDCARDS]


class Deprecation:
    """The modules that some expressions deprecate, whether or not they exist."""

    def __init__(self, expressions: Sequence[str]) -> None:
        """Deprecate the modules of these expressions, and everything below them."""
        self._expressions = tuple(sorted(set(expressions)))
        self._match = compile_expressions(self._expressions).match
        self._covered: dict[str, bool] = {}

    def covers(self, name: str) -> bool:
        """Return whether a name is that of a deprecated module or of a descendant."""
        if name not in self._covered:
            self._covered[name] = self._match(name) is not None
        return self._covered[name]

    def find_deprecated(self, name: str) -> set[str]:
        """Return the deprecated modules, as the expressions name them, that a name is or lies in."""
        matches = (compile_expressions((expression,)).match(name) for expression in self._expressions)
        return {match[1] for match in matches if match}

    def resolve_import(self, name: str, modules: Container[str], *, is_from: bool) -> str | None:
        """Return the deprecated module or descendant that an import names; None if it names none.

        `from base import item` names `base.item` if an expression says that this is a module: one
        without wildcards, or one with wildcards if `base` does not exist and so cannot define `item`.

        Args:
            name: `base.item` of `from base import item`, else what follows `import`.
            modules: the modules that exist.
            is_from: which of the two it is.
        """
        if not is_from:
            return name if self.covers(name) else None
        base, _, item = name.rpartition(".")
        if item != "*" and self._is_module(name, base, modules):
            return name
        return base if self.covers(base) else None

    def find_imported(
        self, names: Iterable[tuple[str, bool]], modules: Container[str]
    ) -> tuple[str, ...]:
        """Return the deprecated modules, as the expressions name them, of some imports, sorted.

        Args:
            names: the name of each import and whether it is `from base import item`.
            modules: the modules that exist.
        """
        resolved = (self.resolve_import(name, modules, is_from=is_from) for name, is_from in names)
        return tuple(
            sorted({module for name in resolved if name for module in self.find_deprecated(name)})
        )

    def _is_module(self, name: str, base: str, modules: Container[str]) -> bool:
        if name in self._expressions:
            return True
        if base in modules or not self.covers(name):
            return False
        return any(
            (match := compile_expressions((expression,)).match(name)) is not None
            and match[1] == name
            and not compile_expressions((expression,)).match(base)
            for expression in self._expressions
        )
