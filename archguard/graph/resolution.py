"""Resolve the names in import statements to the modules that exist."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from archguard.graph.model import Import

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Mapping, Sequence, Set

    from archguard.graph.model import RawImport
    from archguard.graph.module_expressions import Deprecation


def resolve_name(name: str, modules: Container[str]) -> str | None:
    """Return the module that `import name` or `from base import item` imports, as grimp does, or None.

    Source: `_get_internal_module` in grimp's import_scanning.rs; a property test compares the two.
    """
    if name in modules:
        return name
    parent = name.rpartition(".")[0]
    return parent if parent in modules else None


class Resolution(dict[str, str | None]):
    """Imported name -> the module that it is resolved to, or None; filled as names are looked up."""

    def __init__(
        self,
        modules: Container[str],
        packages: Mapping[str, str] = MappingProxyType({}),
        foreign: Set[str] = frozenset(),
    ) -> None:
        """Create an empty mapping.

        Args:
            modules: the modules that exist.
            packages: the external package of each name that is in no module: `find_external_packages`.
            foreign: the modules that exist, but not as Python source. grimp knows none of them, so an
                import of one is an import of what grimp makes of it, and of that module as well.
        """
        super().__init__()
        self._modules = modules
        self._packages = packages
        self._foreign = foreign

    def __missing__(self, name: str) -> str | None:
        module = resolve_name(name, self._modules) or self._packages.get(name)
        self[name] = module
        return module

    def resolve_imports(self, raw: Collection[RawImport]) -> tuple[Import, ...]:
        """Return the imports of one module, sorted and without duplicates."""
        imports = {
            (module, line, lazy) for name, line, lazy, _ in raw if (module := self[name]) is not None
        }
        if self._foreign:
            imports |= self._find_foreign(raw)
        return tuple(map(Import._make, sorted(imports)))

    def _find_foreign(self, raw: Iterable[RawImport]) -> set[Import]:
        return {
            Import(module, line, lazy)
            for name, line, lazy, _ in raw
            if (module := resolve_name(name, self._foreign)) is not None
        }

    def resolve_with_ghosts(
        self, raw: Collection[RawImport], deprecation: Deprecation
    ) -> tuple[Import, ...] | None:
        """Resolve among missing deprecated modules too; return None if the module imports no ghost.

        Depends on the statements and the modules that exist only, not on what other modules import.
        """
        imports = set()
        has_ghosts = False
        for name, line, lazy, is_from in raw:
            module = self[name]
            if deprecation.covers(name) and name not in self._modules:
                deprecated = deprecation.resolve_import(name, self._modules, is_from=is_from)
                if deprecated is not None and deprecated not in self._modules:
                    module, has_ghosts = deprecated, True
            if module is not None:
                imports.add(Import(module, line, lazy))
        if self._foreign:
            imports |= self._find_foreign(raw)
        return tuple(sorted(imports)) if has_ghosts else None


def find_external_packages(
    raw: Mapping[str, Iterable[RawImport]], modules: Container[str], roots: Sequence[str]
) -> dict[str, str]:
    """Return the external package that grimp makes of each imported name that is in no module."""
    from archguard.graph.parsing.grimp_scanner import find_external_packages as find_packages  # noqa: PLC0415 (imports grimp, which is slow)

    names = {raw_import[0] for raw_imports in raw.values() for raw_import in raw_imports}
    return find_packages(sorted(name for name in names if resolve_name(name, modules) is None), roots)
