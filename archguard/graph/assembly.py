"""What the files of a tree say, put together as they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.graph.model import Analysis, Reference, UnreadFile
from archguard.graph.resolution import Deprecation, Resolution, external_packages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archguard.graph.discovery import Discovery, Module
    from archguard.graph.model import Import, Options, RawImport, Scanned


class Assembly:
    """What the modules of a tree import, and what could not be read."""

    def __init__(self, found: Discovery, options: Options) -> None:
        """Begin without what any file says.

        Args:
            found: the modules that there are.
            options: what to look for.
        """
        self._found = found
        self._options = options
        self._resolution = Resolution(found.modules)
        self._raw: dict[str, tuple[RawImport, ...]] = {}
        self._imports: dict[str, tuple[Import, ...]] = {}
        self._unread: list[tuple[Module, Scanned]] = []
        self._references: list[Reference] = []

    def add(self, module: Module, said: Scanned) -> None:
        """Add what a module's file says."""
        if said.reason is not None:
            self._unread.append((module, said))
            return
        self._raw[module.name] = said.imports
        if not self._options.include_external_packages:  # those, all files say together
            self._imports[module.name] = self._resolution.imports(said.imports)
        for name, line in said.references:
            self._references.append(Reference(module.name, module.path, line, name))

    def imports(self, module: str) -> tuple[Import, ...] | None:
        """What a module imports; None if its file was not read, or nobody can tell before the end."""
        return self._imports.get(module)

    def finish(self, hidden: Mapping[str, Scanned], state: str | None = None) -> Analysis:
        """All of it, once every module was added.

        Args:
            hidden: what the files say that are no module's, by path.
            state: what the tree was named, if it can be told from any other.
        """
        modules = self._found.modules
        deprecation = Deprecation(self._options.deprecated)
        if self._options.include_external_packages:
            packages = external_packages(self._raw, modules, self._options.root_packages)
            self._resolution = Resolution(modules, packages)
            self._imports = {name: self._resolution.imports(raw) for name, raw in self._raw.items()}
        files: list[tuple[str, str | None, Scanned]] = [
            *((module.path, module.name, said) for module, said in self._unread),
            *((path, None, said) for path, said in hidden.items()),
        ]
        return Analysis(
            modules=modules,
            namespaces=self._found.namespaces,
            roots=self._found.roots,
            imports=self._imports,
            ghost_imports=self._ghost_imports(deprecation),
            references=tuple(sorted(self._references)),
            unread=tuple(
                UnreadFile(
                    path,
                    said.reason or "",
                    said.line,
                    deprecation.named_among(said.names, modules),
                    name,
                )
                for path, name, said in sorted(files, key=lambda one: one[0])
                if said.reason is not None
            ),
            files=len(modules) + len(hidden),
            state=state,
        )

    def _ghost_imports(self, deprecation: Deprecation) -> dict[str, tuple[Import, ...]]:
        modules, resolution = self._found.modules, self._resolution
        # Every name that is imported was resolved.
        gone = {name for name in resolution if deprecation.covers(name) and name not in modules}
        return {
            name: every
            for name, raw in self._raw.items()
            if any(one[0] in gone for one in raw)
            and (every := resolution.imports_with_ghosts(raw, deprecation)) is not None
        }
