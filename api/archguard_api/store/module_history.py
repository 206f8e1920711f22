"""Count the violations that a module was part of, along a branch's commit order.

`line_changes` says which violations each snapshot opens and closes. A contract's count changes only
where a snapshot has it and could judge it: without it, its violations stay as they were.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select

from archguard_api.errors import BusyError
from archguard_api.models import ViolationCount
from archguard_api.store import generations
from archguard_api.store.contract_lines import list_previous_ids
from archguard_api.store.line_changes import read_changes
from archguard_api.store.schema import commits, names, places, snapshots

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Row

    from archguard_api.store.line_changes import ContractSet, LineChanges

    Key = tuple[int, int, int]
    """A violation's contract, by its present id, importer and imported module."""

_NAMES_PER_QUERY = 500
_POSITIONS_PER_QUERY = 500


class CountAt(NamedTuple):
    """How many violations there are at a position of a line."""

    position: int
    violations: int
    reintroduced: int


class Section(NamedTuple):
    """A part of a line whose snapshots have the same contracts."""

    start: int
    end: int
    """Behind the last position."""
    present: frozenset[int]
    """The contracts that are counted, by their present ids."""
    judged: frozenset[int]


def read_module_history(
    connection: Connection,
    branch: Row[Any],
    module: str,
    contracts: Sequence[str],
    choose: Callable[[Sequence[CountAt]], Sequence[CountAt]],
) -> tuple[ViolationCount, ...]:
    """Return the counts at both ends of the branch and wherever they changed.

    The result is empty if the contracts have no points.

    Args:
        connection: the connection whose transaction has read the branch's row.
        branch: the branch's row.
        module: the importer or the imported module.
        contracts: the ids of the contracts whose violations are counted.
        choose: returns those of the counts that are wanted.

    Raises:
        BusyError: what an earlier version has stored is not worked out yet.
    """
    start, line = read_changes(connection, branch)
    if start:
        raise BusyError("the line is worked out anew after an upgrade; try again in a moment")
    present_ids, module_id = _read_ids(connection, branch, module, contracts)
    sections = tuple(_make_sections(line.contract_sets, branch.length, present_ids))
    counts = _count(line, module_id, present_ids, sections)
    return _add_commits(connection, branch, choose(counts))


def _read_ids(
    connection: Connection, branch: Row[Any], module: str, contracts: Sequence[str]
) -> tuple[dict[int, int], int | None]:
    """Return the present id of each id that the contracts have or had, and the module's id."""
    present = {
        name: contract
        for contract in contracts
        for name in (*list_previous_ids(contract, branch.renamed or {}), contract)
    }
    ids: dict[str, int] = {}
    wanted = [module, *present]
    for start in range(0, len(wanted), _NAMES_PER_QUERY):
        query = select(names.c.name, names.c.id).where(
            names.c.project_id == branch.project_id,
            names.c.name.in_(wanted[start : start + _NAMES_PER_QUERY]),
        )
        ids |= {row.name: row.id for row in connection.execute(query)}
    present_ids = {
        ids[name]: ids[contract] for name, contract in present.items() if name in ids and contract in ids
    }
    return present_ids, ids.get(module)


def _make_sections(
    contract_sets: Iterable[ContractSet], length: int, present_ids: Mapping[int, int]
) -> Iterator[Section]:
    """Yield the sections in which there is anything to count."""
    previous: Section | None = None
    for position, *sets in contract_sets:
        judged, unjudged = (
            frozenset(present_ids[one] for one in ids if one in present_ids) for ids in sets
        )
        section = Section(position, length, judged | unjudged, judged)
        if previous is not None and section[2:] == previous[2:]:
            continue
        if previous is not None and previous.present:
            yield previous._replace(end=position)
        previous = section
    if previous is not None and previous.present:
        yield previous


def _count(
    line: LineChanges,
    module: int | None,
    present_ids: Mapping[int, int],
    sections: Sequence[Section],
) -> list[CountAt]:
    """Return a module's counts at both ends of the sections and wherever they changed."""
    if not sections:
        return []
    steady = _find_steady(sections, present_ids)
    changes: dict[int, int] = {}
    returns: dict[int, int] = {}
    seen: set[Key] = set()
    others: list[tuple[int, Key, int]] = []
    for position, key, is_open in zip(
        line.positions,
        zip(line.contracts, line.importers, line.imported, strict=True),
        line.opened,
        strict=True,
    ):
        contract, importer, imported = key
        if module not in (importer, imported):
            continue
        if contract not in steady:
            others.append((position, key, is_open))
        elif is_open:
            changes[position] = changes.get(position, 0) + 1
            if key in seen:
                returns[position] = returns.get(position, 0) + 1
            else:
                seen.add(key)
        else:
            changes[position] = changes.get(position, 0) - 1
    _add_others(others, present_ids, sections, changes, returns)
    return _add_up(changes, returns, sections)


def _find_steady(sections: Sequence[Section], present_ids: Mapping[int, int]) -> frozenset[int]:
    """Return the contracts that all snapshots could judge, and that never had another id."""
    if any(before.end < after.start for before, after in pairwise(sections)):
        return frozenset()
    renamed = {new for old, new in present_ids.items() if old != new}
    return frozenset.intersection(*(one.judged for one in sections)) - renamed


def _add_others(
    line: Sequence[tuple[int, Key, int]],
    present_ids: Mapping[int, int],
    sections: Sequence[Section],
    changes: dict[int, int],
    returns: dict[int, int],
) -> None:
    """Add the changes of contracts that some snapshots lack, could not judge, or call by another id.

    What changes where a contract is not judged counts where it is judged again.

    Args:
        line: the position of each change, the violation, and whether it is open from there on.
        present_ids: the present id of each id that a contract has or had.
        sections: the sections in which there is anything to count.
        changes: by how much the count changes at each position; added to.
        returns: how many violations came back at each position; added to.
    """
    counted: set[Key] = set()
    seen: set[Key] = set()
    pending: dict[Key, int] = {}
    events: dict[int, list[tuple[Key, int]]] = {section.start: [] for section in sections}
    for position, (contract, importer, imported), is_open in line:
        if contract in present_ids:
            key = (present_ids[contract], importer, imported)
            events.setdefault(position, []).append((key, is_open))
    starts = [section.start for section in sections]
    for position in sorted(events):
        pending |= events[position]
        section = sections[max(0, bisect_right(starts, position) - 1)]
        judged = section.judged if section.start <= position < section.end else frozenset()
        for key in [one for one in pending if one[0] in judged]:
            is_open = pending.pop(key)
            change = is_open - (key in counted)
            changes[position] = changes.get(position, 0) + change
            if change > 0:
                returns[position] = returns.get(position, 0) + (key in seen)
                counted.add(key)
                seen.add(key)
            elif change < 0:
                counted.discard(key)


def _add_up(
    changes: Mapping[int, int], returns: Mapping[int, int], sections: Sequence[Section]
) -> list[CountAt]:
    ends = {sections[0].start, sections[-1].end - 1}
    counts: list[CountAt] = []
    count = 0
    for position in sorted({*changes, *ends}):
        change = changes.get(position, 0)
        if change or position in ends:
            count += change
            counts.append(CountAt(position, count, returns.get(position, 0)))
    return counts


def _add_commits(
    connection: Connection, branch: Row[Any], counts: Sequence[CountAt]
) -> tuple[ViolationCount, ...]:
    query = (
        select(places.c.position, commits.c.hash, snapshots.c.committed_at)
        .join(snapshots, snapshots.c.id == places.c.snapshot_id)
        .join(commits, commits.c.id == snapshots.c.commit_id)
        .where(generations.is_visible(places, branch))
    )
    result: list[ViolationCount] = []
    for start in range(0, len(counts), _POSITIONS_PER_QUERY):
        part = counts[start : start + _POSITIONS_PER_QUERY]
        wanted = places.c.position.in_([one.position for one in part])
        rows = sorted(connection.execute(query.where(wanted)), key=attrgetter("position"))
        result += (
            ViolationCount(row.hash.hex(), row.committed_at, one.violations, one.reintroduced)
            for one, row in zip(part, rows, strict=True)
        )
    return tuple(result)
