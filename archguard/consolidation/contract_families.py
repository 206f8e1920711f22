"""The families of a configuration's `canonical` contracts, as an audit of the tree lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archguard.checking.family_paths import FamilyPathCounter
from archguard.consolidation.audit_request import AuditedTree, AuditRequest
from archguard.consolidation.definition_audit import audit
from archguard.contract_types.canonical_family import find_family
from archguard.definitions.model import Outcome
from archguard.definitions.tree_definitions import TreeDefinitions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard.checking.family_paths import FamilyPath
    from archguard.consolidation.audit_report import AuditReport
    from archguard.contract_types.canonical_family import CanonicalRule
    from archguard.contract_types.loaded_contract import LoadedContract
    from archguard.graph.model import Analysis, AnalysisOptions
    from archguard.graph.scanning.cache import Cache
    from archguard.sources.source import Source


class ContractFamily(NamedTuple):
    """What a tree has of the family of one contract."""

    contract: str
    canonical: tuple[str, ...]
    """As the contract names them."""
    audit: AuditReport
    paths: tuple[FamilyPath, ...]
    """By which paths its definitions are imported in production code."""


class JudgedTree(NamedTuple):
    """A tree that contracts were judged on, and how to read more of it."""

    source: Source
    options: AnalysisOptions
    analysis: Analysis
    cache: Cache
    jobs: int
    """Child processes at once."""


def audit_families(contracts: Sequence[LoadedContract], tree: JudgedTree) -> tuple[ContractFamily, ...]:
    """Return the families of those contracts that are judged on definitions.

    Nothing is read if there is none.

    Raises:
        WorkerError: no child process can be started.
    """
    if all(contract.rule is None for contract in contracts):
        return ()
    with TreeDefinitions(tree.source, tree.analysis, cache=tree.cache, jobs=tree.jobs) as definitions:
        counter = FamilyPathCounter()
        return tuple(
            _audit_family(contract.id, rule, tree, definitions, counter)
            for contract in contracts
            if (rule := contract.rule) is not None
        )


def _audit_family(
    contract: str,
    rule: CanonicalRule,
    tree: JudgedTree,
    definitions: TreeDefinitions,
    counter: FamilyPathCounter,
) -> ContractFamily:
    family = find_family(rule, tree.analysis, definitions, with_aliases=False)
    there = tuple(one for one in rule.canonical if _exists(one, definitions))
    request = AuditRequest(
        AuditedTree(tree.source, tree.options, rule.matches, there),
        tree.analysis,
        definitions.symbols,
        definitions.resolver,
        tree.jobs,
        classes_only=True,
    )
    paths = counter.count(contract, family, tree.analysis, definitions)
    return ContractFamily(contract, rule.canonical, audit(request), paths)


def _exists(canonical: str, definitions: TreeDefinitions) -> bool:
    module, _, name = canonical.partition(":")
    return definitions.resolver.resolve(module, name).outcome is Outcome.DEFINITION
