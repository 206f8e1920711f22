"""The `deprecated` contract type: modules, and symbols of modules, that may no longer be imported.

It is an ordinary import-linter contract type. With
`contract_types = ["deprecated: archguard.contract_types.deprecated.DeprecatedContract"]`
`lint-imports` runs it too, on the graph that grimp builds.
"""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, Any

from importlinter import Contract, ContractCheck, fields, output
from importlinter.application.contract_utils import (
    AlertLevel,
    remove_ignored_imports_and_report,
    render_broken_contract_guidance,
)
from importlinter.domain.contract import InvalidContractOptions

from archguard.configuration.contract_exception import parse_day
from archguard.contract_types.chains import find_importers
from archguard.contract_types.verdict import Edge, Finding
from archguard.graph.grimp_api import ModuleNotPresent
from archguard.graph.module_expressions import compile_expressions, list_enclosing, make_deprecation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from importlinter.domain.imports import ImportExpression, ModuleExpression

    from archguard.graph.grimp_api import ImportGraph

_PART = r"(?:[\w-]+|\*{1,2})"
# Numbers, dates and booleans of TOML arrive as text; none of them can be the name of a module.
_MODULE_EXPRESSION = re.compile(rf"(?!\d|(?:True|False)$){_PART}(?:\.{_PART})*")
_MODULE = re.compile(r"[\w-]+(?:\.[\w-]+)*")
_SYMBOL = re.compile(r"[\w-]+(?:\.[\w-]+)*:[^\W\d]\w*")
_PLAIN_MODULE = re.compile(r"\w+(?:\.\w+)*")


class DeprecatedModuleField(fields.ModuleExpressionField):
    """A module expression that could name a module. It may match none, so nothing else finds typos."""

    def parse(self, expression: str | list[str]) -> ModuleExpression:
        """Parse a module expression."""
        parsed = super().parse(expression.strip() if isinstance(expression, str) else expression)
        if not _MODULE_EXPRESSION.fullmatch(parsed.expression):
            raise fields.ValidationError(f"'{parsed}' cannot be the name of a module.")
        return parsed


class AllowanceField(fields.ImportExpressionField):
    """An import expression `importer -> deprecated module`, or `importer -> module:Name`."""

    def parse(self, raw_data: str | list[str]) -> ImportExpression:
        """Parse an import expression."""
        parsed = super().parse(raw_data)
        DeprecatedModuleField().parse(parsed.importer.expression)
        if not _SYMBOL.fullmatch(parsed.imported.expression):
            DeprecatedModuleField().parse(parsed.imported.expression)
        return parsed


class SymbolField(fields.StringField):
    """A name of a module, `module:Name`."""

    def parse(self, raw_data: str | list[str]) -> str:
        """Parse a symbol."""
        symbol: str = super().parse(raw_data).strip()
        if not _SYMBOL.fullmatch(symbol):
            raise fields.ValidationError(f"'{symbol}' is not a symbol like package.module:Name.")
        return symbol


class ReplacementField(fields.Field[dict[str, str]]):
    """One module, or a table from old to new ones (in INI files, lines `old -> new`).

    Either side of the table may be a symbol, `module:Name`.
    """

    def parse(self, raw_data: str | list[str] | dict[str, str]) -> dict[str, str]:
        """Return a mapping from old to new ones; the key of a single replacement is empty."""
        pairs = list(raw_data.items()) if isinstance(raw_data, dict) else _parse_pairs(raw_data)
        table: dict[str, str] = {}
        for old, new in pairs:
            if old in table:
                raise fields.ValidationError(f"'{old}' has two replacements.")
            # What a wildcard matches is carried to where the new one has one.
            pattern = _MODULE_EXPRESSION if "*" in old else _MODULE
            if not (pattern.fullmatch(new) or _SYMBOL.fullmatch(new)):
                raise fields.ValidationError(f"'{new}' cannot be the name of a module.")
            table[old] = new
        return table


def _parse_pairs(raw_data: str | list[str]) -> list[tuple[str, str]]:
    lines = raw_data if isinstance(raw_data, list) else [raw_data]
    lines = [line.strip() for line in lines if line.strip()]
    if len(lines) == 1 and "->" not in lines[0]:
        return [("", lines[0])]
    parts = [line.partition("->") for line in lines]
    pairs = [(old.strip(), new.strip()) for old, _, new in parts]
    if not all(old and new for old, new in pairs):
        raise fields.ValidationError('Must be one module, or lines "old -> new".')
    return pairs


class DateField(fields.Field[datetime.date]):
    """A date, YYYY-MM-DD."""

    def parse(self, raw_data: str | list[str] | datetime.date) -> datetime.date:
        """Parse a date."""
        # A TOML date has this format, too; one with a time of day does not.
        text = str(raw_data).strip()
        date = parse_day(text)
        if date is None:
            raise fields.ValidationError(f"'{text}' is not a date like 2026-12-31.")
        return date


class AnyField(fields.Field[Any]):
    """A value that only archguard reads."""

    def parse(self, raw_data: Any) -> Any:
        """Return the value as it is."""
        return raw_data


class DeprecatedContract(Contract):
    """Deprecated modules and their descendants may only be imported by each other.

    A deprecated module need not exist: imports of it count all the same. archguard finds them;
    `lint-imports` does not, as they are not in its graph.

    Configuration options:
        - deprecated_modules:  Module expressions.
        - deprecated_symbols:  Names of modules, "module:Name", by whatever path they are imported;
                               `lint-imports` sees none. (Optional.)
        - allowed_importers:   Import expressions "importer -> deprecated", for imports that may
                               stay. The right side includes descendants. (Optional.)
        - replacement:         What to import instead: a module, or a table from old to new.
                               (Optional.)
        - owner:               Who is responsible for the migration. (Optional.)
        - deadline:            When the count must be zero. (Optional.)
        - enforce:             What fails in archguard: `strict`, every violation; `ratchet`, new ones;
                               `report`, none. (Default: strict, or with a base ratchet.)
        - enforce_deadline:    After the deadline, every violation fails. (Default: false.)
        - stages:              From which days on which `enforce` holds. (Optional.)
        - previous_ids:        The ids that the contract had before. (Optional.)
        - kinds:               The kinds of import that archguard judges. (Default: all.)
        - count_references:    Count literal strings that name a deprecated module as violations;
                               `lint-imports` sees none. (Default: false.)
        - ignore_imports, unmatched_ignore_imports_alerting, broken_contract_guidance:
                               as in import-linter's own types.
    """

    type_name = "deprecated"

    # Typed as their parsed values.
    deprecated_modules: Any = fields.SetField(subfield=DeprecatedModuleField(), required=False)
    deprecated_symbols: Any = fields.SetField(subfield=SymbolField(), required=False)
    allowed_importers: Any = fields.SetField(subfield=AllowanceField(), required=False)
    replacement: Any = ReplacementField(required=False)
    owner = fields.StringField(required=False)
    deadline = DateField(required=False)
    enforce = fields.StringField(required=False)
    enforce_deadline = fields.BooleanField(default=False)
    stages: Any = AnyField(required=False)
    kinds: Any = fields.SetField(subfield=fields.StringField(), required=False)
    previous_ids: Any = fields.SetField(subfield=fields.StringField(), required=False)
    count_references = fields.BooleanField(default=False)
    ignore_imports: Any = fields.SetField(subfield=fields.ImportExpressionField(), required=False)
    unmatched_ignore_imports_alerting: Any = fields.EnumField(AlertLevel, default=AlertLevel.ERROR)
    broken_contract_guidance: Any = fields.TextField(required=False)

    def validate(self) -> None:
        """Refuse a contract without deprecated modules, or with a replacement that is deprecated."""
        expressions = _sorted_expressions(self.deprecated_modules or ())
        if not expressions and not self.deprecated_symbols:
            raise InvalidContractOptions({"deprecated_modules": "Must name at least one module."})
        matches = compile_expressions(expressions).match
        for new in (self.replacement or {}).values():
            if any(map(matches, list_enclosing(new))) or new in (self.deprecated_symbols or ()):
                raise InvalidContractOptions({"replacement": f"'{new}' is deprecated itself."})

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002
        """Return whether no module outside the deprecated ones imports one of them."""
        removal = remove_ignored_imports_and_report(
            graph=graph,
            ignore_imports=self.ignore_imports,
            unmatched_alerting=self.unmatched_ignore_imports_alerting,
        )
        expressions = _sorted_expressions(self.deprecated_modules or ())
        covers = make_deprecation(expressions).covers
        symbols = {symbol for symbol in self.deprecated_symbols or () if symbol in graph.modules}
        deprecated = _find_deprecated(graph, expressions) | symbols
        swallowed = [
            f"The symbol {symbol} lies in a deprecated module, and its imports count as imports of that."
            for symbol in sorted(self.deprecated_symbols or ())
            if covers(symbol.partition(":")[0])
        ]
        imports = {
            Edge(importer, module)
            for module in deprecated
            for importer in graph.find_modules_that_directly_import(module) - deprecated
        }
        allowances = sorted(self.allowed_importers or (), key=str)
        used = {a: {edge for edge in imports if _allows(a, edge)} for a in allowances}
        edges = imports.difference(*used.values())
        stale = [f"No import is allowed by {a} any more." for a in allowances if not used[a]]
        return ContractCheck(
            kept=not edges,
            warnings=[*removal.warnings, *swallowed, *stale],
            ignored_import_count=removal.ignored_import_count,
            metadata={"edges": edges, "deprecated": deprecated},
        )

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print the violations as `lint-imports` prints those of its own types."""
        for edge in sorted(check.metadata["edges"]):
            new = find_replacement(edge.imported, self.replacement)
            hint = f" (use {new})" if new else ""
            output.print_error(f"- {edge.importer} -> {edge.imported}{hint}", bold=False)
        output.new_line()
        render_broken_contract_guidance(self.broken_contract_guidance)


def find(contract: DeprecatedContract, check: ContractCheck, graph: ImportGraph) -> Finding:
    """Return the direct imports, and the modules that reach a deprecated one.

    An edge leads to the deprecated module as the contract names it, whichever submodule is imported.
    """
    deprecated: set[str] = check.metadata["deprecated"]
    deprecation = make_deprecation(_sorted_expressions(contract.deprecated_modules or ()))
    imports: dict[Edge, set[str]] = {}
    for importer, imported in check.metadata["edges"]:
        edge = Edge(importer, deprecation.identify(imported) or imported)
        imports.setdefault(edge, set()).add(imported)
    return Finding(
        edges=frozenset(imports),
        exposed=frozenset(find_importers(graph, deprecated)),
        imports={edge: frozenset(modules) for edge, modules in imports.items()},
    )


def find_replacement(module: str, replacement: Mapping[str, str] | None) -> str | None:
    """Return what to import instead of a deprecated module: the entry of its nearest ancestor.

    That of a symbol, `module:Name`, is its own entry, or else that of its module.
    """
    if not replacement:
        return None
    name = module
    while name and name not in replacement:
        name = name.rpartition(":" if ":" in name else ".")[0]
    return replacement.get(name)


def _sorted_expressions(expressions: Iterable[ModuleExpression]) -> tuple[str, ...]:
    return tuple(sorted(expression.expression for expression in expressions))


def _find_deprecated(graph: ImportGraph, expressions: tuple[str, ...]) -> set[str]:
    """Find the modules that the expressions match, with their descendants."""
    modules: set[str] = set()
    for expression in expressions:
        if not _PLAIN_MODULE.fullmatch(expression):
            # A wildcard matches descendants too, unlike in grimp.
            matches = compile_expressions((expression,)).match
            modules |= {module for module in graph.modules if matches(module)}
            continue
        try:
            has_descendants = not graph.is_module_squashed(expression)
        except ModuleNotPresent:
            modules |= graph.find_matching_modules(f"{expression}.**")  # its descendants may exist
            continue
        modules.add(expression)
        if has_descendants:
            modules |= graph.find_descendants(expression)
    return modules


def _allows(allowance: ImportExpression, edge: Edge) -> bool:
    importers = compile_expressions((allowance.importer.expression,))
    match = importers.match(edge.importer)
    if match is None or match[1] != edge.importer:
        return False
    matches = compile_expressions((allowance.imported.expression,)).match
    return any(map(matches, list_enclosing(edge.imported)))
