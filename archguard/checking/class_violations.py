"""The violations of contracts that are judged on definitions: classes, and other names of classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.checking.report import ReferenceReport, Violation
from archguard.graph.model import ImportKind

if TYPE_CHECKING:
    from archguard.checking.judged_contract import JudgedContract
    from archguard.checking.occurrences import Occurrences
    from archguard.contract_types.canonical_family import FamilyMember


def list_class_violations(judged: JudgedContract, occurrences: Occurrences) -> list[Violation]:
    """List the violations of a contract that is judged on definitions."""
    canonical = judged.family.rule.canonical if judged.family else ()
    edges = judged.edges
    return [
        Violation(
            contract=judged.contract.id,
            importer=edge.importer,
            imported=edge.imported,
            ghost=False,
            status="open",
            occurrences=tuple(
                occurrences.statement(member.path, line, _get_kind(member)) for line in member.lines
            ),
            replacement=canonical[0] if len(canonical) == 1 else None,
            definition=member.definition,
            role=member.role.value,
        )
        for edge, member in judged.members.items()
        if edge in edges
    ]


def list_aliases(judged: JudgedContract, occurrences: Occurrences) -> list[ReferenceReport]:
    """List the other names of the classes of a contract's family."""
    return [
        ReferenceReport(
            contract=judged.contract.id,
            module=alias.id,
            path=alias.path,
            line=line,
            kind=alias.role.value,
            text=occurrences.statement(alias.path, line, ImportKind.ALIAS).statement,
        )
        for alias in (judged.family.aliases if judged.family else ())
        for line in alias.lines
    ]


def _get_kind(member: FamilyMember) -> ImportKind:
    return ImportKind.DEFINITION if member.definition == member.id else ImportKind.ALIAS
