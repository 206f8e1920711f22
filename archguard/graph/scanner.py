"""grimp's scanner over files in memory: the one module that touches what is not grimp's public API.

grimp reads modules through a file system port and resolves what they import against a set of found
packages. Both are filled here from memory, so a working tree and a commit are read by the same code.
`tests/graph/test_scanner.py` says in plain words which part moved when a new grimp breaks this.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from grimp import _rustgrimp as rust  # type: ignore[attr-defined]
from grimp.application.ports.modulefinder import FoundPackage, ModuleFile
from grimp.domain.valueobjects import Module as GrimpModule
from grimp.exceptions import SourceSyntaxError

from archguard.graph.facts import Import
from archguard.graph.names import is_within

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

SYNTAX_ERROR = "a syntax error"
TOO_MANY_DOTS = "a relative import that leaves the top-level package"


class Text(NamedTuple):
    """A module's source, decoded."""

    name: str
    is_package: bool
    source: str


# grimp scans a lone module on the caller's thread, whose stack is the user's to set, and several on its
# own, whose stack is ours. With a companion every module is on those: "too deep" is the same everywhere.
_COMPANION = Text("archguard-companion", is_package=False, source="")


class ScanError(Exception):
    """The scanner cannot read a module."""

    def __init__(self, reason: str, line: int | None = None, module: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.module = module


class Scanner:
    """Reads imports, resolved against one set of modules (the universe)."""

    def __init__(
        self,
        universe: Collection[str],
        roots: Collection[str],
        *,
        include_external_packages: bool = False,
        exclude_type_checking_imports: bool = False,
    ) -> None:
        self._roots = sorted(roots, key=lambda root: root.count("."))
        self._packages = _found_packages((*universe, _COMPANION.name), self._roots)
        self._include_external = include_external_packages
        self._exclude_type_checking = exclude_type_checking_imports

    def with_ghosts(self, ghosts: Collection[str]) -> Scanner:
        """The same scanner, but that names without a module are in its universe too."""
        copy = Scanner((), self._roots)
        copy._include_external = self._include_external
        copy._exclude_type_checking = self._exclude_type_checking
        copy._packages = dict(self._packages)
        for root, added in _found_packages(ghosts, self._roots).items():
            known = self._packages.get(root, added).module_files
            copy._packages[root] = replace(added, module_files=known | added.module_files)
        return copy

    def scan(self, texts: Iterable[Text]) -> dict[str, list[Import]]:
        """What each module imports, sorted.

        Raises:
            ScanError: one module cannot be read, and with it none; `module` names it, if known.
        """
        return self._scan(list(texts), self._packages)

    def probe(self, text: Text) -> None:
        """Read one module on its own, against nothing: cheap, and its failure is its own.

        Raises:
            ScanError: the module cannot be read.
        """
        self._scan([text], _found_packages([text.name, _COMPANION.name], self._roots))

    def _scan(self, texts: list[Text], packages: Mapping[str, FoundPackage]) -> dict[str, list[Import]]:
        files = rust.FakeBasicFileSystem()
        names = {}
        texts = [*texts, _COMPANION]
        for text in texts:
            path = text.name.replace(".", "/") + ("/__init__.py" if text.is_package else ".py")
            names[path] = text.name
            files.write(path, text.source)
        try:
            found = rust.scan_for_imports(
                module_files=tuple(_module_file(text.name) for text in texts),
                found_packages=set(packages.values()),
                include_external_packages=self._include_external,
                exclude_type_checking_imports=self._exclude_type_checking,
                file_system=files,
            )
        except SourceSyntaxError as error:
            raise ScanError(SYNTAX_ERROR, error.lineno, names.get(error.filename)) from error
        except BaseException as error:
            # A Rust panic derives from BaseException and is not exported: it is known by its name.
            if type(error).__name__ != "PanicException":
                raise
            raise ScanError(TOO_MANY_DOTS) from error
        return {
            module.name: sorted(
                Import(one.imported.name, one.line_number, one.is_lazy) for one in imports
            )
            for module, imports in found.items()
            if module.name != _COMPANION.name
        }


def _found_packages(universe: Collection[str], roots: Iterable[str]) -> dict[str, FoundPackage]:
    by_root: dict[str, set[ModuleFile]] = {root: set() for root in roots}
    for name in universe:
        root = name.partition(".")[0]
        if root not in by_root:
            # A root with dots, or a deprecated module of somebody else's package.
            root = next((r for r in by_root if is_within(name, r)), root)
        by_root.setdefault(root, set()).add(_module_file(name))
    return {
        root: FoundPackage(root, root.replace(".", "/"), frozenset(files))
        for root, files in by_root.items()
    }


def _module_file(name: str) -> ModuleFile:
    return ModuleFile(GrimpModule(name), 0.0)
