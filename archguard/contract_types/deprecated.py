"""The `deprecated` contract type: modules that nothing may import any more.

It is an ordinary import-linter contract type: with
`contract_types = ["deprecated: archguard.contract_types.deprecated.DeprecatedContract"]`
`lint-imports` runs it as well, on the graph that grimp gives it.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from importlinter import Contract, ContractCheck, fields, output
from importlinter.application.contract_utils import (
    AlertLevel,
    remove_ignored_imports_and_report,
    render_broken_contract_guidance,
)
from importlinter.domain.imports import ImportExpression, ModuleExpression

from archguard.contract_types.finding import Edge, Finding
from archguard.contract_types.reach import with_descendants
from archguard.graph import ImportGraph
from archguard.graph.names import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class ReplacementField(fields.Field):
    """One module for all, or a table (in INI files: lines `old -> new`) from old to new."""

    def parse(self, raw_data: str | list[str] | dict[str, str]) -> dict[str, str]:
        """Old -> new; a single replacement stands under the empty name."""
        if isinstance(raw_data, dict):
            return dict(raw_data)
        lines = raw_data if isinstance(raw_data, list) else [raw_data]
        pairs = {}
        for line in filter(str.strip, lines):
            old, arrow, new = line.partition("->")
            if not arrow and len(lines) > 1:
                raise fields.ValidationError('Must be one module, or lines "old -> new".')
            pairs[old.strip() if arrow else ""] = (new if arrow else old).strip()
        return pairs


class DateField(fields.Field):
    """A date, YYYY-MM-DD."""

    def parse(self, raw_data: str | list[str] | datetime.date) -> datetime.date:
        """The date."""
        if isinstance(raw_data, datetime.date):
            return raw_data
        try:
            return datetime.date.fromisoformat(str(raw_data).strip())
        except ValueError as error:
            raise fields.ValidationError(f"'{raw_data}' is not a date like 2026-12-31.") from error


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

    deprecated_modules = fields.SetField(subfield=fields.ModuleExpressionField())
    allowed_importers = fields.SetField(subfield=fields.ImportExpressionField(), required=False)
    replacement = ReplacementField(required=False)
    owner = fields.StringField(required=False)
    deadline = DateField(required=False)
    enforce_deadline = fields.BooleanField(default=False)
    count_references = fields.BooleanField(default=False)
    ignore_imports = fields.SetField(subfield=fields.ImportExpressionField(), required=False)
    unmatched_ignore_imports_alerting = fields.EnumField(AlertLevel, default=AlertLevel.ERROR)
    broken_contract_guidance = fields.TextField(required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002
        """Kept if no module outside the deprecated ones imports one of them."""
        removal = remove_ignored_imports_and_report(
            graph=graph,
            ignore_imports=self.ignore_imports,  # type: ignore[arg-type]
            unmatched_alerting=self.unmatched_ignore_imports_alerting,  # type: ignore[arg-type]
        )
        deprecated = _expand(graph, _expressions(self.deprecated_modules))
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
            new = replacement_for(edge.imported, self.replacement)  # type: ignore[arg-type]
            hint = f" (use {new})" if new else ""
            output.print_error(f"- {edge.importer} -> {edge.imported}{hint}", bold=False)
        output.new_line()
        render_broken_contract_guidance(self.broken_contract_guidance)  # type: ignore[arg-type]


def find(contract: DeprecatedContract, check: ContractCheck, graph: ImportGraph) -> Finding:
    """Its violations are direct imports already; exposed is whoever reaches a deprecated module."""
    deprecated: set[str] = check.metadata["deprecated"]
    exposed = set().union(*(graph.find_downstream_modules(module) for module in deprecated))
    return Finding(frozenset(check.metadata["edges"]), frozenset(exposed - deprecated))


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


def _expand(graph: ImportGraph, expressions: tuple[str, ...]) -> set[str]:
    matches = pattern(expressions).match
    tops = {module for module in graph.modules if matches(module)}
    return set().union(*(with_descendants(graph, module) for module in tops))


def _allows(allowance: ImportExpression, edge: Edge) -> bool:
    importers = pattern((allowance.importer.expression,))
    match = importers.match(edge.importer)
    if match is None or match[1] != edge.importer:
        return False
    return pattern((allowance.imported.expression,)).match(edge.imported) is not None
