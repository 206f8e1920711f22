"""The `deprecated` contract type: modules that nothing may import any more.

It is an ordinary import-linter contract type: with
`contract_types = ["deprecated: archguard.contract_types.deprecated.DeprecatedContract"]`
`lint-imports` runs it as well, on the graph that grimp gives it.
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

from archguard.contract_types.chains import importers_of
from archguard.contract_types.verdict import Edge, Finding
from archguard.graph.grimp_api import ModuleNotPresent
from archguard.graph.module_expressions import compile_expressions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from importlinter.domain.imports import ImportExpression, ModuleExpression

    from archguard.graph.grimp_api import ImportGraph

_PART = r"(?:[\w-]+|\*{1,2})"
# A number, a date or a flag of TOML arrives as its text: none begins like a module.
_MODULE_EXPRESSION = re.compile(rf"(?!\d|(?:True|False)$){_PART}(?:\.{_PART})*")
_MODULE = re.compile(r"[\w-]+(?:\.[\w-]+)*")
_PLAIN_MODULE = re.compile(r"\w+(?:\.\w+)*")


class DeprecatedModuleField(fields.ModuleExpressionField):
    """A module expression that could name a module: it may name none, so nobody else would notice."""

    def parse(self, expression: str | list[str]) -> ModuleExpression:
        """The expression."""
        parsed = super().parse(expression.strip() if isinstance(expression, str) else expression)
        if not _MODULE_EXPRESSION.fullmatch(parsed.expression):
            raise fields.ValidationError(f"'{parsed}' cannot be the name of a module.")
        return parsed


class AllowanceField(fields.ImportExpressionField):
    """An import expression `importer -> deprecated module`."""

    def parse(self, raw_data: str | list[str]) -> ImportExpression:
        """The expression."""
        parsed = super().parse(raw_data)
        for side in (parsed.importer, parsed.imported):
            DeprecatedModuleField().parse(side.expression)
        return parsed


class ReplacementField(fields.Field[dict[str, str]]):
    """One module for all, or a table (in INI files: lines `old -> new`) from old to new."""

    def parse(self, raw_data: str | list[str] | dict[str, str]) -> dict[str, str]:
        """Old -> new; a single replacement stands under the empty name."""
        pairs = list(raw_data.items()) if isinstance(raw_data, dict) else _pairs(raw_data)
        table: dict[str, str] = {}
        for old, new in pairs:
            if old in table:
                raise fields.ValidationError(f"'{old}' has two replacements.")
            if not _MODULE.fullmatch(new):
                raise fields.ValidationError(f"'{new}' cannot be the name of a module.")
            table[old] = new
        return table


def _pairs(raw_data: str | list[str]) -> list[tuple[str, str]]:
    lines = raw_data if isinstance(raw_data, list) else [raw_data]
    lines = [line.strip() for line in lines if line.strip()]
    if len(lines) == 1 and "->" not in lines[0]:
        return [("", lines[0])]
    parted = [line.partition("->") for line in lines]
    pairs = [(old.strip(), new.strip()) for old, _, new in parted]
    if not all(old and new for old, new in pairs):
        raise fields.ValidationError('Must be one module, or lines "old -> new".')
    return pairs


class DateField(fields.Field[datetime.date]):
    """A date, YYYY-MM-DD."""

    def parse(self, raw_data: str | list[str] | datetime.date) -> datetime.date:
        """The date."""
        # A date as TOML has it is written as YYYY-MM-DD too; one with a time of day is not.
        text = str(raw_data).strip()
        try:
            date = datetime.date.fromisoformat(text)
        except ValueError:
            date = None
        if date is None or date.isoformat() != text:
            raise fields.ValidationError(f"'{text}' is not a date like 2026-12-31.")
        return date


class DeprecatedContract(Contract):
    """Deprecated modules, and everything below them, are imported by nothing but one another.

    A deprecated module need not exist: an import of it counts all the same (archguard finds those;
    `lint-imports`, whose graph ends where modules do, does not).

    Configuration options:
        - deprecated_modules:  Module expressions.
        - allowed_importers:   Import expressions "importer -> deprecated", for the few that may
                               stay. The right side covers its descendants. (Optional.)
        - replacement:         What to import instead: a module, or a table from old to new.
                               (Optional.)
        - owner:               Who answers for the migration. (Optional.)
        - deadline:            When the count is to be zero. (Optional.)
        - enforce_deadline:    After the deadline no baseline excuses a violation. (Default: false.)
        - count_references:    Count literal strings that name a deprecated module as violations;
                               `lint-imports` sees none. (Default: false.)
        - ignore_imports, unmatched_ignore_imports_alerting, broken_contract_guidance:
                               as in import-linter's own types.
    """

    type_name = "deprecated"

    # Typed as what they hold once parsed.
    deprecated_modules: Any = fields.SetField(subfield=DeprecatedModuleField())
    allowed_importers: Any = fields.SetField(subfield=AllowanceField(), required=False)
    replacement: Any = ReplacementField(required=False)
    owner = fields.StringField(required=False)
    deadline = DateField(required=False)
    enforce_deadline = fields.BooleanField(default=False)
    count_references = fields.BooleanField(default=False)
    ignore_imports: Any = fields.SetField(subfield=fields.ImportExpressionField(), required=False)
    unmatched_ignore_imports_alerting: Any = fields.EnumField(AlertLevel, default=AlertLevel.ERROR)
    broken_contract_guidance: Any = fields.TextField(required=False)

    def validate(self) -> None:
        """Refuse a contract that forbids nothing, or that sends people from bad to bad."""
        expressions = _expressions(self.deprecated_modules)
        if not expressions:
            raise InvalidContractOptions({"deprecated_modules": "Must name at least one module."})
        matches = compile_expressions(expressions).match
        for new in (self.replacement or {}).values():
            if matches(new):
                raise InvalidContractOptions({"replacement": f"'{new}' is deprecated itself."})

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002
        """Kept if no module outside the deprecated ones imports one of them."""
        removal = remove_ignored_imports_and_report(
            graph=graph,
            ignore_imports=self.ignore_imports,
            unmatched_alerting=self.unmatched_ignore_imports_alerting,
        )
        deprecated = _covered(graph, _expressions(self.deprecated_modules))
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
            warnings=[*removal.warnings, *stale],
            ignored_import_count=removal.ignored_import_count,
            metadata={"edges": edges, "deprecated": deprecated},
        )

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print the violations the way `lint-imports` prints those of its own types."""
        for edge in sorted(check.metadata["edges"]):
            new = replacement_for(edge.imported, self.replacement)
            hint = f" (use {new})" if new else ""
            output.print_error(f"- {edge.importer} -> {edge.imported}{hint}", bold=False)
        output.new_line()
        render_broken_contract_guidance(self.broken_contract_guidance)


def find(contract: Contract, check: ContractCheck, graph: ImportGraph) -> Finding:  # noqa: ARG001
    """Its violations are direct imports already; exposed is whoever reaches a deprecated module."""
    deprecated: set[str] = check.metadata["deprecated"]
    return Finding(frozenset(check.metadata["edges"]), frozenset(importers_of(graph, deprecated)))


def replacement_for(module: str, replacement: Mapping[str, str] | None) -> str | None:
    """What to import instead of a deprecated module: the entry of its nearest ancestor."""
    if not replacement:
        return None
    name = module
    while name and name not in replacement:
        name = name.rpartition(".")[0]
    return replacement.get(name)


def _expressions(expressions: Iterable[ModuleExpression]) -> tuple[str, ...]:
    return tuple(sorted(expression.expression for expression in expressions))


def _covered(graph: ImportGraph, expressions: tuple[str, ...]) -> set[str]:
    """The modules that the expressions name, with their descendants."""
    found: set[str] = set()
    for expression in expressions:
        if not _PLAIN_MODULE.fullmatch(expression):
            # A wildcard covers descendants too, which grimp's own matching does not.
            matches = compile_expressions((expression,)).match
            found |= {module for module in graph.modules if matches(module)}
            continue
        try:
            has_descendants = not graph.is_module_squashed(expression)
        except ModuleNotPresent:
            found |= graph.find_matching_modules(f"{expression}.**")  # it is gone, they need not be
            continue
        found.add(expression)
        if has_descendants:
            found |= graph.find_descendants(expression)
    return found


def _allows(allowance: ImportExpression, edge: Edge) -> bool:
    importers = compile_expressions((allowance.importer.expression,))
    match = importers.match(edge.importer)
    if match is None or match[1] != edge.importer:
        return False
    return compile_expressions((allowance.imported.expression,)).match(edge.imported) is not None
