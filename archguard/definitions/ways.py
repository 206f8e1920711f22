"""The imports whose way passes through what is looked for, as immutable values."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archguard.graph.module_expressions import iter_with_ancestors

if TYPE_CHECKING:
    from collections.abc import Iterable, Set

    from archguard.graph.model import RawImport


class PassingImport(NamedTuple):
    """A statement that imports something by a way that passes through what is looked for."""

    importer: str
    line: int
    lazy: bool
    way: tuple[str, ...]
    """Each name that it passes as `module:Name`: what the statement asks for first, the goal last."""


class Doubt(NamedTuple):
    """An import of which nobody can know whether its way passes there."""

    importer: str
    line: int
    end: str
    """The name that nobody can follow, as `module:Name`."""


class Ways(NamedTuple):
    """The imports whose ways pass through what is looked for."""

    imports: tuple[PassingImport, ...]
    """Sorted."""
    doubts: tuple[Doubt, ...]
    """Sorted."""
    leading: frozenset[str]
    """The modules that may lead there: every import of them was looked at."""
    consulted: frozenset[str]
    """The modules that the answer rests on besides, those included that do not exist."""
    is_gone: bool = False
    """Whether what is looked for is a symbol that does not exist."""

    @property
    def importers(self) -> frozenset[str]:
        """The modules with one of the imports or doubts."""
        importers = {one.importer for one in self.imports}
        return frozenset(importers | {one.importer for one in self.doubts})

    def may_change(self, names: Set[str], raw_imports: Iterable[RawImport]) -> bool:
        """Return whether the ways may be others in a tree with some changes.

        Args:
            names: the modules and packages that are new, changed or gone.
            raw_imports: what these import now.
        """
        if not all(map(names.isdisjoint, (self.leading, self.consulted, self.importers))):
            return True
        packages = {name for module in self.leading for name in iter_with_ancestors(module)}
        return any(
            name in packages or name.rpartition(".")[0] in self.leading
            if is_from
            else name.partition(".")[0] in packages
            for name, _, _, is_from in raw_imports
        )


NO_WAYS = Ways((), (), frozenset(), frozenset())
