"""Which modules may lead to some others, so that only these are parsed.

More than those that do: a module counts that imports one as a whole, or has its name in its text.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from typing import TYPE_CHECKING

from archguard.definitions.file_roles import is_test_path
from archguard.graph.module_expressions import is_within, iter_with_ancestors
from archguard.protection.name_table import ModuleTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from archguard.definitions.use_scan import UseScan
    from archguard.graph.discovery import Module
    from archguard.graph.model import RawImport
    from archguard.protection.name_table import NameTable
    from archguard.sources.source import Source

_CONFTEST = "conftest.py"
_FIXTURE = b"fixture"
_PLUGINS = b"pytest_plugins"
_SUBCLASSES = b"__subclasses__"
_MANY = 40
_QUOTES = frozenset({b"'", b'"'})
_ENDS = frozenset({b"'", b'"', b"{"})
_NAME_BYTES = frozenset(
    bytes([byte]) for byte in range(128) if chr(byte).isalnum() or chr(byte) in "_.:"
)


class ModuleClosure:
    """Goes from modules to those that may use them, and reads these."""

    def __init__(
        self,
        source: Source,
        modules: Mapping[str, Module],
        raw_imports: Mapping[str, Iterable[RawImport]],
        names: NameTable,
    ) -> None:
        """Look at the imports and texts of some modules.

        Args:
            source: the tree.
            modules: the modules that may be parsed, by name.
            raw_imports: `Analysis.raw_imports`.
            names: which modules exist; what is read is added to its tables.
        """
        self._modules = modules
        self._names = names
        self._users: defaultdict[str, set[str]] = defaultdict(set)
        """Module -> those that import it or something of it, or name it."""
        self._holders: defaultdict[str, set[str]] = defaultdict(set)
        """Module -> those that name it with a `.` behind it, or import it as a whole."""
        self._always: set[str] = set()
        """Modules that may have fixtures, or ask for all subclasses of a class."""
        for importer in modules:
            for name, _, _, is_from in raw_imports.get(importer, ()):
                self._add_import(importer, name, is_from=is_from)
        self._search_texts(source)

    def read(self, scan: UseScan, asked: Iterable[str], *, is_shallow: bool) -> None:
        """Read all modules that may lead to some, into the tables of the names.

        Args:
            scan: reads modules.
            asked: the modules to be led to, and all below them.
            is_shallow: whether to read only those that import or name one themselves.

        Raises:
            WorkerError: no child process can be started.
        """
        closure = {
            name for name in {*self._modules, *self._users} for one in asked if is_within(name, one)
        } | set(asked)
        if is_shallow:
            closure |= {user for one in closure for user in self._list_users(one)}
            self._read(scan, {name for name in closure if not is_test_path(self._find_path(name))})
            return
        stack = [*closure]
        beside = set(self._always)
        while True:
            while stack:
                for user in self._list_users(stack.pop()):
                    if user not in closure:
                        closure.add(user)
                        stack.append(user)
            self._read(scan, closure | beside)
            receivers, bases = self._list_leading(closure, beside)
            stack = [*receivers - closure]
            closure |= receivers
            new = (bases | self._list_helpers(closure)) - beside
            beside |= new
            if not stack and not new:
                return

    def _read(self, scan: UseScan, names: Iterable[str]) -> None:
        tables = self._names.tables
        wanted = sorted(name for name in names if name in self._modules and name not in tables)
        tables.update((name, ModuleTable(uses)) for name, uses in scan.read(wanted).items())

    def _find_path(self, name: str) -> str:
        return self._modules[name].path if name in self._modules else ""

    def _add_import(self, importer: str, name: str, *, is_from: bool) -> None:
        find = self._names.find_module
        base = name.rpartition(".")[0] if is_from else name
        if (module := find(name)) is not None:
            self._users[module].add(importer)
            self._holders[module].add(importer)
        if (module := find(base)) is not None:
            self._users[module].add(importer)

    def _list_users(self, module: str) -> set[str]:
        users = set(self._users.get(module, ()))
        for ancestor in iter_with_ancestors(module.rpartition(".")[0]):
            users |= self._holders.get(ancestor, set())
        return users

    def _search_texts(self, source: Source) -> None:
        tops = sorted(self._names.list_tops(self._modules))
        joined = [*map(re.escape, tops)]
        joined = [f"(?:{'|'.join(joined)})"] if len(joined) > _MANY else joined
        # Patterns that begin with a literal are found fast.
        patterns = [re.compile(rf"{top}((?:[.:]\w+)*)\.?".encode()) for top in joined]
        contents = source.read([module.path for module in self._modules.values()])
        for (name, module), content in zip(self._modules.items(), contents, strict=True):
            if not isinstance(content, bytes):
                continue
            is_conftest = posixpath.basename(module.path) == _CONFTEST
            if is_conftest or any(word in content for word in (_FIXTURE, _PLUGINS, _SUBCLASSES)):
                self._always.add(name)
            for written in {one for pattern in patterns for one in _find_names(pattern, content)}:
                self._add_text(name, written.decode("utf-8", "replace").replace(":", "."))

    def _add_text(self, user: str, written: str) -> None:
        parts = written.rstrip(".").split(".")
        for length in range(len(parts), 0, -1):
            module = self._names.find_module(".".join(parts[:length]))
            if module is not None:
                self._users[module].add(user)
                if written.endswith("."):
                    self._holders[module].add(user)
                return

    def _list_leading(self, closure: set[str], beside: set[str]) -> tuple[set[str], set[str]]:
        """Return the modules that may run what the modules in a closure give them, and those of bases.

        A class that learns of its subclasses is one of the former.
        """
        names = self._names
        receivers: set[str] = set()
        bases: set[str] = set()
        for module in sorted(closure | beside):
            table = names.tables.get(module)
            if table is None:
                continue
            is_inside = module in closure
            for handed in table.uses.handed if is_inside else ():
                given = {one for name in handed.names for one in self._find_modules(module, name)}
                if not given.isdisjoint(closure):
                    receivers |= self._find_modules(module, handed.receiver)
            for symbol in table.uses.symbols:
                if symbol.is_registry and not is_inside:
                    receivers.add(module)
                for base in symbol.bases:
                    bases |= self._find_modules(module, base)
        return receivers, bases

    def _find_modules(self, module: str, written: str) -> set[str]:
        """Return the modules of the definitions that a name leads to, as far as they were read."""
        names = self._names
        follow = names.follow_import(written) if ":" in written else names.follow_name(module, written)
        return {
            _get_module(definition) for node in follow for definition in names.find_definitions(node)
        }

    def _list_helpers(self, closure: set[str]) -> set[str]:
        """Return the modules of tests, if a fixture may lead to what is asked for."""
        if self._always.isdisjoint(closure):
            return set()
        return {name for name, module in self._modules.items() if is_test_path(module.path)}


def _get_module(node: str) -> str:
    return node.partition(":")[0]


def _find_names(pattern: re.Pattern[bytes], content: bytes) -> Iterator[bytes]:
    """Yield the dotted names in a text, single words only if they are quoted.

    A name that ends with a dot is the beginning of others if it is the beginning of a string.
    """
    for match in pattern.finditer(content):
        start, end = match.span()
        before, after = content[start - 1 : start], content[end : end + 1]
        if before in _NAME_BYTES:
            continue
        is_quoted = before in _QUOTES
        if match[1] or (is_quoted and after in _ENDS):
            is_beginning = is_quoted and after in _ENDS
            yield match[0] if is_beginning else match[0].rstrip(b".")
