"""What strings in the source name: modules, their symbols, entry points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.definitions.module_uses import WHOLE
from archguard.protection.name_table import BELOW

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from archguard.definitions.module_uses import SymbolUses
    from archguard.protection.name_table import NameTable

_IMPORTERS = frozenset({"import_module", "__import__", "run_module", "run_path", "find_spec", "reload"})
_STARTERS = frozenset({"run", "call", "check_call", "check_output", "Popen", "system", "spawn"})
"""Functions that start another program."""
_MAIN = "__main__"


class StringNames:
    """Says which nodes a string may lead to."""

    def __init__(self, names: NameTable, entry_points: Mapping[str, Sequence[str]]) -> None:
        """Take the modules and entry points.

        Args:
            names: the modules.
            entry_points: group or name of a console script -> what it runs, as `module:Name`.
        """
        self._names = names
        self.entry_points = entry_points

    def list_named(self, module: str, symbol: SymbolUses) -> Iterator[str]:
        """Yield the nodes that the strings in a symbol name."""
        if not symbol.strings:
            return
        read = {name.rpartition(".")[2] for name in symbol.names} | {
            target.rpartition(".")[2].rpartition(":")[2] for target in symbol.imports
        }
        imports = not _IMPORTERS.isdisjoint(read)
        starts = not _STARTERS.isdisjoint(read)
        for text in symbol.strings:
            for target in self.entry_points.get(text, ()):
                yield from self._names.follow_import(target)
            if "." in text or ":" in text:
                yield from self.follow(module, text)
            elif imports or starts:
                yield from self._follow_word(text, starts=starts)

    def follow(self, module: str, text: str) -> Iterator[str]:
        """Yield the nodes that a string names; relative ones are seen from a module."""
        dots = len(text) - len(text.lstrip("."))
        written = text[dots:]
        if dots:
            table = self._names.tables.get(module)
            package = module if table is not None and table.uses.is_package else _cut(module, 1)
            package = _cut(package, dots - 1)
            written = f"{package}.{written}" if package else written
        path = written.replace(":", ".")
        parts = path.rstrip(".").split(".")
        if not self._names.is_inside(path):
            return
        for length in range(len(parts), 0, -1):
            found = self._names.find_module(".".join(parts[:length]))
            if found is None:
                continue
            if path.endswith(".") and length == len(parts):
                yield f"{found}:{BELOW}"
            else:
                yield from self._names.walk(found, parts[length:])
            if length == len(parts) and (main := self._names.find_module(f"{found}.{_MAIN}")):
                yield f"{main}:{WHOLE}"
            return

    def _follow_word(self, text: str, *, starts: bool) -> Iterator[str]:
        """Yield what a top-level module's name leads to where modules are imported or run."""
        module = self._names.find_module(text)
        if module is None:
            return
        if main := self._names.find_module(f"{module}.{_MAIN}"):
            yield f"{main}:{WHOLE}"
        if not starts:
            yield f"{module}:{WHOLE}"


def _cut(module: str, parts: int) -> str:
    """Return the ancestor of a module, so many levels up."""
    for _ in range(parts):
        module = module.rpartition(".")[0]
    return module
