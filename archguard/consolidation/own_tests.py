"""Find the test files that leave with a module: all that they test of ours is that module."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.definitions.collection_rules import read_collection_rules
from archguard.definitions.file_roles import is_test_path
from archguard.graph.module_expressions import is_within, iter_with_ancestors
from archguard.graph.parsing.decoding import DecodingError, decode_source
from archguard.graph.parsing.references import ReferenceFinder

if TYPE_CHECKING:
    from collections.abc import Callable

    from archguard.graph.discovery import Module
    from archguard.graph.model import Analysis
    from archguard.sources.source import Source


def find_own_tests(analysis: Analysis, source: Source) -> OwnTests:
    """Return what knows the own tests of a tree's modules, by its configuration of pytest."""
    paths = [module.path for module in analysis.modules.values()]
    return OwnTests(analysis, source, read_collection_rules(source, paths).collects)


class OwnTests:
    """The own tests of modules: files that pytest collects, and that name nothing else of production.

    Both imports and strings count, as in `mock.patch("shop.new.total")`. Helpers of tests may be
    imported, and so may packages that are not of this tree. A string without a dot is just a word.
    """

    def __init__(self, analysis: Analysis, source: Source, collects: Callable[[str], bool]) -> None:
        """Read nothing yet.

        Args:
            analysis: what every module imports.
            source: reads the files.
            collects: whether pytest collects the file of this path.
        """
        self._analysis = analysis
        self._source = source
        self._collects = collects
        self._strings = ReferenceFinder(sorted({root.name for root in analysis.roots}))
        self._known = analysis.importable_names
        self._named: dict[str, frozenset[str] | None] = {}

    def find(self, module: str) -> tuple[str, ...]:
        """Return the paths of a module's own tests, sorted.

        A test that names the module in strings alone is found if a contract deprecates the module.
        """
        importers = {
            importer
            for importer, imports in self._analysis.raw_imports.items()
            if any(is_within(name, module) for name, *_ in imports)
        }
        importers |= {
            reference.module
            for reference in self._analysis.references
            if is_within(reference.name.partition(":")[0], module)
        }
        own = {importer for importer in importers if self.is_own_test(importer, module)}
        return tuple(sorted(self._analysis.modules[importer].path for importer in own))

    def is_own_test(self, importer: str, module: str) -> bool:
        """Return whether a file is a test of one module, with what is below it, and of nothing else.

        Args:
            importer: the module that the file is.
            module: the module that would leave. It need not exist.
        """
        file = self._analysis.modules.get(importer)
        if file is None or not self._collects(file.path) or is_within(importer, module):
            return False
        imported = {name for name, *_ in self._analysis.raw_imports.get(importer, ())}
        if self._list_others(imported, module):
            return False  # most files: nothing needs to be read
        strings = self._find_strings(file)
        if strings is None or self._list_others(strings, module):
            return False
        return any(is_within(name, module) for name in imported | strings)

    def _list_others(self, names: set[str] | frozenset[str], module: str) -> list[str]:
        """Return the names of production that do not lie in the module."""
        return [name for name in names if not is_within(name, module) and self._is_production(name)]

    def _is_production(self, name: str) -> bool:
        """Return whether a name is that of a module of ours, or lies in one, that is no test."""
        if not any(is_within(name, root.name) for root in self._analysis.roots):
            return False
        home = next((part for part in iter_with_ancestors(name) if part in self._known), "")
        file = self._analysis.modules.get(home)
        path = file.path if file is not None else f"{home.replace('.', '/')}/__init__.py"
        return not is_test_path(path)

    def _find_strings(self, file: Module) -> frozenset[str] | None:
        """Return the dotted names of ours that strings of a file hold; None if it cannot be read."""
        if file.name not in self._named:
            self._named[file.name] = self._read_strings(file)
        return self._named[file.name]

    def _read_strings(self, file: Module) -> frozenset[str] | None:
        (content,) = self._source.read([file.path])
        if not isinstance(content, bytes):
            return None
        try:
            text = decode_source(content)
        except DecodingError:
            return None
        references = self._strings.find_references(text, file.name, is_package=file.is_package)
        names = {name.replace(":", ".") for name, _ in references}
        return frozenset(name for name in names if "." in name)
