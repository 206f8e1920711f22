"""Whether a module binds a name, so that `from module import name` asks for no submodule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from archguard.graph.module_expressions import is_within

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Set

    from archguard.graph.discovery import Module

    ReadBindings = Callable[[Module], "ModuleBindings | None"]
    """Returns what a module binds; None if its file cannot be read."""


class ModuleBindings(NamedTuple):
    """What one module's text says about its names, whichever modules exist."""

    names: dict[str, tuple[str | None, ...]]
    """Each bound name, and where it comes from: the full name that is imported, or None."""
    stars: tuple[str, ...] = ()
    """The modules from which it imports everything."""
    exported: tuple[str, ...] | None = None
    """The literal strings of `__all__`; None if there is no `__all__`."""
    is_open: bool = False
    """Whether it may have names that the text does not show, for example by `__getattr__`."""
    exports_computed: bool = False
    """Whether `__all__` holds more than the literal strings."""


def parse_bindings(fields: list[Any] | None) -> ModuleBindings | None:
    """Return the bindings that a child process sent."""
    if fields is None:
        return None
    names, stars, exported, is_open, exports_computed = fields
    return ModuleBindings(
        {name: tuple(origins) for name, origins in names.items()},
        tuple(stars),
        None if exported is None else tuple(exported),
        is_open,
        exports_computed,
    )


class BoundNames:
    """The names that the modules of a tree bind; a module is read when it is first asked about."""

    def __init__(
        self,
        modules: Mapping[str, Module],
        namespaces: Set[str],
        read_bindings: ReadBindings,
        foreign: Set[str] = frozenset(),
    ) -> None:
        """Read nothing yet.

        Args:
            modules: the modules of the tree.
            namespaces: the names of folders without `__init__.py`, which bind nothing, and `foreign`.
            read_bindings: reads one module.
            foreign: the modules that exist, but not as Python source: nobody knows what they bind.
        """
        self.foreign = foreign
        self._modules = modules
        self._namespaces = namespaces
        self._read_bindings = read_bindings
        self.consulted: set[str] = set()
        """The modules that an answer rests on, those included that do not exist."""

    def has_module(self, name: str) -> bool:
        """Return whether a module or a folder of modules has this name."""
        return name in self._modules or name in self._namespaces

    def is_package(self, name: str) -> bool:
        """Return whether a module or folder of this name can have submodules."""
        module = self._modules.get(name)
        return name in self._namespaces if module is None else module.is_package

    def binds(self, module: str, name: str) -> bool | None:
        """Return whether a module binds a name; None if nobody can know.

        A binding made by importing `module.name` itself is none: that module does not exist.
        """
        return self._binds(module, name, f"{module}.{name}", set())

    def list_exports(self, module: str) -> tuple[str, ...]:
        """Return the literal strings of a module's `__all__`: what a star imports from it at least."""
        bindings = self._bindings(module)
        return (bindings and bindings.exported) or ()

    def _is_folder(self, name: str) -> bool:
        return name in self._namespaces and name not in self.foreign

    def _bindings(self, module: str) -> ModuleBindings | None:
        self.consulted.add(module)
        if module not in self._modules:
            return None
        return self._read_bindings(self._modules[module])

    def _binds(self, module: str, name: str, missing: str, seen: set[str]) -> bool | None:
        if module not in self._modules:
            return False if self._is_folder(module) else None
        bindings = self._bindings(module)
        if bindings is None:
            return None
        origins = bindings.names.get(name, ())
        if any(origin is None or not is_within(origin, missing) for origin in origins):
            return True
        seen.add(module)
        answers = {
            self._star_binds(star, name, missing, seen) for star in bindings.stars if star not in seen
        }
        if True in answers:
            return True
        return None if bindings.is_open or None in answers else False

    def _star_binds(self, star: str, name: str, missing: str, seen: set[str]) -> bool | None:
        """Return whether `from star import *` binds a name."""
        if is_within(star, missing):
            return False
        bindings = self._bindings(star)
        if bindings is None:
            return False if self._is_folder(star) else None
        if bindings.exported is not None:
            if name in bindings.exported:
                return True
            return None if bindings.exports_computed else False
        return False if name.startswith("_") else self._binds(star, name, missing, seen)
