"""The way from one name to what it leads to, binding by binding."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, NamedTuple

from archguard.definitions.live_bindings import ImportFailure
from archguard.definitions.model import BindingKind, Hop, Outcome, Resolution
from archguard.definitions.module_lookup import make_missing, make_undecided

if TYPE_CHECKING:
    from collections.abc import Callable

    from archguard.definitions.live_bindings import LiveBindings
    from archguard.definitions.model import Binding
    from archguard.definitions.module_lookup import ModuleLookup

_MAX_DEPTH = 100
_MAX_STEPS = 20_000
_TOO_FAR = f"it is re-exported more than {_MAX_DEPTH} times."
_OWN_NAMES = frozenset(
    {"__builtins__", "__cached__", "__dict__", "__doc__", "__file__", "__loader__", "__name__"}
    | {"__package__", "__path__", "__spec__"}
)
"""What every module has, whatever its text says."""


class Step(NamedTuple):
    """A name to be looked up in a module."""

    module: str
    name: str
    before: int | None = None
    """Only the bindings before this index count; None: all of them."""


class NameWalk:
    """Follows names, either as they are at run time or as type checkers see them."""

    def __init__(self, lookup: ModuleLookup, *, is_type_checking: bool) -> None:
        """Follow nothing yet.

        Args:
            lookup: the modules.
            is_type_checking: whether bindings under `if TYPE_CHECKING` count where there are no others.
        """
        self._lookup = lookup
        self._is_type_checking = is_type_checking
        self._state = lookup.state
        self._known: dict[Step, Resolution] = {}
        self._asked: dict[Step, Resolution] = {}
        """What was found with a way cut: the answers to questions that began with these names."""
        self._open: set[Step] = set()
        self._steps = 0

    def follow(self, step: Step) -> Resolution:
        """Return what a name leads to; a dotted one is followed part by part."""
        head, _, rest = step.name.partition(".")
        resolution = self._follow_name(step._replace(name=head))
        for attribute in rest.split(".") if rest else ():
            resolution = self._follow_attribute(resolution, attribute)
        return resolution

    def follow_expression(self, step: Step) -> Resolution:
        """Return what a dotted name leads to that stands at a module's scope: maybe a built-in one."""
        resolution = self.follow(step)
        is_unbound = resolution.outcome in {Outcome.MISSING, Outcome.UNDECIDED} and not resolution.hops
        if is_unbound and hasattr(builtins, step.name.partition(".")[0]):
            return Resolution(Outcome.OUTSIDE, f"builtins:{step.name}")
        return resolution

    def _follow_attribute(self, owner: Resolution, attribute: str) -> Resolution:
        if owner.outcome is Outcome.MODULE:
            inside = self._follow_name(Step(owner.target, attribute))
            return inside._replace(hops=owner.hops + inside.hops)
        if owner.outcome is Outcome.OUTSIDE:
            separator = "." if ":" in owner.target else ":"
            return owner._replace(target=f"{owner.target}{separator}{attribute}")
        if owner.outcome is not Outcome.DEFINITION:
            return owner
        inner = f"{owner.definition}.{attribute}"
        live = self._lookup.find_live(inner.partition(":")[0])
        if live is not None and any(one.id == inner for one in live.symbols.definitions):
            return owner._replace(target=inner)
        undecided = make_undecided(f"{inner} is an attribute of an object.", unread=owner.unread)
        return undecided._replace(hops=owner.hops)

    def _follow_name(self, step: Step) -> Resolution:
        if step in self._known:
            return self._known[step]
        if not self._open:
            self._steps = 0
        self._steps += 1
        if step in self._open:
            self._state.cuts += 1
            return make_undecided(f"{step.module}:{step.name} leads back to itself.")
        if len(self._open) >= _MAX_DEPTH or self._steps > _MAX_STEPS:
            self._state.cuts += 1
            return make_undecided(_TOO_FAR)
        is_question = self._state.is_idle
        if is_question and step in self._asked:
            return self._asked[step]
        cuts = self._state.cuts
        self._open.add(step)
        try:
            with self._state.deepen():
                resolution = self._look_up(step)
        finally:
            self._open.remove(step)
        if cuts == self._state.cuts:
            self._known[step] = resolution
        elif is_question:
            self._asked[step] = resolution
        return resolution

    def _look_up(self, step: Step) -> Resolution:
        live = self._lookup.find_live(step.module)
        if live is None:
            return self._lookup.resolve_without_text(step.module, step.name)
        doubts: list[Resolution] = []
        resolution = self._find_in_bindings(step, live, doubts)
        unread = next((one.unread for one in doubts if one.unread), live.find_unread(step.name))
        if resolution is not None:
            return resolution._replace(unread=resolution.unread or unread)
        submodule = f"{step.module}.{step.name}"
        if live.symbols.is_package and self._lookup.is_in_tree(submodule):
            return Resolution(Outcome.MODULE, submodule)
        if step.name in _OWN_NAMES:
            return Resolution(Outcome.DEFINITION, f"{step.module}:{step.name}")
        if live.symbols.is_open:
            doubts.append(make_undecided(f"{step.module} may make `{step.name}` at run time."))
        elif unread:
            doubts.append(make_undecided(f"{step.module} may bind `{step.name}`."))
        if doubts:
            return doubts[0]._replace(unread=unread)
        return make_missing(f"{step.module} does not bind `{step.name}`.")

    def _find_in_bindings(
        self, step: Step, live: LiveBindings, doubts: list[Resolution]
    ) -> Resolution | None:
        """Return what the last binding in force leads to; None if there is none.

        Args:
            step: the name.
            live: the module's bindings.
            doubts: stars that may bind the name are added here.
        """
        for is_type_checking in (False, True)[: 1 + self._is_type_checking]:
            bindings = live.iterate_last_first(step.name, step.before, is_type_checking=is_type_checking)
            for index, binding in bindings:
                if binding.kind is BindingKind.DELETED:
                    break
                if binding.kind is not BindingKind.STAR:
                    return self._follow_binding(step.module, index, binding)
                starred = self._follow_star(step, binding)
                if starred is not None and starred.outcome is not Outcome.UNDECIDED:
                    return starred
                doubts += [starred] if starred is not None else []
        return None

    def _follow_binding(self, module: str, index: int, binding: Binding) -> Resolution:
        hop = Hop(module, binding.name, binding.kind, binding.line)
        own = Resolution(Outcome.DEFINITION, f"{module}:{binding.name}", (hop,))
        if binding.kind is BindingKind.VALUE:
            return own
        if binding.kind in {BindingKind.CLASS, BindingKind.FUNCTION}:
            return own._replace(target=binding.target)
        if binding.kind is BindingKind.ALIAS:
            resolution = self._follow_alias(module, index, binding) or own._replace(hops=())
        elif binding.kind is BindingKind.IMPORT:
            resolution = self._lookup.resolve_module(binding.target.partition(":")[0])
        else:
            resolution = self._follow_from_import(module, index, binding)
        return resolution._replace(hops=(hop, *resolution.hops))

    def _follow_from_import(self, module: str, index: int, binding: Binding) -> Resolution:
        base, _, item = binding.target.partition(":")
        if not base:
            return make_missing(f"a relative import in {module} leaves the top-level package.")
        return self._follow_name(Step(base, item, index if base == module else None))

    def _follow_alias(self, module: str, index: int, binding: Binding) -> Resolution | None:
        """Return what the right side of `X = Y` leads to; None if `X` is a value of its own."""
        resolution = self.follow_expression(Step(module, binding.target, index))
        if resolution.outcome not in {Outcome.MISSING, Outcome.UNDECIDED}:
            return resolution
        if not resolution.hops:
            return None if resolution.outcome is Outcome.MISSING else resolution
        # An attribute of a class or value: what it is, only running the code tells.
        return None if resolution.reason.endswith("is an attribute of an object.") else resolution

    def _follow_star(self, step: Step, binding: Binding) -> Resolution | None:
        """Return what a name leads to through a star; None if the star does not bind it."""
        base, name = binding.target, step.name
        if not base or not self._lookup.exists(base) or self._lookup.is_folder(base):
            return None
        live = self._lookup.find_live(base)
        if live is None:
            reason = f"{step.module} takes all names of {base}, which are not known."
            return make_undecided(reason, unread=base if self._lookup.is_source(base) else "")
        if not live.may_export(name):
            is_computed = live.symbols.exports_computed
            return make_undecided(f"the `__all__` of {base} is computed.") if is_computed else None
        if Step(base, name) in self._open:
            self._state.cuts += 1
            return None
        resolution = self._follow_name(Step(base, name))
        is_submodule = resolution.outcome is Outcome.MODULE and not resolution.hops
        if resolution.outcome is Outcome.MISSING or (is_submodule and live.symbols.exported is None):
            return None
        hop = Hop(step.module, name, BindingKind.STAR, binding.line)
        return resolution._replace(hops=(hop, *resolution.hops))


def find_failure(
    binding: Binding, at_run_time: NameWalk, exists: Callable[[str], bool]
) -> ImportFailure:
    """Return whether an import certainly fails when its module is imported.

    Args:
        binding: what the import binds.
        at_run_time: follows names as Python would.
        exists: whether a module of this name may exist.
    """
    if not binding.target:
        return ImportFailure(True)  # a relative import that leaves the top-level package
    if binding.kind is BindingKind.FROM_IMPORT:
        base, _, item = binding.target.partition(":")
        resolution = at_run_time.follow(Step(base, item))
        return ImportFailure(resolution.outcome is Outcome.MISSING, resolution.unread)
    return ImportFailure(not exists(binding.target.replace(":", ".")))
