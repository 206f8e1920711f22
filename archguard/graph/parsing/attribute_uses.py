"""Find uses of a deprecated module as an attribute: `import shop; shop.old.Cart`."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from archguard.graph.module_expressions import Deprecation, iter_with_ancestors
from archguard.graph.parsing.import_lines import normalize_name, resolve_relative_base
from archguard.graph.parsing.lexer import blank_text, count_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archguard.graph.model import RawImport
    from archguard.graph.parsing.grimp_scanner import ModuleSource

_IMPORT = re.compile(
    r"(?<![\w.])(?:from[ \t]+([\w.]+)[ \t]+)?import\b[ \t]*(?:\(([^()]*+)\)|([^\n\r;()]*+))"
)
_JOINED_LINE = re.compile(r"\\(?:\r\n|\r|\n)")
_COMMENT = re.compile(r"#[^\n\r]*")
_BLANK = re.compile(r"\s+")
_IMPORT_BEFORE = re.compile(r"(?<![\w.])(?:import|from)\b[^;]*\Z")
_MAX_LINE_LENGTH = 1000  # looked at here; a limit, so that hostile input costs no time
_WILDCARDS = ("*", "**")


class AttributeFinder:
    """Finds uses of deprecated modules through the packages that hold them."""

    def __init__(self, expressions: Sequence[str]) -> None:
        """Look for the modules that these module expressions cover."""
        self._deprecation = Deprecation(expressions)
        self._parents: set[str] = set()
        self._texts: set[bytes] = set()
        """Each use holds one of these."""
        for expression in expressions:
            parts = expression.split(".")
            literal = next((i for i, part in enumerate(parts) if part in _WILDCARDS), len(parts) - 1)
            if literal:
                self._parents.update(iter_with_ancestors(".".join(parts[:literal])))
                self._texts.add(_find_text(parts))
        self._tops = {parent.partition(".")[0] for parent in self._parents}

    def find_uses(self, module: ModuleSource, imports: Iterable[RawImport]) -> list[tuple[str, int]]:
        """Return (dotted name, line) of each use of a deprecated module that no statement imports.

        Args:
            module: a module.
            imports: what it imports.
        """
        if not self._tops or not self._may_bind(imports):
            return []
        if not any(text in module.utf8 for text in self._texts):
            return []
        imported = sorted({f"{name.removesuffix('.*')}." for name, _, _, _ in imports})
        # Most files use nothing that they do not import, and text is searched before it is read.
        if next(self._iterate_uses(module.source, module, imported), None) is None:
            return []
        return sorted(set(self._iterate_uses(blank_text(module.source), module, imported)))

    def _may_bind(self, imports: Iterable[RawImport]) -> bool:
        """Return whether some imports may bind a name to a package of a deprecated module."""
        return any(
            name in self._parents if is_from else name.partition(".")[0] in self._tops
            for name, _, _, is_from in imports
        )

    def _iterate_uses(
        self, code: str, module: ModuleSource, imported: Sequence[str]
    ) -> Iterator[tuple[str, int]]:
        bound = self._find_bound_packages(code, module)
        if "#" in code:  # a text that is not blanked
            bound |= self._find_bound_packages(_COMMENT.sub("", code), module)
        if not bound:
            return
        names = "|".join(map(re.escape, sorted(bound)))
        line, position = 1, 0
        for match in re.finditer(rf"(?<![\w.])({names})((?:\s*\.\s*[^\W\d]\w*)+)", code):
            name = normalize_name(bound[match[1]] + _BLANK.sub("", match[2]))
            if not self._deprecation.covers(name) or self._is_imported(name, imported):
                continue
            if not _IMPORT_BEFORE.search(_read_line_before(code, match.start())):
                line += count_lines(code, position, match.start())
                position = match.start()
                yield name, line

    def _is_imported(self, name: str, imported: Sequence[str]) -> bool:
        """Return whether a file imports each deprecated module that a name is or lies in.

        Args:
            name: a dotted name.
            imported: the names that the file imports, sorted, each with a dot after it.
        """
        return all(
            _holds_prefix(imported, f"{deprecated}.")
            for deprecated in self._deprecation.find_deprecated(name)
        )

    def _find_bound_packages(self, code: str, module: ModuleSource) -> dict[str, str]:
        """Return the local names that imports bind to packages of deprecated modules."""
        bound: dict[str, str] = {}
        for match in _IMPORT.finditer(_JOINED_LINE.sub("", code) if "\\" in code else code):
            base, *lists = match.groups()
            if base and base.startswith("."):
                base = resolve_relative_base(base, module.name, is_package=module.is_package)
                if base is None:
                    continue
            for item in (lists[0] or lists[1] or "").split(","):
                words = item.split()
                if not words:
                    continue
                package = f"{base}.{words[0]}" if base else words[0]
                local = words[2] if words[1:2] == ["as"] and len(words) > 2 else words[0]
                if not base and local == words[0]:
                    package = local = local.partition(".")[0]
                if package in self._parents:
                    bound[local] = package
        return bound


def _holds_prefix(names: Sequence[str], prefix: str) -> bool:
    """Return whether one of some sorted names begins with a prefix."""
    index = bisect_left(names, prefix)
    return index < len(names) and names[index].startswith(prefix)


def _read_line_before(code: str, position: int) -> str:
    """Return what stands before a position in its line."""
    start = max(0, position - _MAX_LINE_LENGTH)
    line_end = max(code.rfind("\n", start, position), code.rfind("\r", start, position))
    return code[max(start, line_end + 1) : position]


def _find_text(parts: Sequence[str]) -> bytes:
    """Return the last part of an expression that is no wildcard, with the dot before it in a use."""
    literals = [number for number, part in enumerate(parts) if part not in _WILDCARDS]
    last = literals[-1]
    dot = "." if last == len(parts) - 1 else ""
    return f"{dot}{parts[last]}".encode()
