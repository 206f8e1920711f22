"""Write newer syntax in the syntax of Python 3.11: the only module that knows LibCST.

A file that the parser of the running Python rejects may be valid for a newer one. Its newer parts are
replaced so that every statement and every line stays where it is; what an expression says may be lost:

- an f-string, or a t-string, becomes a plain string with as many line ends;
- type parameters vanish, and `type X = Y` becomes `X = lambda: Y`, which is no alias either;
- `except A, B:` gets parentheses, and `lazy import` becomes `import`.
"""

from __future__ import annotations

from typing import Any, TypeVar

import libcst

from archguard.graph.parsing.lexer import count_lines

_Scope = TypeVar("_Scope", libcst.FunctionDef, libcst.ClassDef)


class TranslationError(Exception):
    """LibCST cannot read the text either."""


def translate(source: str) -> str:
    """Return a module's text in older syntax, with the same line numbers.

    Raises:
        TranslationError: the text is not valid for any version of Python that LibCST knows.
    """
    try:
        module = libcst.parse_module(source)
    except libcst.ParserSyntaxError as error:
        raise TranslationError from error
    translated = module.visit(_Translator(module))
    code: str = translated.code
    return code


class _Translator(libcst.CSTTransformer):
    """Replaces what older versions of Python reject."""

    def __init__(self, module: libcst.Module) -> None:
        super().__init__()
        self._module = module

    def leave_FormattedString(  # noqa: N802 (LibCST's name)
        self, original_node: libcst.FormattedString, updated_node: libcst.FormattedString
    ) -> libcst.BaseExpression:
        return self._make_string(original_node, updated_node)

    def leave_TemplatedString(  # noqa: N802
        self, original_node: libcst.TemplatedString, updated_node: libcst.TemplatedString
    ) -> libcst.BaseExpression:
        return self._make_string(original_node, updated_node)

    def leave_FunctionDef(  # noqa: N802
        self, original_node: libcst.FunctionDef, updated_node: libcst.FunctionDef
    ) -> libcst.FunctionDef:
        return self._remove_type_parameters(original_node, updated_node)

    def leave_ClassDef(  # noqa: N802
        self, original_node: libcst.ClassDef, updated_node: libcst.ClassDef
    ) -> libcst.ClassDef:
        return self._remove_type_parameters(original_node, updated_node)

    def leave_TypeAlias(  # noqa: N802
        self, original_node: libcst.TypeAlias, updated_node: libcst.TypeAlias
    ) -> libcst.BaseSmallStatement:
        code = self._module.code_for_node(original_node)
        value = self._module.code_for_node(original_node.value)
        target = libcst.AssignTarget(
            target=updated_node.name,
            whitespace_before_equal=_join_lines(_count(code) - _count(value)),
        )
        made = libcst.Lambda(params=libcst.Parameters(), body=updated_node.value)
        return libcst.Assign(targets=[target], value=made, semicolon=updated_node.semicolon)

    def leave_ExceptHandler(  # noqa: N802
        self,
        original_node: libcst.ExceptHandler,  # noqa: ARG002
        updated_node: libcst.ExceptHandler,
    ) -> libcst.ExceptHandler:
        return updated_node.with_changes(type=_add_parentheses(updated_node.type))

    def leave_ExceptStarHandler(  # noqa: N802
        self,
        original_node: libcst.ExceptStarHandler,  # noqa: ARG002
        updated_node: libcst.ExceptStarHandler,
    ) -> libcst.ExceptStarHandler:
        return updated_node.with_changes(type=_add_parentheses(updated_node.type))

    def leave_LazyImport(  # noqa: N802
        self,
        original_node: libcst.LazyImport,  # noqa: ARG002
        updated_node: libcst.LazyImport,
    ) -> libcst.Import:
        return libcst.Import(
            names=updated_node.names,
            semicolon=updated_node.semicolon,
            whitespace_after_import=updated_node.whitespace_after_import,
        )

    def leave_LazyImportFrom(  # noqa: N802
        self,
        original_node: libcst.LazyImportFrom,  # noqa: ARG002
        updated_node: libcst.LazyImportFrom,
    ) -> libcst.ImportFrom:
        return libcst.ImportFrom(
            module=updated_node.module,
            names=updated_node.names,
            relative=updated_node.relative,
            lpar=updated_node.lpar,
            rpar=updated_node.rpar,
            semicolon=updated_node.semicolon,
            whitespace_after_from=updated_node.whitespace_after_from,
            whitespace_before_import=updated_node.whitespace_before_import,
            whitespace_after_import=updated_node.whitespace_after_import,
        )

    def _make_string(self, original: Any, updated: Any) -> libcst.SimpleString:
        # The brackets around it are kept, with their line ends.
        bare = original.with_changes(lpar=[], rpar=[])
        lines = _count(self._module.code_for_node(bare))
        quote = "'''" if lines else "'"
        value = f"{quote}{chr(10) * lines}{quote}"
        return libcst.SimpleString(value=value, lpar=updated.lpar, rpar=updated.rpar)

    def _remove_type_parameters(self, original: _Scope, updated: _Scope) -> _Scope:
        if original.type_parameters is None:
            return updated
        parts = (
            original.whitespace_after_name,
            original.type_parameters,
            original.whitespace_after_type_parameters,
        )
        lines = sum(_count(self._module.code_for_node(part)) for part in parts)
        return updated.with_changes(
            type_parameters=None,
            whitespace_after_name=_join_lines(lines),
            whitespace_after_type_parameters=libcst.SimpleWhitespace(""),
        )


def _count(code: str) -> int:
    return count_lines(code, 0, len(code))


def _join_lines(count: int) -> libcst.SimpleWhitespace:
    return libcst.SimpleWhitespace("\\\n" * count)


def _add_parentheses(expression: libcst.BaseExpression | None) -> libcst.BaseExpression | None:
    if not isinstance(expression, libcst.Tuple) or expression.lpar:
        return expression
    return expression.with_changes(lpar=[libcst.LeftParen()], rpar=[libcst.RightParen()])
