"""Which violations are wanted: a filter, and the same in SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from archguard_api.store.schema import names, violations

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Row

    from archguard.snapshot import Contract

Identity = tuple[str, str, str]
"""(contract, importer, imported)."""
_contract, _importer, _imported = names.alias("c"), names.alias("i"), names.alias("m")
IDENTITY: tuple[ColumnElement[Any], ...] = (_contract.c.name, _importer.c.name, _imported.c.name)
_LABELS = ("contract", "importer", "imported")


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationFilter:
    """Which violations; what is None leaves out none."""

    contract: str | None = None
    importer: str | None = None
    imported: str | None = None
    module: str | None = None
    """The importer or the imported module."""
    package: str | None = None
    """The importer is it, or below it."""
    owner: str | None = None
    """Of the contract, as the tip has it."""
    kind: str | None = None
    """Of one of its occurrences; only open violations have some."""
    search: str | None = None
    """A part of the importer's or the imported module's name, in any case."""
    since: int | None = None
    """Introduced, or if it is gone, fixed: not before this second."""


NO_FILTER = ViolationFilter()


def select_violations(
    branch: Row[Any], which: ViolationFilter, contracts: Sequence[Contract], *, fixed: bool
) -> Select[Any]:
    """The identities of a branch's violations that the filter leaves.

    Args:
        branch: its row.
        which: the filter; `kind` is not in the database, so not looked at.
        contracts: those of the branch's tip: of others nothing is open.
        fixed: those that are gone, instead of those that are there.
    """
    query = select(*(column.label(label) for column, label in zip(IDENTITY, _LABELS, strict=True)))
    query = query.select_from(violations)
    for alias, key in (
        (_contract, violations.c.contract_id),
        (_importer, violations.c.importer_id),
        (_imported, violations.c.imported_id),
    ):
        query = query.join(alias, alias.c.id == key)
    owned = [one.id for one in contracts if which.owner in (None, one.owner)]
    if which.owner is not None or not fixed:
        query = query.where(IDENTITY[0].in_(owned))
    is_wanted = violations.c.fixed_id.is_not(None) if fixed else violations.c.fixed_id.is_(None)
    moment = violations.c.fixed_at if fixed else violations.c.introduced_at
    if which.since is not None:
        query = query.where(moment >= which.since)
    return query.where(violations.c.branch_id == branch.id, is_wanted, *_conditions(which))


def get_identity(row: Row[Any]) -> Identity:
    """What makes the violation the same in another snapshot."""
    return (row.contract, row.importer, row.imported)


def _conditions(which: ViolationFilter) -> Iterator[ColumnElement[bool]]:
    _, importer, imported = IDENTITY
    exact = zip(IDENTITY, (which.contract, which.importer, which.imported), strict=True)
    yield from (column == value for column, value in exact if value is not None)
    if which.module is not None:
        yield or_(importer == which.module, imported == which.module)
    if which.package is not None:
        # `/` is the character after `.`.
        below = and_(importer > f"{which.package}.", importer < f"{which.package}/")
        yield or_(importer == which.package, below)
    if which.search is not None:
        yield or_(*(one.icontains(which.search, autoescape=True) for one in (importer, imported)))
