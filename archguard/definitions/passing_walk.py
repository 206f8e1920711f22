"""The walk from a name to a name that is looked for: does the way of an import pass through it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from archguard.definitions.model import BindingKind, Hop, Outcome, Resolution
from archguard.definitions.module_lookup import ModuleLookup
from archguard.definitions.name_walk import NameWalk, Step, find_failure
from archguard.graph.module_expressions import is_within, make_deprecation

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    from archguard.definitions.live_bindings import FindFailure, ImportFailure, LiveBindings
    from archguard.definitions.model import Binding
    from archguard.definitions.module_lookup import SymbolSource
    from archguard.graph.model import Analysis
    from archguard.graph.module_expressions import Deprecation


class Goal(Protocol):
    """The names that are looked for, whether or not they exist."""

    @property
    def names(self) -> Mapping[str, Set[str]]:
        """Module -> those that are looked for by themselves."""

    def is_reached(self, module: str, name: str) -> bool:
        """Return whether a name of a module is one of them."""

    def is_reached_module(self, module: str) -> bool:
        """Return whether the names of a module are all of them."""

    def is_assumed(self, module: str) -> bool:
        """Return whether a module is taken to exist, so that deleting it changes no way."""


class SymbolGoal(NamedTuple):
    """One symbol."""

    module: str
    name: str

    @property
    def names(self) -> Mapping[str, Set[str]]:
        """Its module, and its name."""
        return {self.module: {self.name}}

    def is_reached(self, module: str, name: str) -> bool:
        """Return whether this is the symbol."""
        return (module, name) == self

    def is_reached_module(self, module: str) -> bool:  # noqa: ARG002
        """Return False: the symbol is not its module."""
        return False

    def is_assumed(self, module: str) -> bool:
        """Return whether it is the symbol's module or a package around it."""
        return is_within(self.module, module)


class ModulesGoal(NamedTuple):
    """Everything in deprecated modules."""

    expressions: tuple[str, ...]
    """The module expressions of a contract."""

    @property
    def deprecation(self) -> Deprecation:
        """The modules that these cover."""
        return make_deprecation(self.expressions)

    @property
    def names(self) -> Mapping[str, Set[str]]:
        """No name by itself."""
        return {}

    def is_reached(self, module: str, name: str) -> bool:  # noqa: ARG002
        """Return whether a module is deprecated."""
        return self.deprecation.covers(module)

    def is_reached_module(self, module: str) -> bool:
        """Return whether a module is deprecated."""
        return self.deprecation.covers(module)

    def is_assumed(self, module: str) -> bool:
        """Return whether a module is deprecated."""
        return self.deprecation.covers(module)


class WayFinder:
    """Says which way an import takes to a goal."""

    def __init__(self, goal: Goal, analysis: Analysis, symbols: SymbolSource) -> None:
        """Read nothing yet.

        Args:
            goal: what is looked for.
            analysis: which modules exist.
            symbols: reads their symbols.
        """
        self._goal = goal
        self.lookup = _GoalLookup(goal, analysis, symbols, self._find_failure)
        self._at_run_time = PassingWalk(goal, self.lookup, is_type_checking=False)
        self._for_types = PassingWalk(goal, self.lookup, is_type_checking=True)
        self._followed: dict[Step, Resolution] = {}
        """What each name leads to that was asked for: many modules ask for the same ones."""

    def follow(self, module: str, name: str) -> Resolution:
        """Return what `from module import name` leads to; `PASSED` if it is the goal.

        The target of an undecided way is the name that nobody can follow, as `module:Name`.

        Raises:
            WorkerError: no child process can be started to read a module.
        """
        step = Step(module, name)
        if step not in self._followed:
            self._followed[step] = self._follow_either(step)
        return self._followed[step]

    def _follow_either(self, step: Step) -> Resolution:
        resolution = self._follow(self._at_run_time, step)
        if resolution.outcome is Outcome.MISSING:
            for_types = self._follow(self._for_types, step)
            if for_types.outcome is Outcome.PASSED:
                return for_types
        return resolution

    def is_gone(self, module: str, name: str) -> bool:
        """Return whether a module does not bind a name that is looked for; a submodule is no binding."""
        step = Step(module, name)
        walks = [NameWalk(self.lookup, is_type_checking=is_type) for is_type in (False, True)]
        found = [walk.follow(step) for walk in walks]
        return all(
            one.outcome is Outcome.MISSING or (one.outcome is Outcome.MODULE and not one.hops)
            for one in found
        )

    def may_export(self, module: str, name: str) -> bool | None:
        """Return whether a star asks a module for a name, if the module has it; None: nobody knows."""
        live = self.lookup.find_live(module)
        if live is None:
            return None if self.lookup.is_source(module) else not name.startswith("_")
        return live.may_export(name) or (None if live.symbols.exports_computed else False)

    def _follow(self, walk: NameWalk, step: Step) -> Resolution:
        resolution = walk.follow(step)
        is_module = resolution.outcome is Outcome.MODULE
        if is_module and self._goal.is_reached_module(resolution.target):
            return resolution._replace(outcome=Outcome.PASSED)
        return resolution

    def _find_failure(self, binding: Binding) -> ImportFailure:
        return find_failure(binding, self._at_run_time, self.lookup.exists)


class PassingWalk(NameWalk):
    """Follows names until a goal is reached, whether or not that exists."""

    def __init__(self, goal: Goal, lookup: ModuleLookup, *, is_type_checking: bool) -> None:
        """Follow nothing yet.

        Args:
            goal: what is looked for.
            lookup: the modules.
            is_type_checking: whether bindings under `if TYPE_CHECKING` count where there are no others.
        """
        super().__init__(lookup, is_type_checking=is_type_checking)
        self._goal = goal

    def _follow_name(self, step: Step) -> Resolution:
        if self._goal.is_reached(step.module, step.name):
            return Resolution(Outcome.PASSED, f"{step.module}:{step.name}")
        return super()._follow_name(step)

    def _look_up(self, step: Step) -> Resolution:
        lookup = self._lookup
        if lookup.is_source(step.module) and lookup.find_live(step.module) is None:
            # It may bind the name of a submodule, too.
            return Resolution(Outcome.UNDECIDED, f"{step.module}:{step.name}")
        resolution = super()._look_up(step)
        if resolution.outcome is Outcome.UNDECIDED and not resolution.target:
            return resolution._replace(target=f"{step.module}:{step.name}")
        return resolution

    def _follow_star(self, step: Step, binding: Binding) -> Resolution | None:
        base, name = binding.target, step.name
        is_goal = bool(base) and self._goal.is_reached(base, name) and not name.startswith("_")
        if is_goal and not self._lookup.is_source(base):  # deleted
            hop = Hop(step.module, name, BindingKind.STAR, binding.line)
            return Resolution(Outcome.PASSED, f"{base}:{name}", (hop,))
        if self._goal.is_reached_module(base) and not self._may_bind(base, name):
            return None
        starred = super()._follow_star(step, binding)
        is_unread = starred is not None and self._lookup.find_live(base) is None
        if starred is not None and is_unread and starred.outcome is Outcome.UNDECIDED:
            return starred._replace(target=f"{base}:{name}")
        return starred

    def _find_in_bindings(
        self, step: Step, live: LiveBindings, doubts: list[Resolution]
    ) -> Resolution | None:
        """Return what the last binding leads to; a star that nobody can follow hides those before it."""
        resolution = super()._find_in_bindings(step, live, doubts)
        if resolution is not None and resolution.outcome is Outcome.PASSED:
            return resolution
        return next((doubt for doubt in doubts if doubt.target), resolution)

    def _may_bind(self, module: str, name: str) -> bool:
        """Return whether a module that is a goal as a whole may have a name."""
        live = self._lookup.find_live(module)
        if live is None or live.symbols.is_open:
            return True
        return any(binding.name in {name, "*"} for binding in live.symbols.bindings)


class _GoalLookup(ModuleLookup):
    """The modules of a tree, and those that a goal takes to exist."""

    def __init__(
        self, goal: Goal, analysis: Analysis, symbols: SymbolSource, find_failure: FindFailure
    ) -> None:
        super().__init__(analysis, symbols, find_failure)
        self._goal = goal

    def exists(self, module: str) -> bool:
        return super().exists(module) or self._goal.is_assumed(module)

    def is_in_tree(self, module: str) -> bool:
        return super().is_in_tree(module) or self._goal.is_assumed(module)
