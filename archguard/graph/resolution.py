"""Which modules the names in import statements lead to, given the modules that there are."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from archguard.graph.model import Import

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from archguard.graph.model import RawImport
    from archguard.graph.module_expressions import Deprecation


def resolve(name: str, modules: Container[str]) -> str | None:
    """The module that `import name` or `from base import item` leads to, or None: grimp's own rule.

    Source: `_get_internal_module` in grimp's import_scanning.rs; a property test compares the two.
    """
    if name in modules:
        return name
    parent = name.rpartition(".")[0]
    return parent if parent in modules else None


class Resolution(dict[str, str | None]):
    """Name -> the module that it leads to, or None; made as names are asked for."""

    def __init__(
        self, modules: Container[str], packages: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        """Resolve among these modules; what leads to none, to these external packages."""
        super().__init__()
        self._modules = modules
        self._packages = packages

    def __missing__(self, name: str) -> str | None:
        found = resolve(name, self._modules) or self._packages.get(name)
        self[name] = found
        return found

    def imports(self, raw: Iterable[RawImport]) -> tuple[Import, ...]:
        """The imports of one module, sorted."""
        found = {
            (module, line, lazy) for name, line, lazy, _ in raw if (module := self[name]) is not None
        }
        return tuple(map(Import._make, sorted(found)))

    def imports_with_ghosts(
        self, raw: Iterable[RawImport], deprecation: Deprecation
    ) -> tuple[Import, ...] | None:
        """The same where deprecated modules that do not exist are modules too; None: it is the same.

        Only the statement and the modules that exist decide: what others import changes nothing.
        """
        found = set()
        has_ghosts = False
        for name, line, lazy, is_from in raw:
            module = self[name]
            if deprecation.covers(name) and name not in self._modules:
                named = deprecation.named(name, self._modules, is_from=is_from)
                if named is not None and named not in self._modules:
                    module, has_ghosts = named, True
            if module is not None:
                found.add(Import(module, line, lazy))
        return tuple(sorted(found)) if has_ghosts else None


def external_packages(
    raw: Mapping[str, Iterable[RawImport]], modules: Container[str], roots: Sequence[str]
) -> dict[str, str]:
    """The package of other people's that each name stands for which leads to no module of ours."""
    from archguard.graph.parsing.grimp_scanner import find_external_packages  # noqa: PLC0415 (grimp, which takes a while to load)

    names = {one[0] for every in raw.values() for one in every}
    return find_external_packages(
        sorted(name for name in names if resolve(name, modules) is None), roots
    )
