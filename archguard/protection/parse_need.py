"""What the imports and the text of a test file tell without parsing it.

Test files are most of a large tree, and their imports are known from scanning. Only a file that may run
a target in another way than by `from module import Name` has to be parsed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archguard.definitions.module_uses import BODY, WHOLE
from archguard.graph.module_expressions import is_within
from archguard.protection.name_table import BELOW

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from archguard.graph.model import RawImport
    from archguard.protection.fixture_scope import FixtureScope
    from archguard.protection.name_table import NameTable
    from archguard.protection.reach import Reach
    from archguard.protection.string_names import StringNames


_RELATIVE = re.compile(rb"""import_module\(\s*[fF]?["']\.""")


class ParseNeed:
    """Says which test files have to be parsed to know whether they run a target."""

    def __init__(
        self,
        names: NameTable,
        reach: Reach,
        fixtures: FixtureScope,
        strings: StringNames,
        asked: Sequence[str],
    ) -> None:
        """Prepare the search in texts.

        Args:
            names: the modules.
            reach: the nodes that may run a target.
            fixtures: the fixtures.
            strings: what strings name.
            asked: the modules that are asked for.
        """
        self._names = names
        self._reach = reach
        self._strings = strings
        self._modules = reach.list_modules()
        self._asked = asked
        tops = "|".join(sorted(map(re.escape, names.list_tops(self._modules))))
        # Patterns that begin with a literal are found fast.
        self._quoted = [
            re.compile(rf"""{quote}((?:{tops})(?:[.:][\w.:]*|(?=["'])))""".encode()) for quote in "'\""
        ]
        self._code = [
            re.compile(rf"{word}[ \t]+((?:{tops})\b[\w.]*)".encode()) for word in ("import", "from")
        ]
        self._words = [
            quote + name.encode() + quote for name in strings.entry_points for quote in (b"'", b'"')
        ]
        self._fixtures = {
            name.encode(): folders for name, folders in fixtures.list_names(reach.list_nodes()).items()
        }
        self._known: dict[str, bool] = {}
        self._near: dict[str, bool] = {}

    def list_exact(self, raw_imports: Iterable[RawImport]) -> list[str]:
        """Return the nodes that a file certainly imports by name."""
        return [
            node
            for name, _, _, is_from in raw_imports
            if is_from
            for node in self._follow(name)
            if not node.endswith(f":{WHOLE}")
        ]

    def needs_parsing(self, path: str, raw_imports: Sequence[RawImport], content: bytes) -> bool:
        """Return whether a file may run a target in a way that its imports by name do not show.

        Args:
            path: the file.
            raw_imports: its imports.
            content: its text.
        """
        return (
            any(self._is_vague(name, is_from=is_from) for name, _, _, is_from in raw_imports)
            or self._names_target(content)
            or self._requests_fixture(path, content)
            or self._holds_code(raw_imports, content)
            or self._loads_body(raw_imports, content)
        )

    def _names_target(self, content: bytes) -> bool:
        """Return whether a string may name a target, or what runs one."""
        if _RELATIVE.search(content) or any(word in content for word in self._words):
            return True
        return any(
            self._is_named(match[1].decode("utf-8", "replace"))
            for pattern in self._quoted
            for match in pattern.finditer(content)
        )

    def _is_named(self, text: str) -> bool:
        if text not in self._known:
            self._known[text] = any(map(self._is_of_interest, self._strings.follow("", text)))
        return self._known[text]

    def _is_of_interest(self, node: str) -> bool:
        module, _, name = node.partition(":")
        if name == BELOW:
            return any(is_within(one, module) for one in self._modules)
        return node in self._reach or any(is_within(module, asked) for asked in self._asked)

    def _requests_fixture(self, path: str, content: bytes) -> bool:
        for name, folders in self._fixtures.items():
            is_seen = any(not folder or path.startswith(f"{folder}/") for folder in folders)
            if is_seen and name in content and re.search(rb"\b%b\b" % re.escape(name), content):
                return True
        return False

    def _holds_code(self, raw_imports: Iterable[RawImport], content: bytes) -> bool:
        """Return whether a text imports more than its statements do: code in a string."""
        known = {name for name, *_ in raw_imports}
        known |= {name.rpartition(".")[0] for name in known}
        return any(
            (name := match[1].decode("utf-8", "replace").rstrip(".")) not in known
            and self._is_near(name)
            for pattern in self._code
            for match in pattern.finditer(content)
        )

    def _is_near(self, name: str) -> bool:
        """Return whether a name is that of a module that runs a target, or of one above or below it."""
        if name not in self._near:
            module = self._names.find_module(name) or name
            self._near[name] = any(
                is_within(one, module) or is_within(module, one) for one in self._modules
            )
        return self._near[name]

    def _loads_body(self, raw_imports: Iterable[RawImport], content: bytes) -> bool:
        """Return whether a function imports a module whose body runs a target."""
        lines: list[bytes] = []
        for name, line, _, is_from in raw_imports:
            base = self._names.find_module(name.rpartition(".")[0] if is_from else name)
            if base is not None and f"{base}:{BODY}" in self._reach:
                lines = lines or content.split(b"\n")
                if lines[min(line, len(lines)) - 1][:1].isspace():
                    return True
        return False

    def _is_vague(self, name: str, *, is_from: bool) -> bool:
        """Return whether an import gives a module itself of which something runs a target."""
        if not is_from:
            parts = name.split(".")
            prefixes = (".".join(parts[:length]) for length in range(1, len(parts) + 1))
            modules = filter(None, map(self._names.find_module, prefixes))
            return any(f"{module}:{WHOLE}" in self._reach for module in modules)
        return any(node in self._reach for node in self._follow(name) if node.endswith(f":{WHOLE}"))

    def _follow(self, name: str) -> Iterable[str]:
        base, _, item = name.rpartition(".")
        if item == "*":
            return self._names.follow_import(f"{base}:")
        return self._names.follow_import(f"{base}:{item}")
