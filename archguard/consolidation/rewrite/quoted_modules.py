"""Find the strings of a file that name deprecated modules, and what they become."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import libcst

from archguard.consolidation.rewrite.called_imports import ImportedByName, find_call_uses
from archguard.consolidation.rewrite.refusal import Refusal, RefusalCode
from archguard.consolidation.rewrite.targets import Blocked, Target
from archguard.consolidation.rewrite.text_edit import TextEdit
from archguard.graph.parsing.lexer import find_string_literals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archguard.consolidation.rewrite.parsed_file import ParsedFile
    from archguard.consolidation.rewrite.targets import TargetFinder
    from archguard.graph.module_expressions import Deprecation

_DOTTED_NAME = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*(?::[\w.]+)?")


class NamedModule(NamedTuple):
    """A string that names a deprecated module, or something in it."""

    deprecated: str
    line: int
    edits: tuple[TextEdit, ...] = ()
    """What it becomes, and uses of a module that is imported by it."""
    refusal: Refusal | None = None
    """Why it cannot be rewritten."""


def find_named_modules(
    file: ParsedFile, deprecation: Deprecation, targets: TargetFinder
) -> Iterator[NamedModule]:
    """Yield the strings that are the dotted name of a deprecated module, or of something in it.

    Annotations are code, and left out.

    Raises:
        WorkerError: no child process can be started to read a module.
    """
    text = file.utf8.decode()
    if not any(_name_deprecated(one.value, deprecation) for one in find_string_literals(text)):
        return  # as in most files, and quicker than to visit all nodes
    strings = _Strings()
    file.module.visit(strings)
    for string in strings.found:
        value = string.evaluated_value
        if isinstance(value, str) and (deprecated := _name_deprecated(value, deprecation)):
            yield _read_string(file, string, value, deprecated, deprecation, targets)


def _read_string(
    file: ParsedFile,
    string: libcst.SimpleString,
    value: str,
    deprecated: str,
    deprecation: Deprecation,
    targets: TargetFinder,
) -> NamedModule:
    line = file.find_line(string)

    def refuse(code: RefusalCode, detail: str) -> NamedModule:
        return NamedModule(deprecated, line, refusal=Refusal(deprecated, code, line, detail))

    target = _find_target(value, deprecation, targets)
    if isinstance(target, Blocked):
        return refuse(target.code, target.detail)
    if string.raw_value != value:
        detail = f"The string {string.value} is written with escapes."
        return refuse(RefusalCode.STRING_REFERENCE, detail)
    start = file.find_span(string).start + len(string.prefix) + len(string.quote)
    edit = TextEdit(start, start + len(value.encode()), target)
    module = ImportedByName(_find_module(value, deprecation, targets), target)
    if module.old != value:
        return NamedModule(deprecated, line, (edit,))
    uses = find_call_uses(file, string, module, targets)
    if isinstance(uses, Blocked):
        return refuse(uses.code, uses.detail)
    return NamedModule(deprecated, line, (edit, *uses))


def _name_deprecated(value: str, deprecation: Deprecation) -> str | None:
    """Return the deprecated module that a string names; None if it names none."""
    return deprecation.identify(value.partition(":")[0]) if _DOTTED_NAME.fullmatch(value) else None


def _find_target(value: str, deprecation: Deprecation, targets: TargetFinder) -> str | Blocked:
    """Return the name that takes the place of `module`, `module.Name.attribute` or `module:Name`."""
    dotted, colon, item = value.partition(":")
    module = _find_module(dotted, deprecation, targets)
    rest = dotted[len(module) + 1 :]
    symbol, dot, attributes = (item or rest).partition(".")
    if not symbol or (colon and rest):
        target: Target | Blocked = targets.find_module(module)
        return target if isinstance(target, Blocked) else target.module
    target = targets.find_symbol(module, symbol)
    if isinstance(target, Blocked):
        return target
    return f"{target.module}{colon or '.'}{target.name}{dot}{attributes}"


def _find_module(dotted: str, deprecation: Deprecation, targets: TargetFinder) -> str:
    """Return the longest beginning of a name that is a module; of a ghost, what the contract names."""
    name = dotted
    while name:
        if targets.is_module(name):
            return name
        name = name.rpartition(".")[0]
        if name and not deprecation.covers(name):
            break
    return deprecation.identify(dotted) or dotted


class _Strings(libcst.CSTVisitor):
    """Collects the strings of a file that stand in no annotation."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[libcst.SimpleString] = []

    def visit_Annotation(self, node: libcst.Annotation) -> bool:  # noqa: ARG002, N802 (LibCST's name)
        return False

    def visit_SimpleString(self, node: libcst.SimpleString) -> None:  # noqa: N802
        self.found.append(node)
