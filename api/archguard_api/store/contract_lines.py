"""Which contracts a branch has and had, and under which ids their lines go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, select

from archguard_api.store import generations
from archguard_api.store.schema import names, places, points

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection, Row

    from archguard.snapshot import Contract


class EndedLine(NamedTuple):
    """The line of a contract that a branch's tip does not have."""

    contract: str
    last: int
    """The snapshot that had it last."""
    next: int
    """The snapshot after that one."""
    open: int
    """How many violations it had, where it was judged last."""


def add_renamed(renamed: Mapping[str, str], contracts: Iterable[Contract]) -> dict[str, str]:
    """Return the present id of each earlier one, after some more contracts."""
    after = dict(renamed)
    for contract in contracts:
        if contract.previous_ids:
            after.pop(contract.id, None)
            after |= dict.fromkeys(contract.previous_ids, contract.id)
    return after


def list_previous_ids(contract: str, renamed: Mapping[str, str]) -> tuple[str, ...]:
    """Return the ids that a contract had before, the nearest first."""
    earlier: dict[str, None] = {}
    ids = [contract]
    while ids:
        ids = sorted(old for old, new in renamed.items() if new in ids and old not in earlier)
        ids = [old for old in ids if old != contract]
        earlier |= dict.fromkeys(ids)
    return tuple(earlier)


def list_ended_lines(
    connection: Connection, branch: Row[Any], present: Iterable[str]
) -> tuple[EndedLine, ...]:
    """Return the lines of the contracts that a branch had and that its tip does not have, by id.

    A contract whose line goes on under another id is not among them.

    Args:
        connection: the connection whose transaction has read the branch's row.
        branch: the branch's row.
        present: the ids of the contracts at the tip.
    """
    renamed: Mapping[str, str] = branch.renamed or {}
    known = {*present}
    ended = {
        name: contract
        for name, contract in _list_contracts(connection, branch)
        if name not in known and renamed.get(name) is None
    }
    lines = (
        _read_ended_line(connection, branch, name, contract) for name, contract in sorted(ended.items())
    )
    return tuple(line for line in lines if line is not None)


def _list_contracts(connection: Connection, branch: Row[Any]) -> list[tuple[str, int]]:
    """Return the contracts that a branch ever had; skip from one to the next in the primary key."""
    of_branch = points.c.branch_id == branch.id
    seek = select(func.min(points.c.contract_id).label("contract")).where(of_branch).cte(recursive=True)
    following = (
        select(func.min(points.c.contract_id))
        .where(of_branch, points.c.contract_id > seek.c.contract)
        .scalar_subquery()
    )
    seek = seek.union_all(select(following).where(seek.c.contract.is_not(None)))
    query = select(names.c.name, names.c.id).join(seek, seek.c.contract == names.c.id)
    return [(row.name, row.id) for row in connection.execute(query)]


def _read_ended_line(
    connection: Connection, branch: Row[Any], name: str, contract: int
) -> EndedLine | None:
    of_contract = (generations.is_visible(points, branch), points.c.contract_id == contract)
    newest_first = (
        select(points.c.position, points.c.snapshot_id, points.c.violations)
        .where(*of_contract)
        .order_by(points.c.position.desc())
        .limit(1)
    )
    last = connection.execute(newest_first).first()
    if last is None:
        return None
    following = connection.scalar(
        select(places.c.snapshot_id).where(
            generations.is_visible(places, branch), places.c.position == last.position + 1
        )
    )
    if following is None:
        return None
    judged = connection.execute(newest_first.where(points.c.judged)).first()
    return EndedLine(name, last.snapshot_id, following, 0 if judged is None else judged.violations)
