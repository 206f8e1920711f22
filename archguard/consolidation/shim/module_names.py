"""Find which names a deprecated module must go on having, and what each of them leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archguard.consolidation.rewrite.refusal import Refusal, RefusalCode
from archguard.consolidation.rewrite.targets import Blocked, Target
from archguard.definitions.model import BindingKind, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from archguard.consolidation.rewrite.targets import TargetFinder
    from archguard.definitions.importers import FromImports
    from archguard.definitions.live_bindings import LiveBindings
    from archguard.definitions.model import Binding, Resolution
    from archguard.definitions.resolver import Resolver

_NATIVE = frozenset(
    {"__builtins__", "__cached__", "__doc__", "__file__", "__loader__"}
    | {"__name__", "__package__", "__path__", "__spec__"}
)
"""What every module has."""
_FUTURE = "__future__"


class LeadingName(NamedTuple):
    """A name of the module, and what it leads to."""

    name: str
    home: str
    """The module that has it now."""
    home_name: str
    """Its name there; empty if it is that module itself."""
    is_exported: bool = True
    """Whether a star import brings it."""
    for_types_only: bool = False
    """Whether only type checkers see it."""


class UnknownNamesError(Exception):
    """Nobody can know which names a module has; the message says why."""


class ModuleNames:
    """The names of one module."""

    def __init__(
        self,
        module: str,
        resolver: Resolver,
        finders: Sequence[TargetFinder],
        from_imports: FromImports,
        exists: Callable[[str], bool],
    ) -> None:
        """Look nothing up yet.

        Args:
            module: the deprecated module, which can be read.
            resolver: knows the names of the tree's modules.
            finders: the replacements of each contract that deprecates the module.
            from_imports: what the tree asks for.
            exists: whether a module of the tree has this name.
        """
        self._module = module
        self._resolver = resolver
        self._finders = finders
        self._from_imports = from_imports
        self._exists = exists

    def find(self) -> tuple[list[LeadingName], list[Refusal]]:
        """Return what the names lead to, and why some lead nowhere.

        They are the names that a star import brings, and those that the tree asks for.

        Raises:
            UnknownNamesError: nobody can know the names.
            WorkerError: no child process can be started to read a module.
        """
        exported = list(self._list_exported(self._module, ()))
        asked = self._from_imports.list_asked(self._module)
        others = [name for name in asked if self._is_own(name) and name not in exported]
        names: list[LeadingName] = []
        refusals: list[Refusal] = []
        for name in [*exported, *others]:
            found = self._find_home(name)
            if isinstance(found, Refusal):
                refusals.append(found)
            elif found is not None:
                names.append(found._replace(is_exported=name in exported))
        return names, refusals

    def _is_own(self, name: str) -> bool:
        """Return whether a name that is asked for is no submodule, and nothing that every module has."""
        return name != "*" and name not in _NATIVE and not self._exists(f"{self._module}.{name}")

    def _list_exported(self, module: str, seen: tuple[str, ...]) -> Iterator[str]:
        """Yield the names that a star import of a module brings, each once, in order."""
        if module in seen:
            return
        live = self._resolver.find_live(module)
        if live is None:
            raise UnknownNamesError(f"which names `from {module} import *` brings is not known.")
        if live.symbols.exports_computed:
            raise UnknownNamesError(f"__all__ of {module} is computed; list the names.")
        if live.symbols.exported is not None:
            yield from dict.fromkeys(live.symbols.exported)
        else:
            yield from dict.fromkeys(self._list_bound(live, (*seen, module)))

    def _list_bound(self, live: LiveBindings, seen: tuple[str, ...]) -> Iterator[str]:
        for index, binding in enumerate(live.symbols.bindings):
            if binding.kind is BindingKind.STAR:
                if live.is_live(index):
                    yield from self._list_exported(binding.target, seen)
            elif not binding.name.startswith("_"):
                yield binding.name

    def _find_home(self, name: str) -> LeadingName | Refusal | None:
        """Return what a name leads to; None if the module does not have it."""
        now = self._resolver.resolve(self._module, name)
        if now.outcome is Outcome.MISSING or now.target.startswith(f"{_FUTURE}:"):
            return None
        target = self._find_target(name, now)
        if isinstance(target, Target):
            only_types = now.needs_type_checking
            return LeadingName(name, target.module, target.name, for_types_only=only_types)
        return Refusal(self._module, target.code, self._find_line(name), f"{name}: {target.detail}")

    def _find_target(self, name: str, now: Resolution) -> Target | Blocked:
        if now.outcome is Outcome.MODULE:
            return Target(now.target)
        blocked = Blocked(RefusalCode.NO_REPLACEMENT, "no contract says what takes its place.")
        for finder in self._finders:
            target = finder.find_symbol(self._module, name)
            if isinstance(target, Target):
                return self._refuse_doubtful(name, target, now)
            blocked = target
        if now.outcome is Outcome.OUTSIDE and ":" not in now.target:
            return self._refuse_doubtful(name, Target(now.target), now)
        return blocked

    def _refuse_doubtful(self, name: str, target: Target, now: Resolution) -> Target | Blocked:
        """Refuse a home that takes the name from the module itself, or is not the same everywhere."""
        written = f"{target.module}:{target.name}" if target.name else target.module
        if now.outcome is Outcome.OUTSIDE and written == now.target and not self._is_bound_once(name):
            detail = "what it leads to depends on where the program runs."
            return Blocked(RefusalCode.NO_REPLACEMENT, detail)
        home = self._resolver.resolve(target.module, target.name) if target.name else None
        modules = [home.target.partition(":")[0], *(hop.module for hop in home.hops)] if home else []
        if self._module in modules:
            return Blocked(RefusalCode.IMPORT_CYCLE, f"{target.module} takes it from {self._module}.")
        return target

    def _is_bound_once(self, name: str) -> bool:
        """Return whether one statement binds a name, and no `try` decides about it."""
        bindings = [one for one in self._list_bindings() if one.name == name]
        return len(bindings) == 1 and not bindings[0].branches

    def _list_bindings(self) -> Sequence[Binding]:
        live = self._resolver.find_live(self._module)
        return live.symbols.bindings if live is not None else ()

    def _find_line(self, name: str) -> int:
        return next((one.line for one in self._list_bindings() if one.name == name), 1)
