"""Resolve the names in import statements to the modules that exist."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from archguard.graph.model import ContractImports, Import, UndecidedImport
from archguard.graph.module_expressions import make_deprecation

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping, Sequence, Set

    from archguard.graph.bound_names import BoundNames
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

    def resolve_imports(self, raw: Sequence[RawImport]) -> tuple[Import, ...]:
        """Return the imports of one module, sorted and without duplicates."""
        imports = {
            (module, line, lazy) for name, line, lazy, _ in raw if (module := self[name]) is not None
        }
        if self._foreign:
            imports |= {
                (module, line, lazy)
                for name, line, lazy, _ in raw
                if (module := self.find_foreign(name)) is not None
            }
        return tuple(map(Import._make, sorted(imports)))

    def find_foreign(self, name: str) -> str | None:
        """Return the module that an import of this name asks for and that is not Python source."""
        return resolve_name(name, self._foreign) if self._foreign else None

    def resolve_with_missing(
        self, raw: Iterable[RawImport], namespaces: Container[str], is_inside: Callable[[str], bool]
    ) -> tuple[Import, ...] | None:
        """Resolve among modules that certainly do not exist, too; None if the module imports none.

        `from base import item` may ask for anything that `base` binds, so it only tells of a missing
        module if `base` does not exist.

        Args:
            raw: what the module imports.
            namespaces: the names of folders that contain modules.
            is_inside: whether a name lies in a root, so that a module of that name would be known.
        """
        imports = set()
        has_missing = False
        for name, line, lazy, is_from in raw:
            module = self[name]
            asked = name.rpartition(".")[0] if is_from else name
            exists = name in self._modules or asked in self._modules or asked in namespaces
            if not exists and is_inside(asked):
                module, has_missing = asked, True
            imports |= {
                Import(one, line, lazy) for one in (module, self.find_foreign(name)) if one is not None
            }
        return tuple(sorted(imports)) if has_missing else None


class DeprecatedImportResolver:
    """Resolves the imports that may concern deprecated modules, for each contract by itself.

    It is the `DeprecatedImports` of an analysis.
    """

    def __init__(
        self, resolution: Resolution, bound_names: BoundNames, deprecation: Deprecation
    ) -> None:
        """Start without imports.

        Args:
            resolution: resolves names to the modules that exist.
            bound_names: what the modules bind.
            deprecation: the modules that any contract deprecates.
        """
        self.resolution = resolution
        self._bound_names = bound_names
        self._deprecation = deprecation
        self._raw: dict[str, Sequence[RawImport]] = {}
        self._resolved: dict[tuple[str, ...], dict[str, _ResolvedImports]] = {}

    def put(self, importer: str, raw: Sequence[RawImport]) -> None:
        """Set what a module imports; an importer of no deprecated module is left out."""
        self.forget(importer)
        may_concern = self._deprecation.may_concern
        if any(may_concern(name, is_from=is_from) for name, _, _, is_from in raw):
            self._raw[importer] = raw
        else:
            self._raw.pop(importer, None)

    def forget(self, importer: str) -> None:
        """Resolve the imports of a module again when they are needed."""
        for resolved in self._resolved.values():
            resolved.pop(importer, None)

    def forget_all(self) -> None:
        """Resolve all imports again when they are needed."""
        self._resolved.clear()

    def list_all_names(self) -> Iterable[str]:
        """Return every name that was resolved: those that the import statements ask for."""
        return self.resolution.keys()

    def list_names(self, importer: str, line: int) -> list[str]:
        """Return the names that the statement on a line asks for, in full, sorted."""
        return sorted({raw[0] for raw in self._raw.get(importer, ()) if raw[1] == line})

    def list_concerned(self) -> dict[str, list[RawImport]]:
        """Return the imports that may ask for a deprecated module, by importer."""
        return {importer: self._deprecation.select_concerned(raw) for importer, raw in self._raw.items()}

    def list_consulted(self) -> Iterable[str]:
        """Return the modules that were asked which names they bind, so far."""
        return self._bound_names.consulted

    def resolve(self, expressions: tuple[str, ...]) -> ContractImports:
        """Return what the imports mean to a contract that deprecates these module expressions."""
        deprecation = make_deprecation(expressions)
        known = self._resolved.setdefault(expressions, {})
        imports: dict[str, tuple[Import, ...]] = {}
        undecided: list[UndecidedImport] = []
        for importer, raw in self._raw.items():
            if importer not in known:
                known[importer] = self._resolve_importer(importer, raw, deprecation)
            resolved = known[importer]
            if resolved.imports is not None:
                imports[importer] = resolved.imports
            undecided += resolved.undecided
        return ContractImports(imports, tuple(sorted(undecided)))

    def _resolve_importer(
        self, importer: str, raw: Iterable[RawImport], deprecation: Deprecation
    ) -> _ResolvedImports:
        imports: set[Import] = set()
        undecided: list[UndecidedImport] = []
        differs = False
        for name, line, lazy, is_from in raw:
            module, foreign = self.resolution[name], self.resolution.find_foreign(name)
            for asked in self._list_asked_names(name, deprecation, is_from=is_from):
                deprecated, certain = deprecation.resolve_import(
                    asked, self._bound_names, is_from=is_from
                )
                if deprecated is None or deprecated in (module, foreign):
                    continue
                if not certain:
                    target = deprecation.identify(deprecated) or deprecated
                    undecided.append(UndecidedImport(importer, line, target))
                    continue
                differs = True
                imports.add(Import(deprecated, line, lazy))
                if asked == name:
                    module = foreign = None
            imports |= {Import(one, line, lazy) for one in (module, foreign) if one is not None}
        return _ResolvedImports(tuple(sorted(imports)) if differs else None, tuple(undecided))

    def _list_asked_names(self, name: str, deprecation: Deprecation, *, is_from: bool) -> list[str]:
        """Return a name, or of a star the names of the literal `__all__` that may be deprecated."""
        base = name.removesuffix(".*")
        if not is_from or base == name or not deprecation.may_cover_child(base):
            return [name]
        is_one = deprecation.identify(name) == deprecation.identify(base)
        if deprecation.covers(base) and is_one and not deprecation.names_child(base):
            return [name]  # whatever is asked for belongs to the module that is named already
        exports = (f"{base}.{export}" for export in self._bound_names.list_exports(base))
        return [name, *filter(deprecation.covers, exports)]


class _ResolvedImports(NamedTuple):
    """What the imports of one module mean to one contract."""

    imports: tuple[Import, ...] | None
    undecided: tuple[UndecidedImport, ...]


def find_external_packages(
    raw: Mapping[str, Iterable[RawImport]], modules: Container[str], roots: Sequence[str]
) -> dict[str, str]:
    """Return the external package that grimp makes of each imported name that is in no module."""
    from archguard.graph.parsing.grimp_scanner import find_external_packages as find_packages  # noqa: PLC0415 (imports grimp, which is slow)

    names = {raw_import[0] for raw_imports in raw.values() for raw_import in raw_imports}
    return find_packages(sorted(name for name in names if resolve_name(name, modules) is None), roots)
