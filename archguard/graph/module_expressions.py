"""Module expressions as import-linter writes them, matched against names that need not exist."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

_WILDCARDS = {"*": r"[^.:]+", "**": r"[^.:]+(?:\.[^.:]+)*"}


def is_within(name: str, ancestor: str) -> bool:
    """Return whether `name` is `ancestor` or one of its descendants."""
    return name == ancestor or name.startswith(f"{ancestor}.")


def iter_with_ancestors(name: str) -> Iterator[str]:
    """Yield a name, then each of its ancestors, innermost first."""
    while name:
        yield name
        name = name.rpartition(".")[0]


def split_symbol(symbol: str) -> tuple[str, str]:
    """Return module and name of a symbol that is written `module:Name`."""
    module, _, name = symbol.partition(":")
    return module, name


def join_symbol(symbol: str) -> str:
    """Return a symbol as source text writes it: `module.Name`."""
    return symbol.replace(":", ".")


def list_enclosing(imported: str) -> list[str]:
    """Return an imported module, or a symbol `module:Name` and its module."""
    return [imported, imported.partition(":")[0]] if ":" in imported else [imported]


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


class NameLookup(Protocol):
    """What the modules of a tree are, and what they bind."""

    def has_module(self, name: str) -> bool:
        """Return whether a module or a folder of modules has this name."""

    def is_package(self, name: str) -> bool:
        """Return whether a module or folder of this name can have submodules."""

    def binds(self, module: str, name: str) -> bool | None:
        """Return whether a module binds a name; None if nobody can know."""


class Deprecation:
    """The modules that the expressions of one contract deprecate, whether or not they exist."""

    def __init__(self, expressions: Sequence[str]) -> None:
        """Deprecate the modules of these expressions, and everything below them."""
        self._expressions = tuple(sorted(set(expressions)))
        self._match = compile_expressions(self._expressions).match
        self._patterns = [compile_expressions((expression,)) for expression in self._expressions]
        # The whole name has to match: of `p` and `p.old`, a prefix would be taken for the parent.
        self._is_parent = compile_expressions(
            tuple(parent for e in self._expressions if (parent := e.rpartition(".")[0]))
        ).fullmatch
        self._covered: dict[str, bool] = {}

    def covers(self, name: str) -> bool:
        """Return whether a name is that of a deprecated module or of a descendant."""
        if name not in self._covered:
            self._covered[name] = self._match(name) is not None
        return self._covered[name]

    def may_concern(self, name: str, *, is_from: bool) -> bool:
        """Return whether an import of this name may ask for a deprecated module."""
        if self.covers(name):
            return True
        return is_from and name.endswith(".*") and self.may_cover_child(name.removesuffix(".*"))

    def select_concerned(
        self, imports: Iterable[tuple[str, int, bool, bool]]
    ) -> list[tuple[str, int, bool, bool]]:
        """Return those of some imports, each a `RawImport`, that may ask for a deprecated one."""
        return [one for one in imports if self.may_concern(one[0], is_from=one[3])]

    def may_cover_child(self, module: str) -> bool:
        """Return whether a submodule of a module may be deprecated."""
        return self.covers(module) or self.names_child(module)

    def names_child(self, module: str) -> bool:
        """Return whether an expression deprecates a child of a module by itself."""
        return self._is_parent(module) is not None

    def identify(self, name: str) -> str | None:
        """Return the deprecated module, as an expression names it, that a name is or lies in.

        Of several the longest: the most specific expression decides. None if there is none.
        """
        return max(self.find_deprecated(name), key=len, default=None)

    def find_deprecated(self, name: str) -> set[str]:
        """Return the deprecated modules, as the expressions name them, that a name is or lies in."""
        return {match[1] for pattern in self._patterns if (match := pattern.match(name))}

    def resolve_import(
        self, name: str, bound_names: NameLookup, *, is_from: bool
    ) -> tuple[str | None, bool]:
        """Return the deprecated module or descendant that an import names, and whether that is certain.

        `from base import item` names `base.item` unless `base` exists and binds `item`. If `base` does
        not exist, nothing tells whether `item` was a module: then `base` is named if an expression
        covers it, and otherwise `base.item`. The same holds if `base` is a single file.

        Args:
            name: `base.item` of `from base import item`, else what follows `import`.
            bound_names: what the modules bind.
            is_from: which of the two it is.
        """
        if not is_from:
            return (name if self.covers(name) else None), True
        base, _, item = name.rpartition(".")
        covered_base = base if self.covers(base) else None
        if item == "*" or not self.covers(name):
            return covered_base, True
        if bound_names.has_module(name):
            return name, True
        if covered_base and not bound_names.is_package(base) and name not in self._expressions:
            return covered_base, True
        binds = bound_names.has_module(base) and bound_names.binds(base, item)
        if binds is None:
            return covered_base or name, covered_base is not None
        return (covered_base if binds else name), True

    def find_imported(
        self, names: Collection[tuple[str, bool]], bound_names: NameLookup
    ) -> tuple[str, ...]:
        """Return the deprecated modules, as the expressions name them, that some imports may ask for.

        Each expression is asked alone, so that the answer for one contract depends on no other one.

        Args:
            names: the name of each import and whether it is `from base import item`; a symbol that a
                text names is `module:Name`.
            bound_names: what the modules bind.
        """
        symbols = {name for name, _ in names if ":" in name}
        joined = set(map(join_symbol, symbols))
        resolved = {
            (expression, self._resolve_alone(expression, name, bound_names, is_from=is_from))
            for name, is_from in names
            for expression in self._expressions
            if expression not in joined
        }
        modules = {
            match[1]
            for expression, name in resolved
            if name and (match := compile_expressions((expression,)).match(name))
        }
        return tuple(sorted(modules | symbols))

    @staticmethod
    def _resolve_alone(
        expression: str, name: str, bound_names: NameLookup, *, is_from: bool
    ) -> str | None:
        return make_deprecation((expression,)).resolve_import(name, bound_names, is_from=is_from)[0]


@lru_cache(maxsize=256)
def make_deprecation(expressions: tuple[str, ...]) -> Deprecation:
    """Return the deprecation of some expressions; the same object for the same expressions."""
    return Deprecation(expressions)
