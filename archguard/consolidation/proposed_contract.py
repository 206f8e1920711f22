"""The contract that says what an audit proposes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archguard.configuration.template import NewCanonical, NewSymbolDeprecation
from archguard.consolidation.family_names import split_words
from archguard.consolidation.role import Role
from archguard.errors import ConfigurationError
from archguard.text import suggest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archguard.configuration.template import NewContract
    from archguard.consolidation.audit_report import AuditReport, DefinitionReport, Family

_NAMEABLE = re.compile(r"[\w.]+:[\w.]+")
"""Ids that a contract can name: not a class inside a function, nor the second one of a name."""
_DUPLICATES = frozenset({Role.ADAPTER, Role.CLONE, Role.WRAPPER})
"""What a function may be whose importers should use the canonical one."""


def propose_contract(report: AuditReport, family_name: str | None) -> NewContract:
    """Return a contract by which the canonical definitions alone may stay.

    With patterns it is about all classes that match them; without, about one family: the one that was
    named, or the largest one of classes, or the largest one of functions where none is of classes. One
    of classes names the classes that may stay, one of functions the copies that may not be imported.

    Args:
        report: the audit.
        family_name: the family's name; None: not given.

    Raises:
        ConfigurationError: there is no such family, or none that a contract can name.
    """
    if report.matches and family_name is None:
        families, matches = report.families, report.matches
    else:
        family = _choose_family(report, family_name)
        if not _select_classes(report, family.canonical):
            return _propose_for_functions(report, family)
        names = {one.name for one in _select_classes(report, family.members)}
        families, matches = (family,), tuple(sorted(names))
    canonical = _list_canonical(report, families)
    if not canonical:
        raise ConfigurationError(
            "no class can be named as the canonical one; name it with --canonical MODULE:NAME."
        )
    name = canonical[0].rpartition(":")[2]
    return NewCanonical(
        id="-".join(["one", *split_words(name)]),
        name=f"{name} has one home"
        if len(canonical) == 1
        else f"{name} and its like have one home each",
        canonical=tuple(canonical),
        matches=matches,
        allowed=tuple(_list_interfaces(report, families)),
    )


def _choose_family(report: AuditReport, name: str | None) -> Family:
    named = [family for family in report.families if name in (None, family.name)]
    if not named:
        names = [family.name for family in report.families]
        raise ConfigurationError(
            f"--family {name}: the audit has no such family{suggest(name or '', (), names)}"
            if name is not None
            else "no family of definitions was found, so there is no contract to write."
        )
    for family in named:
        if _select_classes(report, family.canonical):
            return family
    for family in named:
        if _list_copies(report, family):
            return family
    raise ConfigurationError("no family that was found has a canonical definition and a copy of it.")


def _propose_for_functions(report: AuditReport, family: Family) -> NewSymbolDeprecation:
    canonical = _list_canonical_functions(report, family)[0]
    module, _, name = canonical.partition(":")
    return NewSymbolDeprecation(
        id="-".join(["one", *split_words(name)]),
        name=f"{name} has one home",
        deprecated_symbols=tuple(_list_copies(report, family)),
        replacement=module,
    )


def _list_canonical_functions(report: AuditReport, family: Family) -> list[str]:
    by_id = {one.id: one for one in report.definitions}
    return [
        one
        for one in family.canonical
        if one in by_id and not by_id[one].is_class and _NAMEABLE.fullmatch(one)
    ]


def _list_copies(report: AuditReport, family: Family) -> list[str]:
    """Return the ids of the functions that do what the canonical one does; empty if there is none."""
    if not _list_canonical_functions(report, family):
        return []
    by_id = {one.id: one for one in report.definitions}
    members = [by_id[one] for one in family.members if one in by_id and one not in family.canonical]
    return sorted(
        one.id
        for one in members
        if not one.is_class and one.role in _DUPLICATES and _NAMEABLE.fullmatch(one.id)
    )


def _list_canonical(report: AuditReport, families: Iterable[Family]) -> list[str]:
    """Return the ids of the canonical classes, those of the largest family first."""
    classes = [one for family in families for one in _select_classes(report, family.canonical)]
    return [one.id for one in classes if _NAMEABLE.fullmatch(one.id)]


def _list_interfaces(report: AuditReport, families: Iterable[Family]) -> list[str]:
    classes = [one for family in families for one in _select_classes(report, family.members)]
    return sorted(
        one.id for one in classes if one.role is Role.INTERFACE and _NAMEABLE.fullmatch(one.id)
    )


def _select_classes(report: AuditReport, ids: Iterable[str]) -> list[DefinitionReport]:
    by_id = {one.id: one for one in report.definitions}
    return [by_id[one] for one in ids if one in by_id and by_id[one].is_class]
