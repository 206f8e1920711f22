"""Which modules exist, and what each of them binds: what a walk from name to name asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from archguard.definitions.live_bindings import LiveBindings
from archguard.definitions.model import Outcome, Resolution
from archguard.definitions.walk_state import WalkState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archguard.definitions.live_bindings import FindFailure
    from archguard.definitions.model import ModuleSymbols, UnreadModule
    from archguard.graph.model import Analysis


class SymbolSource(Protocol):
    """Reads the symbols of modules: see `SymbolScan`."""

    def get(self, module: str) -> ModuleSymbols | None:
        """Return the symbols of one module; None if it cannot be read, or does not exist."""

    def read(self, names: Iterable[str]) -> dict[str, ModuleSymbols]:
        """Return the symbols of some modules, read at the same time, by name."""

    def find_unread(self, module: str) -> UnreadModule | None:
        """Return why a module that was asked for could not be read; None if it was read."""


class ModuleLookup:
    """The modules of a tree; one is read when it is first asked for."""

    def __init__(self, analysis: Analysis, symbols: SymbolSource, find_failure: FindFailure) -> None:
        """Read nothing yet.

        Args:
            analysis: which modules exist.
            symbols: reads their symbols.
            find_failure: says whether an import fails.
        """
        self._analysis = analysis
        self._symbols = symbols
        self._find_failure = find_failure
        self._live: dict[str, LiveBindings | None] = {}
        self.consulted: set[str] = set()
        """The modules that an answer rests on, those included that do not exist."""
        self.state = WalkState()
        """What all walks over these modules share."""

    def find_live(self, module: str) -> LiveBindings | None:
        """Return what a module binds; None if it is no Python source of the tree, or cannot be read."""
        self.consulted.add(module)
        if module not in self._live:
            read = self._symbols.get(module)
            self._live[module] = read and LiveBindings(read, self._find_failure, self.state)
        return self._live[module]

    def list_read(self) -> dict[str, ModuleSymbols | None]:
        """Return what the modules bind that were asked for by `find_live`."""
        return {module: None if live is None else live.symbols for module, live in self._live.items()}

    def exists(self, module: str) -> bool:
        """Return whether a module exists; one outside the roots is assumed to."""
        self.consulted.add(module)
        return self._analysis.exists(module) or module in self._analysis.foreign

    def is_in_tree(self, module: str) -> bool:
        """Return whether a module, or a folder of modules, of this name is below a root."""
        self.consulted.add(module)
        analysis = self._analysis
        return module in analysis.modules or module in analysis.namespaces or module in analysis.foreign

    def is_source(self, module: str) -> bool:
        """Return whether a module below a root is Python source."""
        self.consulted.add(module)
        return module in self._analysis.modules

    def is_folder(self, module: str) -> bool:
        """Return whether a name is that of a folder of modules that has no `__init__.py`."""
        return self.is_in_tree(module) and not (
            self.is_source(module) or module in self._analysis.foreign
        )

    def resolve_module(self, module: str) -> Resolution:
        """Return what the name of a module leads to."""
        if self.is_in_tree(module):
            return Resolution(Outcome.MODULE, module)
        if self.exists(module):
            return Resolution(Outcome.OUTSIDE, module)
        return make_missing(f"there is no module {module}.")

    def resolve_without_text(self, module: str, name: str) -> Resolution:
        """Return what a name leads to in a module that has no text here, or none that can be read."""
        submodule = f"{module}.{name}"
        if self.is_in_tree(submodule):
            return Resolution(Outcome.MODULE, submodule)
        if self.is_source(module):
            unread = self._symbols.find_unread(module)
            reason = f"{module} cannot be read: {unread.reason if unread else 'unknown'}."
            return make_undecided(reason, unread=module)
        if self.is_folder(module):
            return make_missing(f"the folder {module} has no module {name}, and no `__init__.py`.")
        if self.is_in_tree(module):
            return make_undecided(f"{module} is not Python source.")
        if self.exists(module):
            return Resolution(Outcome.OUTSIDE, f"{module}:{name}")
        return make_missing(f"there is no module {module}.")


def make_missing(reason: str) -> Resolution:
    """Return the resolution of a name that leads nowhere."""
    return Resolution(Outcome.MISSING, "", (), reason)


def make_undecided(reason: str, *, unread: str = "") -> Resolution:
    """Return the resolution of a name of which nobody can know where it leads."""
    return Resolution(Outcome.UNDECIDED, "", (), reason, unread=unread)
