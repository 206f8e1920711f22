"""The violations of some modules, read off their imports without grimp and import-linter.

Loading these takes longer than judging a few modules. A test compares with what they say.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from archguard.checking.report import Violation
from archguard.contract_types.registry import list_deprecated_modules
from archguard.graph.bound_names import BoundNames
from archguard.graph.module_expressions import make_deprecation
from archguard.graph.resolution import DeprecatedImportResolver, Resolution

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from archguard.configuration import Configuration, ContractConfiguration
    from archguard.graph.bound_names import ReadBindings
    from archguard.graph.discovery import Discovery
    from archguard.graph.model import RawImport

_OTHER_OPTIONS = ("allowed_importers", "ignore_imports", "kinds", "count_references")
"""With these it takes more than an import to make a violation."""


def judges_imports_alone(contract: ContractConfiguration) -> bool:
    """Return whether every import of a module that a contract deprecates is a violation of it."""
    return not contract.exceptions and not any(map(contract.options.get, _OTHER_OPTIONS))


def list_direct_violations(
    configuration: Configuration,
    imports: Mapping[str, Sequence[RawImport]],
    discovery: Discovery,
    read_bindings: ReadBindings,
) -> Iterable[Violation]:
    """Yield the violations of some modules of a tree, without lines.

    Args:
        configuration: contracts that judge imports alone.
        imports: what each of the modules imports.
        discovery: all modules of the tree.
        read_bindings: reads what a module of it binds.
    """
    modules, foreign = discovery.modules, discovery.foreign
    resolution = Resolution(modules, foreign=foreign)
    bound_names = BoundNames(
        modules, discovery.namespaces, lru_cache(maxsize=None)(read_bindings), foreign
    )
    for contract in configuration.contracts:
        expressions = tuple(list_deprecated_modules(contract))
        deprecation = make_deprecation(expressions)
        resolver = DeprecatedImportResolver(resolution, bound_names, deprecation)
        for importer, raw in imports.items():
            resolver.put(importer, raw)
        resolved = resolver.resolve(expressions).imports
        edges = {
            (importer, deprecation.identify(one.imported) or one.imported)
            for importer, raw in imports.items()
            if not deprecation.covers(importer)
            for one in resolved.get(importer) or resolution.resolve_imports(raw)
            if deprecation.covers(one.imported)
        }
        for importer, imported in sorted(edges):
            yield Violation(contract.id, importer, imported, ghost=False, status="open", occurrences=())
