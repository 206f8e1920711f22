"""Find the uses of a module that an import binds, and what they become."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import libcst
from libcst.metadata import ExpressionContext, ImportAssignment

from archguard.consolidation.rewrite.refusal import Refusal, RefusalCode
from archguard.consolidation.rewrite.targets import Blocked
from archguard.consolidation.rewrite.text_edit import TextEdit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from libcst.metadata import Scope

    from archguard.consolidation.rewrite.parsed_file import ParsedFile
    from archguard.consolidation.rewrite.targets import Target, TargetFinder


class BoundModule(NamedTuple):
    """A deprecated module that an import binds to a name."""

    deprecated: str
    """The module as the contract names it."""
    old: str
    """The module, in full."""
    written: tuple[str, ...]
    """How the file writes it: `("pkg", "old")` after `import pkg.old`, else one local name."""
    new: str
    """The module that takes its place."""
    node: libcst.Import | libcst.ImportFrom
    number: int
    """Which name of the statement it is."""

    @property
    def is_dotted(self) -> bool:
        """Whether it is `import a.b`, which binds the top-level package alone."""
        return isinstance(self.node, libcst.Import) and ".".join(self.written) == self.old


class ModuleUse(NamedTuple):
    """A place that reads a name of a bound module, and its edit."""

    bound: BoundModule
    edit: TextEdit | None
    """None if the text stays."""
    home: str
    """The module that it needs now."""


class UseFinder:
    """Looks for uses in one file."""

    def __init__(self, file: ParsedFile, bound: Sequence[BoundModule], targets: TargetFinder) -> None:
        self._file = file
        self._bound = bound
        self._nodes = {one.node for one in bound}
        self._targets = targets

    def find(self) -> Iterator[ModuleUse | Refusal]:
        """Yield every use, or why it cannot be rewritten.

        Raises:
            WorkerError: no child process can be started to read a module.
        """
        names = _Names()
        self._file.module.visit(names)
        for name in names.found:
            if self._file.find_context(name) is ExpressionContext.LOAD:
                yield from self._read_name(name)
        for string in names.annotations:
            yield from self._read_annotation(string)

    def _read_name(self, name: libcst.Name) -> Iterator[ModuleUse | Refusal]:
        scope = self._file.find_scope(name)
        if scope is None:
            return
        bound = self._list_bound(name.value, scope)
        attributes = self._climb(name) if bound else []
        parts = (name.value, *(attribute.attr.value for attribute in attributes))
        matching = [one for one in bound if parts[: len(one.written)] == one.written]
        if not matching:
            yield from self._check_top(name, scope, bound)
            return
        length = max(len(one.written) for one in matching)
        # Several imports may bind the name; the use is the same for all of them, or unclear.
        uses = [
            self._read_use(one, attributes, parts, scope, self._file.find_line(name))
            for one in matching
            if len(one.written) == length
        ]
        yield from _agree(uses, name.value, self._file.find_line(name))

    def _list_bound(self, name: str, scope: Scope) -> list[BoundModule]:
        """Return the modules that a name may be in a scope."""
        bound = [one for one in self._bound if one.written[0] == name]
        imports = _list_imports(scope, name) if bound else frozenset()
        return [one for one in bound if one.node in imports]

    def _read_use(
        self,
        bound: BoundModule,
        attributes: Sequence[libcst.Attribute],
        parts: Sequence[str],
        scope: Scope,
        line: int,
    ) -> ModuleUse | Refusal:
        depth, module = self._descend(bound, parts)
        if depth == len(parts):
            detail = f"{module} itself is used, so that any of its names may be."
            return Refusal(bound.deprecated, RefusalCode.MODULE_ESCAPES, line, detail)
        attribute = attributes[depth - 1]
        if self._file.find_context(attribute) is not ExpressionContext.LOAD:
            detail = f"{parts[depth]} of {module} is assigned or deleted."
            return Refusal(bound.deprecated, RefusalCode.MODULE_ASSIGNED, line, detail)
        return self._make_use(bound, module, attribute, scope, line)

    def _make_use(
        self, bound: BoundModule, module: str, attribute: libcst.Attribute, scope: Scope, line: int
    ) -> ModuleUse | Refusal:
        symbol = attribute.attr.value
        target = self._targets.find_symbol(module, symbol)
        if isinstance(target, Blocked):
            return Refusal(bound.deprecated, target.code, line, target.detail)
        stays = module == bound.old and target.module == bound.new
        if stays and target.name == symbol and not bound.is_dotted:
            return ModuleUse(bound, None, target.module)
        if not bound.is_dotted and not self._is_only_ours(scope, bound.written[0]):
            return Refusal(
                bound.deprecated,
                RefusalCode.NAME_TAKEN,
                line,
                f"{bound.written[0]} is bound elsewhere, too, so that {symbol} may be another module's.",
            )
        if stays and not bound.is_dotted:
            span = self._file.find_span(attribute.attr)
            return ModuleUse(bound, TextEdit(*span, target.name), target.module)
        return self._replace_whole(bound, target, attribute, scope, line)

    def _replace_whole(
        self, bound: BoundModule, target: Target, node: libcst.CSTNode, scope: Scope, line: int
    ) -> ModuleUse | Refusal:
        """Return the edit that writes a use as `home.name`, which needs `import home`."""
        if not is_free(scope, target.module):
            top = target.module.partition(".")[0]
            detail = f"{top} means something else here, so that {target.module} cannot be written."
            return Refusal(bound.deprecated, RefusalCode.NAME_TAKEN, line, detail)
        span = self._file.find_span(node)
        edit = TextEdit(*span, f"{target.module}.{target.name}")
        return ModuleUse(bound, edit, target.module)

    def _descend(self, bound: BoundModule, parts: Sequence[str]) -> tuple[int, str]:
        """Return how many parts of a chain name a module, and which: a submodule may follow."""
        depth, module = len(bound.written), bound.old
        while depth < len(parts) and self._targets.is_module(f"{module}.{parts[depth]}"):
            module = f"{module}.{parts[depth]}"
            depth += 1
        return depth, module

    def _climb(self, name: libcst.Name) -> list[libcst.Attribute]:
        """Return the attributes that are read from a name, one from the other."""
        attributes: list[libcst.Attribute] = []
        node: libcst.CSTNode = name
        while True:
            parent = self._file.find_parent(node)
            if not isinstance(parent, libcst.Attribute) or parent.value is not node:
                return attributes
            attributes.append(parent)
            node = parent

    def _check_top(
        self, name: libcst.Name, scope: Scope, bound: Sequence[BoundModule]
    ) -> Iterator[Refusal]:
        """Yield why `import top.old` cannot go: its top-level package is used for more."""
        for one in bound:
            if not one.is_dotted or one.new.partition(".")[0] == name.value:
                continue
            if _list_imports(scope, name.value) <= self._nodes:
                yield Refusal(
                    one.deprecated,
                    RefusalCode.NAME_TAKEN,
                    self._file.find_line(name),
                    f"{name.value} is used for more than {one.old}; import that by itself first.",
                )

    def _read_annotation(self, string: libcst.SimpleString) -> Iterator[ModuleUse | Refusal]:
        """Yield the uses in an annotation that is written as a string."""
        scope = self._file.find_scope(string)
        start = self._file.find_span(string).start
        line = self._file.find_line(string)
        for one in self._bound:
            if scope is not None and one not in self._list_bound(one.written[0], scope):
                continue
            written = r"\.".join(map(re.escape, one.written))
            for match in re.finditer(rf"(?<![\w.]){written}\.(\w+)", string.value):
                target = self._targets.find_symbol(one.old, match[1])
                if isinstance(target, Blocked):
                    yield Refusal(one.deprecated, target.code, line, target.detail)
                    continue
                prefix = ".".join(one.written)
                if one.is_dotted or target.module != one.new:
                    prefix = target.module
                text = f"{prefix}.{target.name}"
                before = len(string.value[: match.start()].encode())
                end = before + len(match[0].encode())
                edit = TextEdit(start + before, start + end, text)
                yield ModuleUse(one, edit if text != match[0] else None, target.module)

    def _is_only_ours(self, scope: Scope, name: str) -> bool:
        return all(isinstance(one, ImportAssignment) and one.node in self._nodes for one in scope[name])


def _agree(uses: Sequence[ModuleUse | Refusal], name: str, line: int) -> Iterator[ModuleUse | Refusal]:
    """Yield the uses that one place has, or why it cannot be rewritten."""
    refusals = [use for use in uses if isinstance(use, Refusal)]
    made = [use for use in uses if isinstance(use, ModuleUse)]
    if refusals or len({use.edit for use in made}) == 1:
        yield from refusals or made
        return
    for use in made:
        detail = f"{name} is one module or another, and each has another replacement."
        yield Refusal(use.bound.deprecated, RefusalCode.NAME_TAKEN, line, detail)


def is_free(scope: Scope | None, module: str) -> bool:
    """Return whether `import module` would leave what its first name means in a scope."""
    top = module.partition(".")[0]
    if scope is None or top not in scope:
        return True
    return all(_binds_top(one, top) for one in scope[top])


def _binds_top(assignment: object, top: str) -> bool:
    """Return whether an assignment is `import top` or `import top.more`, or a builtin's."""
    node = getattr(assignment, "node", None)
    if node is None:
        return True
    if not isinstance(assignment, ImportAssignment) or not isinstance(node, libcst.Import):
        return False
    return any(
        alias.evaluated_name.partition(".")[0] == top and alias.evaluated_alias in (None, top)
        for alias in node.names
    )


def _list_imports(scope: Scope, name: str) -> frozenset[libcst.CSTNode]:
    if name not in scope:
        return frozenset()
    return frozenset(one.node for one in scope[name] if isinstance(one, ImportAssignment))


class _Names(libcst.CSTVisitor):
    """Collects the names of a file, and the strings in its annotations."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[libcst.Name] = []
        self.annotations: list[libcst.SimpleString] = []
        self._annotation_depth = 0

    def visit_Annotation(self, node: libcst.Annotation) -> None:  # noqa: ARG002, N802 (LibCST's name)
        self._annotation_depth += 1

    def leave_Annotation(self, original_node: libcst.Annotation) -> None:  # noqa: ARG002, N802
        self._annotation_depth -= 1

    def visit_Name(self, node: libcst.Name) -> None:  # noqa: N802
        self.found.append(node)

    def visit_SimpleString(self, node: libcst.SimpleString) -> None:  # noqa: N802
        if self._annotation_depth:
            self.annotations.append(node)
