"""A reader of the ways to a symbol that shares no code with archguard: CPython's own parser alone.

It looks at every `from` import of a tree, and follows each name through all modules, one by one.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Name = tuple[str, str]
"""A module and a name in it."""


@dataclass(slots=True)
class _Text:
    """What one module says."""

    is_package: bool
    tree: ast.Module
    exported: list[str] | None = None
    lines: list[tuple[str, str, object]] = field(default_factory=list)
    """(name, what, where it comes from) in the order of the text."""


class SymbolWays:
    """Every way to one symbol in a tree."""

    def __init__(self, files: Mapping[str, str], symbol: str) -> None:
        module, _, name = symbol.partition(":")
        self.symbol: Name = (module, name)
        self._texts: dict[str, _Text] = {}
        self._before: dict[str, _Text] = {}
        """What a module says above one of its lines."""
        for path, text in files.items():
            dotted = path.removesuffix(".py").replace("/", ".")
            is_package = dotted.endswith(".__init__")
            self._texts[dotted.removesuffix(".__init__")] = _Text(is_package, ast.parse(text))
        for module_name, module_text in self._texts.items():
            self._read(module_name, module_text)

    def find_importers(self) -> set[str]:
        """Return the modules with an import that passes the symbol, outside of its own module."""
        home = self.symbol[0]
        return {
            module
            for module, text in self._texts.items()
            if not f"{module}.".startswith(f"{home}.")
            and any(
                self.passes(base, item)
                for node in ast.walk(text.tree)
                if isinstance(node, ast.ImportFrom)
                for base in [self._find_base(node, module)]
                for alias in node.names
                for item in self._expand(base, alias.name)
            )
        }

    def passes(self, module: str, name: str) -> bool:
        """Return whether the way of a name passes the symbol."""
        if (module, name) == self.symbol:
            return True
        origin = self._find_origin(module, name)
        return isinstance(origin, tuple) and self.passes(*origin)

    def _has(self, module: str, name: str) -> bool:
        """Return whether a module has a name; the symbol is there, whether or not it was deleted."""
        if (module, name) == self.symbol:
            return True
        origin = self._find_origin(module, name)
        return self._has(*origin) if isinstance(origin, tuple) else origin is not None

    def _find_origin(self, module: str, name: str) -> Name | str | None:
        """Return where a name comes from; "here" if it is made there, None if nothing binds it."""
        text = self._before.get(module) or self._texts.get(module)
        if text is None:
            return None
        for bound, what, origin in reversed(text.lines):
            if what == "star" and isinstance(origin, str):
                if name in self._list_exports(origin) and self._has(origin, name):
                    return (origin, name)
            elif bound == name and what == "gone":
                return None
            elif bound == name and isinstance(origin, tuple):
                return origin
            elif bound == name:
                return "here"
        return "here" if f"{module}.{name}" in self._texts else None

    def _expand(self, base: str, item: str) -> Iterable[str]:
        return self._list_exports(base) if item == "*" else [item]

    def _list_exports(self, module: str) -> list[str]:
        """Return what a star asks a module for."""
        text = self._texts.get(module)
        if text is not None and text.exported is not None:
            return text.exported
        names = {bound for bound, what, _ in text.lines if what != "star"} if text else set()
        for _, what, origin in text.lines if text else ():
            if what == "star" and isinstance(origin, str):
                names.update(self._list_exports(origin))
        names.update({self.symbol[1]} if module == self.symbol[0] else ())
        return sorted(name for name in names if not name.startswith("_"))

    def _find_base(self, node: ast.ImportFrom, module: str) -> str:
        if not node.level:
            return node.module or ""
        parts = module.split(".")
        kept = parts[: len(parts) - node.level + self._texts[module].is_package]
        return ".".join([*kept, *([node.module] if node.module else [])])

    def _read(self, module: str, text: _Text) -> None:
        for statement in text.tree.body:
            text.lines += self._list_bound(statement, module, text)

    def _list_bound(
        self, statement: ast.stmt, module: str, text: _Text
    ) -> Iterator[tuple[str, str, object]]:
        if isinstance(statement, ast.ClassDef):
            yield statement.name, "made", None
        elif isinstance(statement, ast.Delete):
            yield from ((one.id, "gone", None) for one in statement.targets if isinstance(one, ast.Name))
        elif isinstance(statement, ast.ImportFrom):
            base = self._find_base(statement, module)
            for alias in statement.names:
                if alias.name == "*":
                    yield "*", "star", base
                else:
                    yield alias.asname or alias.name, "from", (base, alias.name)
        elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            yield from self._list_assigned(statement.targets[0].id, statement.value, module, text)
        elif isinstance(statement, ast.Try):
            yield from self._list_tried(statement, module, text)

    def _list_assigned(
        self, name: str, value: ast.expr, module: str, text: _Text
    ) -> Iterator[tuple[str, str, object]]:
        if name == "__all__":
            text.exported = ast.literal_eval(value)
        elif isinstance(value, ast.Name):  # at this line it is what the lines before it made it
            inner = f"{module}#{len(self._before)}"
            self._before[inner] = _Text(text.is_package, text.tree, None, list(text.lines))
            is_symbol = (module, value.id) == self.symbol
            yield name, "alias", self.symbol if is_symbol else (inner, value.id)
        elif isinstance(value, ast.Attribute):
            yield name, "alias", (ast.unparse(value.value), value.attr)
        else:
            yield name, "made", None

    def _list_tried(
        self, statement: ast.Try, module: str, text: _Text
    ) -> Iterator[tuple[str, str, object]]:
        """Yield what `try: from a import b` binds, or else what its only handler does."""
        (tried,) = statement.body
        assert isinstance(tried, ast.ImportFrom)
        base = self._find_base(tried, module)
        # Modules import earlier ones only, and these are read by now.
        works = all(self._has(base, alias.name) for alias in tried.names)
        body = [tried] if works else statement.handlers[0].body
        for inner in body:
            yield from self._list_bound(inner, module, text)
