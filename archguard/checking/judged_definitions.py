"""One contract judged on the definitions of a tree, with and without its exceptions."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from archguard.checking.allow_request import iterate_requests
from archguard.checking.covering_exception import COMMENT, TABLE, CoveringException
from archguard.configuration.contract_exception import ALLOWED, ContractException, has_passed
from archguard.contract_types.canonical_family import CanonicalFamily, FamilyMember, find_family
from archguard.contract_types.verdict import Edge, Finding, Verdict
from archguard.errors import ContractError
from archguard.graph.module_expressions import compile_expressions
from archguard.text import suggest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from archguard.contract_types.canonical_family import CanonicalRule
    from archguard.contract_types.loaded_contract import LoadedContract
    from archguard.definitions.tree_definitions import Definitions
    from archguard.graph.model import Analysis

    Members = Mapping[Edge, FamilyMember]


def judge_family(
    contract: LoadedContract, rule: CanonicalRule, analysis: Analysis, definitions: Definitions
) -> CanonicalFamily:
    """Return what a tree has of a contract's family.

    Raises:
        ContractError: a canonical class does not exist, and the contract does not tolerate it.
        WorkerError: no child process can be started.
    """
    # Of a base and of the past, aliases are not listed.
    with_aliases = bool(contract.option("count_aliases")) or not contract.tolerates_missing
    family = find_family(rule, analysis, definitions, with_aliases=with_aliases)
    if family.missing and not contract.tolerates_missing:
        known = sorted({one.id for one in family.definitions} | family.uncounted)
        sentences = [
            f"the canonical {name!r} does not exist: {reason.rstrip('.')}{suggest(name, (), known)}"
            for name, reason in sorted(family.missing.items())
        ]
        raise ContractError(f'contract "{contract.name}": {" ".join(sentences)}')
    return family


def name_counted(family: CanonicalFamily, *, count_aliases: bool) -> Members:
    """Return what is counted of a family if no exception is made, by the edge that stands for it."""
    counted = (*family.definitions, *(family.aliases if count_aliases else ()))
    return {Edge(one.module, one.id): one for one in counted}


def find_covering_members(
    contract: LoadedContract,
    family: CanonicalFamily,
    members: Members,
    analysis: Analysis,
    day: str,
) -> list[CoveringException]:
    """Return the exceptions of a contract, each with the classes that it covers.

    Those that have expired cover nothing.

    Args:
        contract: the contract.
        family: what the tree has of its family.
        members: what is counted of that.
        analysis: the tree.
        day: the day on which it is judged, in ISO format; empty: no exception has expired.
    """
    covering = [
        CoveringException(
            ALLOWED,
            ContractException(entry.partition(":")[0], entry),
            frozenset(edge for edge in members if family.find_allowing(edge.imported) == entry),
        )
        for entry in family.rule.allowed
    ]
    for exception in contract.exceptions:
        is_expired = exception.is_expired(day)
        edges = frozenset() if is_expired else frozenset(_match(exception, members))
        covering.append(CoveringException(TABLE, exception, edges, is_expired=is_expired))
    if contract.reads_comments:
        covering += _find_comments(contract, members, analysis, day)
    return covering


def make_verdict(contract: LoadedContract, family: CanonicalFamily, edges: frozenset[Edge]) -> Verdict:
    """Return the verdict of a contract that has these violations."""
    return Verdict(
        id=contract.id,
        name=contract.name,
        type=contract.type,
        kept=not edges,
        finding=Finding(edges),
        warnings=() if contract.tolerates_missing else tuple(_list_warnings(family)),
        guidance=contract.option("broken_contract_guidance") or "",
    )


def _list_warnings(family: CanonicalFamily) -> Iterator[str]:
    for entry in family.list_stale():
        yield f"Nothing is allowed by {entry} of `allowed` any more."
    if family.unknown_canonical:
        yield "Whether a canonical class exists cannot be known: its module cannot be read."
    if undecided := family.undecided:
        others = f" and {len(undecided) - 1:,} more" if len(undecided) > 1 else ""
        yield (
            f"Whether {undecided[0]}{others} may stay cannot be known: "
            "a file that would tell cannot be read."
        )


def _match(exception: ContractException, members: Members) -> Iterator[Edge]:
    importers = compile_expressions((exception.importer,))
    for edge in members:
        match = importers.match(edge.importer)
        if match and match[1] == edge.importer and fnmatchcase(edge.imported, exception.imported):
            yield edge


def _find_comments(
    contract: LoadedContract, members: Members, analysis: Analysis, day: str
) -> Iterator[CoveringException]:
    """Yield the comments on statements of classes; one covers a class if all its statements have one."""
    requests = [
        one for one in iterate_requests(analysis) if not contract.short_ids.isdisjoint(one.contracts)
    ]
    valid = [one for one in requests if not has_passed(one.until, day)]
    for request in requests:
        is_expired = has_passed(request.until, day)
        about = {
            edge: member
            for edge, member in members.items()
            if edge.importer == request.importer
            and any(request.first <= line <= request.last for line in member.lines)
        }
        covered = frozenset(
            edge
            for edge, member in about.items()
            if all(
                any(one.importer == edge.importer and one.first <= line <= one.last for one in valid)
                for line in member.lines
            )
        )
        names = ", ".join(sorted(edge.imported for edge in about))
        yield CoveringException(
            COMMENT,
            ContractException(request.importer, names, request.reason, until=request.until),
            frozenset() if is_expired else covered,
            request,
            frozenset(about.keys() - covered),
            is_expired,
        )
