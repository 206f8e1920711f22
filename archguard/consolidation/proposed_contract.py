"""The contract that says what an audit proposes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archguard.configuration.template import NewCanonical
from archguard.consolidation.family_names import split_words
from archguard.consolidation.role import Role
from archguard.errors import ConfigurationError
from archguard.text import suggest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archguard.consolidation.audit_report import AuditReport, DefinitionReport, Family

_NAMEABLE = re.compile(r"[\w.]+:[\w.]+")
"""Ids that a contract can name: not a class inside a function, nor the second one of a name."""


def propose_contract(report: AuditReport, family_name: str | None) -> NewCanonical:
    """Return a contract by which the canonical classes alone may stay.

    With patterns it is about all classes that match them; without, about the names of one family: the
    one that was named, or the largest one of classes.

    Args:
        report: the audit.
        family_name: the family's name; None: not given.

    Raises:
        ConfigurationError: there is no such family, or none of classes.
    """
    if report.matches and family_name is None:
        families, matches = report.families, report.matches
    else:
        family = _choose_family(report, family_name)
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
    raise ConfigurationError("a contract can name classes only, and each family found is of functions.")


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
