"""Fit the families of contracts into the wire format: what has no room is counted, the rest is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.consolidation.role import Role
from archguard.snapshot.family_schema import (
    MAX_FAMILIES,
    MAX_FAMILY_ITEMS,
    MAX_FAMILY_PATHS,
    Family,
    FamilyFactory,
    FamilyImpostor,
    FamilyMember,
    FamilyMissingName,
    FamilyPath,
    MemberStatus,
    PathCount,
    SourcePlace,
)
from archguard.snapshot.truncate import truncate
from archguard.snapshot.wire_types import MAX_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence, Set

    from archguard.checking import family_paths, report
    from archguard.consolidation.audit_report import DefinitionReport, Factory, Impostor, MissingName
    from archguard.consolidation.contract_families import ContractFamily

_MAX_TEXT = 4096
_MAX_FACTS = 20
PROPOSED = "proposed"
"""The role of what an audit would keep of a part of the family that has no canonical definition."""


def convert_family_paths(
    paths: Sequence[family_paths.FamilyPath] | None,
) -> tuple[FamilyPath, ...] | None:
    """Return the paths by which families are imported; of too many those with most importers."""
    if paths is None:
        return None
    ordered = sorted(paths, key=lambda one: (-one.importers, one))
    converted = {
        (_name(one.contract), _name(one.definition), _name(one.path)): one.importers
        for one in reversed(ordered[:MAX_FAMILY_PATHS])
    }
    return tuple(
        FamilyPath(contract=contract, definition=definition, path=path, importers=importers)
        for (contract, definition, path), importers in sorted(converted.items())
    )


def convert_families(
    families: Sequence[ContractFamily], violations: Iterable[report.Violation]
) -> tuple[Family, ...]:
    """Return the families of a tree.

    Args:
        families: those of its contracts.
        violations: those of the tree.
    """
    forbidden = {(one.contract, one.imported) for one in violations}
    return tuple(
        _convert_family(
            family, {imported for contract, imported in forbidden if contract == family.contract}
        )
        for family in families[:MAX_FAMILIES]
    )


def _convert_family(family: ContractFamily, violations: Set[str]) -> Family:
    audit = family.audit
    lists = (audit.definitions, audit.impostors, audit.factories, audit.missing)
    return Family(
        contract=_name(family.contract),
        canonical=_names(family.canonical),
        members=tuple(_convert_member(one, violations) for one in audit.definitions[:MAX_FAMILY_ITEMS]),
        impostors=tuple(map(_convert_impostor, audit.impostors[:MAX_FAMILY_ITEMS])),
        factories=tuple(map(_convert_factory, audit.factories[:MAX_FAMILY_ITEMS])),
        missing=tuple(map(_convert_missing, audit.missing[:MAX_FAMILY_ITEMS])),
        omitted=sum(max(0, len(one) - MAX_FAMILY_ITEMS) for one in lists),
    )


def _convert_member(definition: DefinitionReport, violations: Set[str]) -> FamilyMember:
    status = _decide_status(definition, violations)
    is_proposed = definition.role is Role.CANONICAL and status is not MemberStatus.CANONICAL
    paths = sorted(definition.paths.items(), key=lambda item: (-item[1], item[0]))
    return FamilyMember(
        id=_name(definition.id),
        path=_path(definition.path),
        line=definition.line,
        role=PROPOSED if is_proposed else definition.role.value,
        status=status,
        facts=tuple(truncate(fact, _MAX_TEXT) for fact in definition.facts[:_MAX_FACTS]),
        importers=definition.importers,
        test_importers=definition.test_importers,
        paths=tuple(
            PathCount(path=_name(path), importers=importers)
            for path, importers in sorted(paths[:MAX_FAMILY_ITEMS])
        ),
    )


def _decide_status(definition: DefinitionReport, violations: Set[str]) -> MemberStatus:
    """Return what the contract makes of a definition; what it lets pass otherwise is allowed."""
    if definition.id.partition("#")[0] in violations:
        return MemberStatus.VIOLATION
    if definition.role is Role.CANONICAL:
        return MemberStatus.CANONICAL
    if definition.is_test:
        return MemberStatus.TEST
    return MemberStatus.INTERFACE if definition.role is Role.INTERFACE else MemberStatus.ALLOWED


def _convert_impostor(impostor: Impostor) -> FamilyImpostor:
    return FamilyImpostor(
        name=_name(impostor.name),
        target=_name(impostor.target),
        symbols=_names(impostor.symbols),
        expected=_name(impostor.expected),
    )


def _convert_factory(factory: Factory) -> FamilyFactory:
    return FamilyFactory(
        id=_name(factory.id),
        path=_path(factory.path),
        line=factory.line,
        returns=_names(factory.returns),
        same_returns=_names(factory.same_returns),
    )


def _convert_missing(missing: MissingName) -> FamilyMissingName:
    places = (SourcePlace(path=_path(path), line=line) for path, line in missing.places)
    return FamilyMissingName(symbol=_name(missing.symbol), places=tuple(places)[:MAX_FAMILY_ITEMS])


def _names(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(_name, names[:MAX_FAMILY_ITEMS]))


def _name(text: str) -> str:
    return truncate(text, MAX_NAME)


def _path(text: str) -> str:
    return truncate(text, _MAX_TEXT)
