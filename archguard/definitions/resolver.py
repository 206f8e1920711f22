"""Follow names to their definitions: through re-exports, `import as`, aliases and stars."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archguard.definitions.model import Outcome, Resolution
from archguard.definitions.module_lookup import ModuleLookup, make_undecided
from archguard.definitions.name_walk import NameWalk, Step, find_failure

if TYPE_CHECKING:
    from collections.abc import Callable, Set

    from archguard.definitions.live_bindings import ImportFailure, LiveBindings
    from archguard.definitions.model import Binding, Definition
    from archguard.definitions.module_lookup import SymbolSource
    from archguard.graph.model import Analysis

_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_LOCALS = "<locals>"


class Resolver:
    """Says what the names of a tree's modules lead to; modules are read when they are needed."""

    def __init__(self, analysis: Analysis, symbols: SymbolSource) -> None:
        """Read nothing yet.

        Args:
            analysis: which modules exist.
            symbols: reads their symbols.
        """
        self._lookup = ModuleLookup(analysis, symbols, self._find_failure)
        self._at_run_time = NameWalk(self._lookup, is_type_checking=False)
        self._for_types = NameWalk(self._lookup, is_type_checking=True)
        self._bases: dict[str, tuple[Resolution, ...]] = {}
        """What was resolved already, by the class's statement: descendants ask for it again."""

    @property
    def consulted(self) -> Set[str]:
        """The modules that the answers so far rest on, those included that do not exist."""
        return self._lookup.consulted

    def resolve(self, module: str, name: str) -> Resolution:
        """Return what `from module import name` leads to.

        What exists at run time is preferred; a name that only type checkers see is followed, too.

        Args:
            module: the module's full name; also one that does not exist, or lies outside the roots.
            name: the name in it.

        Raises:
            WorkerError: no child process can be started to read a module.
        """
        step = Step(module, name)
        return _prefer_run_time(self._at_run_time.follow(step), lambda: self._for_types.follow(step))

    def resolve_written(self, module: str, written: str, *, before: int | None = None) -> Resolution:
        """Return what a dotted name leads to that stands at a module's scope.

        Args:
            module: the module.
            written: `Name` or `name.attribute`.
            before: the index of the binding before which it stands; None: after all of them.

        Raises:
            WorkerError: no child process can be started to read a module.
        """
        step = Step(module, written, before)
        resolution = self._at_run_time.follow_expression(step)
        return _prefer_run_time(resolution, lambda: self._for_types.follow_expression(step))

    def resolve_bases(self, definition: Definition) -> tuple[Resolution, ...]:
        """Return what each base of a class leads to; of `Base[T]` what `Base` does.

        Raises:
            WorkerError: no child process can be started to read a module.
        """
        if definition.statement not in self._bases:
            bases = tuple(self._resolve_base(definition, base) for base in definition.bases)
            self._bases[definition.statement] = bases
        return self._bases[definition.statement]

    def find_live(self, module: str) -> LiveBindings | None:
        """Return which bindings of a module are in force; None if it cannot be read."""
        return self._lookup.find_live(module)

    def _resolve_base(self, definition: Definition, base: str) -> Resolution:
        written = base.partition("[")[0].strip()
        live = self.find_live(definition.module)
        if live is None or not _DOTTED.fullmatch(written):
            return make_undecided("the base is computed.")
        scopes = definition.qualified_name.split(".")[:-1]
        if local := _find_local(definition, scopes, written, live):
            return Resolution(Outcome.DEFINITION, local.statement)
        if _LOCALS in scopes:
            resolution = self.resolve_written(definition.module, written)
            if resolution.outcome is Outcome.MISSING:
                return make_undecided(f"`{written}` may be made in a function.")
            return resolution
        statement = f"{definition.module}:{scopes[0]}" if scopes else definition.statement
        before = live.find_index(statement)
        return self.resolve_written(definition.module, written, before=before)

    def _find_failure(self, binding: Binding) -> ImportFailure:
        return find_failure(binding, self._at_run_time, self._lookup.exists)


def _prefer_run_time(at_run_time: Resolution, follow_types: Callable[[], Resolution]) -> Resolution:
    """Return what a name leads to at run time, or else what type checkers make of it."""
    if at_run_time.outcome is not Outcome.MISSING:
        return at_run_time
    for_types = follow_types()
    if for_types.unread and for_types.outcome is Outcome.UNDECIDED:
        return for_types
    if for_types.outcome in {Outcome.MISSING, Outcome.UNDECIDED}:
        return at_run_time
    return for_types._replace(needs_type_checking=True)


def _find_local(
    definition: Definition, scopes: list[str], written: str, live: LiveBindings
) -> Definition | None:
    """Return the class of this name that stands in a class or function around a definition."""
    for depth in range(len(scopes), 0, -1):
        if depth < len(scopes) and scopes[depth - 1] != _LOCALS:
            continue  # the names of a class are seen directly in it only
        local = live.definitions_by_id.get(f"{definition.module}:{'.'.join(scopes[:depth])}.{written}")
        if local is not None and local.statement != definition.statement:
            return local
    return None
