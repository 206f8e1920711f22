"""The added imports that make a change's new violations, of contracts that forbid chains.

A chain may be long, so the import that completes it may stand far from the violation. Those named are
the fewest without which there would be no new violations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archguard.checking.chain_steps import locate
from archguard.checking.report import Cause, Causes
from archguard.consolidation.cause_search import find_causes
from archguard.contract_types.loaded_contract import load_each_contract
from archguard.contract_types.verdict import Edge
from archguard.graph.import_graph import build_graph, remove_imports
from archguard.ratchet.judgement import read_tree, tolerate_unmatched_exceptions
from archguard.ratchet.translation import translate_configuration
from archguard.text import format_count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Set

    from archguard.checking.pipeline import CheckRequest
    from archguard.checking.report import Identity, Report
    from archguard.configuration import Configuration
    from archguard.contract_types.loaded_contract import LoadedContract
    from archguard.graph.grimp_api import ImportGraph
    from archguard.graph.model import Analysis
    from archguard.ratchet.base import Base
    from archguard.ratchet.judgement import Judgement

_GIVEN_UP = "The imports that make the new violations are not named: they are too many to be searched."


class _Change(NamedTuple):
    """A tree, and what a change added to its imports."""

    analysis: Analysis
    graph: ImportGraph
    added: frozenset[Edge]
    contracts: tuple[LoadedContract, ...]
    """Those that forbid chains and can be judged."""


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
    new: dict[str, set[Edge]] = {contract.id: set() for contract in change.contracts}
    for violation in report.violations:
        if violation.status == "new" and violation.source is not None and violation.contract in new:
            new[violation.contract].add(Edge(violation.importer, violation.imported))
    contracts = [contract for contract in change.contracts if new[contract.id]]
    found = find_causes(contracts, change.graph, change.added, new)
    if found is None:
        return report._replace(notices=(*report.notices, _GIVEN_UP))
    makers = {(name, *edge): edges for (name, edge), edges in found.makers.items()}
    causes = _make_causes(makers, change.analysis)
    violations = [
        violation._replace(causes=tuple(causes[edge] for edge in sorted(makers[violation.identity])))
        if violation.identity in makers
        else violation
        for violation in report.violations
    ]
    summary = Causes(
        imports=tuple(sorted(causes.values(), key=lambda cause: (-cause.violations, cause))),
        unique=found.cut.unique,
        smallest=found.cut.smallest,
        verified=makers.keys() == _list_fixed(change, found.cut.edges, head),
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
    analysis = read_tree(request, judging)
    before = read_tree(
        request._replace(source=base.source),
        translate_configuration(judging, base.modules.to_old, base.path_to_old),
    )
    if analysis is None or before is None:
        return None
    rename = base.modules.to_new
    old = {Edge(rename(importer), rename(imported)) for importer, imported in _list_imports(before)}
    unknown = {rename(file.module) for file in before.unread if file.module is not None}
    added = {edge for edge in _list_imports(analysis) - old if edge.importer not in unknown}
    contracts, _ = load_each_contract(judging, trust_contract_types=request.trust_contract_types)
    return _Change(
        analysis,
        build_graph(analysis.importable_names, sorted(analysis.imports.items())),
        frozenset(added),
        tuple(one for one in contracts if one.forbids_chains and head.judges(one.id)),
    )


def _list_imports(analysis: Analysis) -> set[Edge]:
    return {
        Edge(importer, one.imported) for importer, imports in analysis.imports.items() for one in imports
    }


def _make_causes(makers: Mapping[Identity, Set[Edge]], analysis: Analysis) -> dict[Edge, Cause]:
    caused: dict[Edge, list[Identity]] = {}
    for identity, edges in makers.items():
        for edge in edges:
            caused.setdefault(edge, []).append(identity)
    lines: dict[str, dict[str, int]] = {}
    return {
        edge: Cause(
            *locate(edge, analysis, lines),
            violations=len(identities),
            contracts=tuple(sorted({contract for contract, _, _ in identities})),
        )
        for edge, identities in caused.items()
    }


def _list_fixed(change: _Change, cut: frozenset[Edge], head: Judgement) -> set[Identity]:
    """Judge again without some imports; return the violations of chains that are gone."""
    remove_imports(change.graph, cut)
    left = {
        (contract.id, *edge)
        for contract in change.contracts
        for edge in contract.judge(change.graph).finding.edges
    }
    names = {contract.id for contract in change.contracts}
    violations = head.report.violations if head.report else ()
    before = {v.identity for v in violations if v.contract in names and v.source is not None}
    return before - left
