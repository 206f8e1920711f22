"""The `canonical` contract type: classes that match a pattern may only be the canonical ones.

It is judged on definitions, not on imports: see `canonical_family`. With
`contract_types = ["canonical: archguard.contract_types.canonical.CanonicalContract"]`
`lint-imports` runs it too, in the folder that holds the root packages.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from importlinter import Contract, ContractCheck, fields, output
from importlinter.application.contract_utils import render_broken_contract_guidance
from importlinter.domain.contract import InvalidContractOptions

from archguard.contract_types.canonical_family import CanonicalRule, find_family
from archguard.contract_types.deprecated import AnyField, DateField
from archguard.contract_types.verdict import Edge, Finding

if TYPE_CHECKING:
    from archguard.contract_types.canonical_family import CanonicalFamily
    from archguard.graph.grimp_api import ImportGraph

_DEFINITION = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*:[^\W\d]\w*(?:\.[^\W\d]\w*)*")


class DefinitionField(fields.Field[str]):
    """A definition, `package.module:Name`."""

    def parse(self, raw_data: str | list[str]) -> str:
        """Return the name of a definition."""
        text = str(raw_data).strip()
        if not _DEFINITION.fullmatch(text):
            raise fields.ValidationError(f"'{text}' is not of the form 'package.module:Name'.")
        return text


class PatternField(fields.Field[str]):
    """A pattern of names, as for `fnmatch`."""

    def parse(self, raw_data: str | list[str]) -> str:
        """Return a pattern."""
        text = str(raw_data).strip()
        if not text:
            raise fields.ValidationError("An empty pattern matches nothing.")
        return text


class CanonicalContract(Contract):
    """Of the classes whose names match, only the canonical ones may exist.

    Configuration options:
        - canonical:           The classes that should stay, `package.module:Name`.
        - matches:             Patterns of the names of the family's classes, as for `fnmatch`.
        - allowed:             Other classes that may stay: their ids, or patterns of ids. (Optional.)
        - include_tests:       Judge test files, too. (Default: false.)
        - count_aliases:       Count aliases and re-exports, which are listed otherwise.
                               (Default: false.)
        - owner, deadline, enforce, enforce_deadline, stages, previous_ids, broken_contract_guidance:
                               as in `deprecated`.
    """

    type_name = "canonical"

    # Typed as their parsed values.
    canonical: Any = fields.SetField(subfield=DefinitionField())
    matches: Any = fields.SetField(subfield=PatternField())
    allowed: Any = fields.SetField(subfield=PatternField(), required=False)
    include_tests: Any = fields.BooleanField(default=False)
    count_aliases: Any = fields.BooleanField(default=False)
    owner = fields.StringField(required=False)
    deadline = DateField(required=False)
    enforce = fields.StringField(required=False)
    enforce_deadline = fields.BooleanField(default=False)
    stages: Any = AnyField(required=False)
    previous_ids: Any = fields.SetField(subfield=fields.StringField(), required=False)
    broken_contract_guidance: Any = fields.TextField(required=False)

    def validate(self) -> None:
        """Refuse a contract that names no canonical class, or no pattern."""
        for option in ("canonical", "matches"):
            if not getattr(self, option):
                raise InvalidContractOptions({option: "Must name at least one."})

    @property
    def rule(self) -> CanonicalRule:
        """What the options say."""
        return CanonicalRule(
            canonical=tuple(sorted(self.canonical)),
            matches=tuple(sorted(self.matches)),
            allowed=tuple(sorted(self.allowed or ())),
            include_tests=bool(self.include_tests),
        )

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002
        """Return whether no class but the canonical ones matches, in the working folder.

        A graph of imports has no definitions, so the sources are read for them.
        """
        family = self._read_family()
        edges = {
            Edge(one.module, one.id)
            for one in (*family.definitions, *(family.aliases if self.count_aliases else ()))
            if not family.find_allowing(one.id)
        }
        missing = [f"The canonical {one} does not exist." for one in family.missing]
        return ContractCheck(kept=not edges, warnings=missing, metadata={"edges": edges})

    def _read_family(self) -> CanonicalFamily:
        from archguard.definitions.tree_definitions import TreeDefinitions  # noqa: PLC0415
        from archguard.graph.analysis import analyse  # noqa: PLC0415
        from archguard.graph.model import AnalysisOptions  # noqa: PLC0415
        from archguard.graph.scanning.cache import Cache  # noqa: PLC0415
        from archguard.sources.working_tree import WorkingTree  # noqa: PLC0415

        source, cache, jobs = WorkingTree(os.getcwd()), Cache(None), os.cpu_count() or 1
        options = AnalysisOptions(tuple(self.session_options["root_packages"]))
        analysis = analyse(source, options, cache=cache, jobs=jobs).result()
        with TreeDefinitions(source, analysis, cache=cache, jobs=jobs) as definitions:
            return find_family(self.rule, analysis, definitions)

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print the violations as `lint-imports` prints those of its own types."""
        for edge in sorted(check.metadata["edges"]):
            output.print_error(f"- {edge.imported}", bold=False)
        output.new_line()
        render_broken_contract_guidance(self.broken_contract_guidance)


def find(contract: CanonicalContract, check: ContractCheck, graph: ImportGraph) -> Finding:  # noqa: ARG001
    """Return the definitions, each as an edge from its module."""
    return Finding(edges=frozenset(check.metadata["edges"]))
