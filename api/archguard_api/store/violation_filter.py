"""Filters for violations, and their translation to SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from archguard_api.store import generations
from archguard_api.store.schema import names, violations

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Row

    from archguard.snapshot import Contract, Violation

Identity = tuple[str, str, str]
"""(contract, importer, imported)."""
_contract, _importer, _imported = names.alias("c"), names.alias("i"), names.alias("m")
IDENTITY: tuple[ColumnElement[Any], ...] = (_contract.c.name, _importer.c.name, _imported.c.name)
_LABELS = ("contract", "importer", "imported")


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationFilter:
    """Conditions on violations; None sets no condition."""

    contract: str | None = None
    """The contract's id."""
    importer: str | None = None
    imported: str | None = None
    """The deprecated module, or what a statement asks for below it or in it: see `asks_for`."""
    module: str | None = None
    """The importer or the imported module."""
    package: str | None = None
    """The importer, or a package that contains it."""
    owner: str | None = None
    """The contract's owner at the branch's tip."""
    kind: str | None = None
    """The kind of at least one occurrence; only open violations have occurrences."""
    search: str | None = None
    """A part of the importer's or the imported module's name; case does not matter."""
    since: int | None = None
    """The earliest time of introduction, or of the fix for fixed violations; seconds since 1970."""


NO_FILTER = ViolationFilter()


def select_identities() -> Select[Any]:
    """Select the identities of the violations of all branches, to be narrowed down."""
    query = select(*(column.label(label) for column, label in zip(IDENTITY, _LABELS, strict=True)))
    query = query.select_from(violations)
    for alias, key in (
        (_contract, violations.c.contract_id),
        (_importer, violations.c.importer_id),
        (_imported, violations.c.imported_id),
    ):
        query = query.join(alias, alias.c.id == key)
    return query


def select_violations(
    branch: Row[Any], conditions: ViolationFilter, contracts: Sequence[Contract], *, fixed: bool
) -> Select[Any]:
    """Select the identities of a branch's violations that satisfy a filter.

    Args:
        branch: the branch's row.
        conditions: the filter; `kind` is ignored, since it is not in a column, and of open violations
            those are selected, too, whose module only contains `imported`.
        contracts: the contracts at the branch's tip; violations of others are not open, and neither
            are those of which nobody can know whether they exist.
        fixed: select fixed violations instead of open ones.
    """
    query = select_identities()
    owned = [one.id for one in contracts if conditions.owner in (None, one.owner)]
    if conditions.owner is not None or not fixed:
        query = query.where(IDENTITY[0].in_(owned))
    is_open = and_(violations.c.fixed_id.is_(None), ~violations.c.unknown)
    is_fixed = and_(violations.c.fixed_id.is_not(None), ~violations.c.dropped)
    is_selected = is_fixed if fixed else is_open
    time = violations.c.fixed_at if fixed else violations.c.introduced_at
    if conditions.since is not None:
        query = query.where(time >= conditions.since)
    return query.where(
        generations.is_visible(violations, branch),
        is_selected,
        *_translate_conditions(conditions, fixed=fixed),
    )


def asks_for(violation: Violation, module: str) -> bool:
    """Return whether a violation's statements ask for a module, or for something below it or in it."""
    if violation.imported == module:
        return True
    names = (name for occurrence in violation.occurrences for name in occurrence.names)
    return any(f"{name}.".startswith(f"{module}.") for name in names)


def get_identity(row: Row[Any]) -> Identity:
    """Return a row's identity."""
    return (row.contract, row.importer, row.imported)


def _list_ancestors(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts))]


def _translate_conditions(conditions: ViolationFilter, *, fixed: bool) -> Iterator[ColumnElement[bool]]:
    _, importer, imported = IDENTITY
    if conditions.contract is not None:
        yield IDENTITY[0] == conditions.contract
    if conditions.importer is not None:
        yield importer == conditions.importer
    if conditions.imported is not None:
        names_above = [] if fixed else _list_ancestors(conditions.imported)
        yield imported.in_([conditions.imported, *names_above])
    if conditions.module is not None:
        yield or_(importer == conditions.module, imported == conditions.module)
    if conditions.package is not None:
        # The character after `.` is `/`, so this is the range of the names that begin with `package.`.
        below = and_(importer > f"{conditions.package}.", importer < f"{conditions.package}/")
        yield or_(importer == conditions.package, below)
    if conditions.search is not None:
        yield or_(*(one.icontains(conditions.search, autoescape=True) for one in (importer, imported)))
