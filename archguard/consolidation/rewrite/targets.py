"""Find what takes the place of a deprecated module and of its names."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, NamedTuple

from archguard.consolidation.rewrite.refusal import RefusalCode
from archguard.definitions.model import Outcome
from archguard.graph.module_expressions import compile_expressions, is_within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from archguard.definitions.resolver import Resolver
    from archguard.graph.module_expressions import Deprecation

_MAX_CANDIDATES = 3


class Target(NamedTuple):
    """What to import instead."""

    module: str
    name: str = ""
    """The name in it; empty if the module itself is meant."""
    note: str = ""
    """What a reader should know about it."""
    is_home: bool = False
    """Whether it is where a name is defined that the deprecated module only re-exports."""


class Blocked(NamedTuple):
    """Nothing takes its place."""

    code: RefusalCode
    detail: str


class TargetFinder:
    """Knows the replacements of one contract."""

    def __init__(
        self,
        replacement: Mapping[str, str],
        deprecation: Deprecation,
        resolver: Resolver,
        exists: Callable[[str], bool],
    ) -> None:
        """Look nothing up yet.

        Args:
            replacement: old -> new modules, `module:Name` -> `module:Name`; the key "" is for all.
            deprecation: the modules that the contract deprecates.
            resolver: knows the names of the tree's modules.
            exists: whether a module of the tree has this name.
        """
        self._replacement = replacement
        self._deprecation = deprecation
        self._resolver = resolver
        self._exists = exists

    def find_symbol(self, module: str, name: str) -> Target | Blocked:
        """Return what to import instead of a name of a deprecated module.

        The first that fits: the name's own entry, the replacements of its module, and the home of a
        name that the module only re-exports.

        Raises:
            WorkerError: no child process can be started to read a module.
        """
        if written := self._replacement.get(f"{module}:{name}"):
            return self._find_written(written, name)
        homes = list(dict.fromkeys(self._list_homes(module)))
        for home in homes:
            if home != module and not self._deprecation.covers(home) and self._has_name(home, name):
                return Target(home, name, self._compare(module, home, name))
        if target := self._find_home(module, name):
            return target
        if not homes:
            return Blocked(
                RefusalCode.NO_REPLACEMENT,
                f"The contract names no replacement of {module}, and {name} is defined there.",
            )
        return Blocked(RefusalCode.MISSING_SYMBOL, self._describe_missing(homes, name))

    def find_module(self, module: str) -> Target | Blocked:
        """Return which module to import instead of a deprecated one."""
        for home in self._list_homes(module):
            if self._deprecation.covers(home):
                return Blocked(RefusalCode.HOME_DEPRECATED, f"{home} is deprecated itself.")
            return Target(home)
        return Blocked(RefusalCode.NO_REPLACEMENT, f"The contract names no replacement of {module}.")

    def list_missing_names(self, module: str, home: str) -> list[str]:
        """Return the public names of a module that another one does not have, sorted."""
        live = self._resolver.find_live(module)
        names = {binding.name for binding in live.symbols.bindings} if live else set()
        return sorted(
            name for name in names if not name.startswith("_") and not self._has_name(home, name)
        )

    def is_module(self, name: str) -> bool:
        """Return whether a module of the tree has this name."""
        return self._exists(name)

    def _find_written(self, written: str, name: str) -> Target | Blocked:
        """Return the target of an entry for one name: `module:Name`, or a module with the same name."""
        home, _, new = written.partition(":")
        new = new or name
        if self._deprecation.covers(home):
            return Blocked(RefusalCode.HOME_DEPRECATED, f"{home} is deprecated itself.")
        if self._resolver.resolve(home, new).outcome is Outcome.MISSING:
            return Blocked(RefusalCode.MISSING_SYMBOL, self._describe_missing([home], new))
        return Target(home, new)

    def _list_homes(self, module: str) -> Iterator[str]:
        """Yield the modules that replace one, the most specific entry first.

        What is below a module that is replaced keeps its place below the new one, if that exists.
        """
        entries = self._replacement
        if module in entries:
            yield entries[module]
        for pattern in sorted((key for key in entries if "*" in key), key=len, reverse=True):
            if compile_expressions((pattern,)).match(module) is not None:
                yield from self._expand(pattern, entries[pattern], module)
        name = module.rpartition(".")[0]
        while name:
            if new := entries.get(name):
                yield from self._carry(new, module[len(name) :])
            name = name.rpartition(".")[0]
        if new := entries.get(""):
            expression = self._deprecation.identify(module) or module
            base = expression if is_within(module, expression) else _find_plain_part(expression)
            yield from self._carry(new, module[len(base) :])

    def _carry(self, new: str, tail: str) -> Iterator[str]:
        if tail and self._exists(new + tail):
            yield new + tail
        yield new

    def _expand(self, pattern: str, new: str, module: str) -> Iterator[str]:
        """Yield what `pkg.old.** -> pkg.new.**` makes of a module: the tail is carried."""
        if "*" not in new:
            yield from self._carry(new, module[len(_find_plain_part(pattern)) :])
            return
        tail = module[len(_find_plain_part(pattern)) :]
        carried = _find_plain_part(new) + tail
        if self._exists(carried):
            yield carried

    def _has_name(self, module: str, name: str) -> bool:
        return self._resolver.resolve(module, name).outcome not in {Outcome.MISSING, Outcome.OUTSIDE}

    def _compare(self, old: str, new: str, name: str) -> str:
        """Return a note if the same name is another definition in both modules."""
        before, after = (self._resolver.resolve(module, name) for module in (old, new))
        if before.outcome is Outcome.DEFINITION and before.target != after.target:
            return f"{name} of {new} is another definition than that of {old}."
        return ""

    def _find_home(self, module: str, name: str) -> Target | None:
        """Return where a name is defined that a module only re-exports."""
        resolution = self._resolver.resolve(module, name)
        if resolution.outcome is Outcome.DEFINITION:
            home, _, new = resolution.target.partition("#")[0].partition(":")
        elif resolution.outcome is Outcome.OUTSIDE and ":" in resolution.target:
            home, _, new = resolution.target.partition(":")
        else:
            return None
        if self._deprecation.covers(home) or "." in new or (home, new) == (module, name):
            return None
        return Target(home, new, f"{module} only re-exports {name}.", is_home=True)

    def _describe_missing(self, homes: list[str], name: str) -> str:
        names = {
            binding.name: home
            for home in reversed(homes)
            if (live := self._resolver.find_live(home)) is not None
            for binding in live.symbols.bindings
            if not binding.name.startswith("_")
        }
        close = difflib.get_close_matches(name, names, _MAX_CANDIDATES, 0.5)
        listed = [one if names[one] == homes[0] else f"{names[one]}:{one}" for one in close]
        near = f" Nearest: {', '.join(listed)}." if listed else ""
        return f"{homes[0]} has no {name}.{near}"


def _find_plain_part(expression: str) -> str:
    """Return what stands before the first wildcard: `pkg.old` of `pkg.old.**`."""
    return expression.partition("*")[0].rstrip(".")
