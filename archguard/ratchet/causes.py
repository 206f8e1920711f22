"""The added imports that make a change's new violations, of contracts that forbid chains.

A chain may be long, so the import that completes it may stand far from the violation. Those named are
the fewest without which there would be no new violations.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from archguard.checking.chain_steps import locate
from archguard.checking.judged_contract import find_judged_imports
from archguard.checking.pipeline import find_day
from archguard.checking.report import Cause, Causes
from archguard.consolidation.cause_search import BrokenContract, find_causes
from archguard.contract_types.loaded_contract import load_each_contract
from archguard.contract_types.verdict import Edge
from archguard.graph.import_graph import build_graph, graph_for_contract
from archguard.graph.model import ContractImports
from archguard.ratchet.judgement import read_tree, tolerate_unmatched_exceptions
from archguard.ratchet.translation import translate_configuration
from archguard.text import format_count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Set

    from archguard.checking.judged_imports import JudgedImports
    from archguard.checking.pipeline import CheckRequest
    from archguard.checking.report import Identity, Report
    from archguard.configuration import Configuration
    from archguard.contract_types.loaded_contract import LoadedContract
    from archguard.contract_types.verdict import Passage
    from archguard.graph.grimp_api import ImportGraph
    from archguard.graph.model import Analysis
    from archguard.ratchet.base import Base
    from archguard.ratchet.judgement import Judgement

_GIVEN_UP = "The imports that make the new violations are not named: they are too many to be searched."


class _Tree(NamedTuple):
    """A tree, and the contracts that forbid chains in it."""

    analysis: Analysis
    contracts: Mapping[str, LoadedContract]
    imports: Mapping[str, JudgedImports]
    """What each of the contracts judges."""


class _Change(NamedTuple):
    """A tree, and what a change added to its imports."""

    tree: _Tree
    graph: ImportGraph
    added: Mapping[str, Set[Edge]]
    """The added imports, as far as each contract judges them."""

    def iterate_passages(self, contract: str) -> Iterator[Passage]:
        """Yield the ways of a contract's forbidden chains."""
        changed = self.tree.imports[contract].changed
        with graph_for_contract(self.graph, self.tree.analysis.imports, changed) as graph:
            yield from self.tree.contracts[contract].find_passages(graph)

    def judge_without(self, contract: str, imports: Set[Edge]) -> Set[Edge]:
        """Return the violations of a contract that are left without some of the added imports."""
        changed = self.tree.imports[contract].remove(imports & self.added[contract]).changed
        with graph_for_contract(self.graph, self.tree.analysis.imports, changed) as graph:
            return self.tree.contracts[contract].judge(graph).finding.edges

    def locate(self, edge: Edge, contract: str) -> tuple[str, int]:
        """Return path and line of an import that a contract judges."""
        imports = ContractImports(self.tree.imports[contract].changed, ())
        step = locate(edge, self.tree.analysis, {}, imports)
        return step.path, step.line


def add_causes(
    report: Report, request: CheckRequest, judging: Configuration, base: Base, head: Judgement
) -> Report:
    """Return the report with the causes of its new violations that have chains.

    Args:
        report: the report, compared with the base.
        request: what it was made from.
        judging: the configuration that says what is new.
        base: what the tree was compared with.
        head: what that configuration says of the tree.
    """
    change = _find_change(request, tolerate_unmatched_exceptions(judging), base, head)
    if change is None:
        return report
    new: dict[str, set[Edge]] = {contract: set() for contract in change.tree.contracts}
    for violation in report.violations:
        if violation.status == "new" and violation.source is not None and violation.contract in new:
            new[violation.contract].add(Edge(violation.importer, violation.imported))
    explanation = find_causes(
        [
            BrokenContract(
                contract, partial(change.iterate_passages, contract), change.added[contract], edges
            )
            for contract, edges in new.items()
            if edges
        ]
    )
    if explanation is None:
        return report._replace(notices=(*report.notices, _GIVEN_UP))
    makers = {(name, *edge): edges for (name, edge), edges in explanation.makers.items()}
    causes = _make_causes(makers, change)
    violations = [
        violation._replace(causes=tuple(causes[edge] for edge in sorted(makers[violation.identity])))
        if violation.identity in makers
        else violation
        for violation in report.violations
    ]
    summary = Causes(
        imports=tuple(sorted(causes.values(), key=lambda cause: (-cause.violations, cause))),
        unique=explanation.cut.unique,
        smallest=explanation.cut.smallest,
        verified=makers.keys() == _list_fixed(change, explanation.cut.edges, head),
        unexplained=sum(map(len, new.values())) - len(makers),
    )
    return report._replace(
        violations=tuple(violations),
        causes=summary,
        notices=(*report.notices, *describe_doubts(summary)),
    )


def describe_doubts(causes: Causes) -> Iterator[str]:
    """Say how far the causes can be relied on, a sentence for each doubt."""
    count = len(causes.imports)
    imports = format_count(count, "import")
    if count and not causes.smallest:
        yield f"Fewer than {imports} may do: the search for the smallest set of causes was given up."
    elif count and not causes.unique:
        yield f"The causes are not the only possible ones: another set of {imports} would do, too."
    if count and not causes.verified:
        it = "it" if count == 1 else "them"
        yield (
            f"Judged again without {it}, not exactly the new violations are gone: known ones may "
            f"hang on {it}, too."
        )
    if causes.unexplained:
        verb = "comes" if causes.unexplained == 1 else "come"
        yield (
            f"{format_count(causes.unexplained, 'new violation')} {verb} from no added import: a module "
            "was moved, or a file can be read again."
        )


def _find_change(
    request: CheckRequest, judging: Configuration, base: Base, head: Judgement
) -> _Change | None:
    """Read both trees; return None if one cannot be read."""
    now = _read(request, judging)
    before = _read(
        request._replace(source=base.source),
        translate_configuration(judging, base.modules.to_old, base.path_to_old),
    )
    if now is None or before is None:
        return None
    rename = base.modules.to_new
    unknown = {rename(file.module) for file in before.analysis.unread if file.module is not None}
    added = {}
    for contract, imports in now.imports.items():
        if contract in before.imports and head.judges(contract):
            old = {
                Edge(rename(edge.importer), rename(edge.imported))
                for edge in before.imports[contract].list_edges()
            }
            added[contract] = {
                edge for edge in imports.list_edges() - old if edge.importer not in unknown
            }
    analysis = now.analysis
    return _Change(
        now._replace(contracts={name: now.contracts[name] for name in added}),
        build_graph(analysis.importable_names, sorted(analysis.imports.items())),
        added,
    )


def _read(request: CheckRequest, configuration: Configuration) -> _Tree | None:
    """Read a tree and what its contracts judge; None if it cannot be read."""
    analysis = read_tree(request, configuration)
    if analysis is None:
        return None
    day = find_day(request).isoformat()
    contracts, _ = load_each_contract(configuration, trust_contract_types=request.trust_contract_types)
    judged = {
        contract.id: find_judged_imports(contract, analysis, day)
        for contract in contracts
        if contract.forbids_chains
    }
    return _Tree(
        analysis,
        {name: contract for name, (contract, _) in judged.items()},
        {name: imports for name, (_, imports) in judged.items()},
    )


def _make_causes(makers: Mapping[Identity, Set[Edge]], change: _Change) -> dict[Edge, Cause]:
    caused: dict[Edge, list[Identity]] = {}
    for identity, edges in makers.items():
        for edge in edges:
            caused.setdefault(edge, []).append(identity)
    causes = {}
    for edge, identities in caused.items():
        contracts = sorted({contract for contract, _, _ in identities})
        path, line = change.locate(edge, contracts[0])
        causes[edge] = Cause(*edge, path, line, len(identities), tuple(contracts))
    return causes


def _list_fixed(change: _Change, cut: frozenset[Edge], head: Judgement) -> set[Identity]:
    """Judge again without some imports; return the violations of chains that are gone."""
    contracts = change.tree.contracts
    left = {(name, *edge) for name in contracts for edge in change.judge_without(name, cut)}
    violations = head.report.violations if head.report else ()
    before = {v.identity for v in violations if v.contract in contracts and v.source is not None}
    return before - left
