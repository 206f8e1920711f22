"""The exceptions of a contract, and the imports of a tree that each of them covers."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from archguard.checking.allow_request import iterate_requests
from archguard.configuration.contract_exception import (
    EXCEPTION_LISTS,
    ContractException,
    has_passed,
    split_entry,
)
from archguard.contract_types.verdict import Edge
from archguard.graph.module_expressions import compile_expressions, list_enclosing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Set

    from archguard.checking.allow_request import AllowRequest
    from archguard.checking.judged_imports import JudgedImports
    from archguard.contract_types.loaded_contract import LoadedContract
    from archguard.graph.model import Analysis

TABLE, COMMENT = "exceptions", "comment"


class CoveringException(NamedTuple):
    """An exception of a contract, and what it covers."""

    source: str
    """`allowed_importers`, `ignore_imports`, `exceptions` or `comment`."""
    exception: ContractException
    edges: frozenset[Edge]
    """The imports that it takes from the contract; each leads to the module that is really imported."""
    request: AllowRequest | None = None
    """The comment, if it is one."""
    contested: frozenset[Edge] = frozenset()
    """The imports that a comment is about, and another statement makes without one."""
    is_expired: bool = False
    repeated: AllowRequest | None = None
    """The comment that covers the whole statement already, so that this one adds nothing."""

    @property
    def is_listed(self) -> bool:
        """Whether import-linter applies it, as an option of the contract."""
        return self.source in EXCEPTION_LISTS

    @property
    def label(self) -> str:
        """How a message names it."""
        if self.request is not None:
            return f"the comment at {self.request.place}"
        return f"`{self.exception}` of {self.source}"


def list_entries(contract: LoadedContract) -> Iterator[tuple[str, ContractException]]:
    """Yield the exceptions of a contract that the configuration lists, each with where it does.

    A table that has the two sides of an entry of an option carries the reason of that entry.
    """
    tables = {(one.importer, one.imported): one for one in contract.exceptions}
    for option in contract.exception_lists:
        for sides in dict.fromkeys(map(split_entry, contract.strings(option))):
            yield option, tables.pop(sides, ContractException(*sides))
    for table in tables.values():
        yield TABLE, table


def find_covering(
    contract: LoadedContract, imports: JudgedImports, analysis: Analysis, day: str
) -> list[CoveringException]:
    """Return the exceptions of a contract, each with what it covers.

    Those that have expired cover nothing.

    Args:
        contract: the contract.
        imports: the imports that it judges.
        analysis: the analysed tree.
        day: the day on which it is judged, in ISO format.
    """
    covering = []
    for source, exception in list_entries(contract):
        is_expired = exception.is_expired(day)
        edges: frozenset[Edge] = frozenset()
        if not is_expired:
            with_descendants = contract.judges_ghosts and source != "ignore_imports"
            edges = frozenset(_match(exception, imports, with_descendants=with_descendants))
        covering.append(CoveringException(source, exception, edges, is_expired=is_expired))
    if contract.reads_comments:
        covering += _find_comments(contract, imports, analysis, day)
    return covering


def _match(
    exception: ContractException, imports: JudgedImports, *, with_descendants: bool
) -> Iterator[Edge]:
    if "*" in exception.importer:
        pattern = compile_expressions((exception.importer,))
        importers: Iterable[str] = [
            name for name in imports if (match := pattern.match(name)) and match[1] == name
        ]
    else:
        importers = (exception.importer,)
    pattern = compile_expressions((exception.imported,))
    for importer in importers:
        for statement in imports.list_statements(importer):
            enclosing = list_enclosing(statement.imported)
            match = next(filter(None, map(pattern.match, enclosing)), None)
            if match and (with_descendants or match[1] == statement.imported):
                yield Edge(importer, statement.imported)


def _find_comments(
    contract: LoadedContract, imports: JudgedImports, analysis: Analysis, day: str
) -> Iterator[CoveringException]:
    requests: dict[str, list[AllowRequest]] = defaultdict(list)
    for request in iterate_requests(analysis):
        if not contract.short_ids.isdisjoint(request.contracts):
            requests[request.importer].append(request)
    for importer, its_requests in requests.items():
        statements = sorted(imports.list_statements(importer), key=attrgetter("line"))
        lines = [statement.line for statement in statements]
        places = [
            range(bisect_left(lines, request.first), bisect_right(lines, request.last))
            for request in its_requests
        ]
        valid = {
            place
            for request, place in zip(its_requests, places, strict=True)
            if not has_passed(request.until, day)
        }
        covered = {number for place in valid for number in place}
        uncovered = {one.imported for number, one in enumerate(statements) if number not in covered}
        # Each once: a statement of many lines may have a comment on each of them.
        edges = {
            place: frozenset(Edge(importer, statements[number].imported) for number in place)
            for place in set(places)
        }
        contested = {
            place: frozenset(edge for edge in its_edges if edge.imported in uncovered)
            for place, its_edges in edges.items()
        }
        names = {
            place: ", ".join(sorted(edge.imported for edge in its_edges))
            for place, its_edges in edges.items()
        }
        uncontested = {place: its_edges - contested[place] for place, its_edges in edges.items()}
        firsts: dict[range, AllowRequest] = {}
        for request, place in zip(its_requests, places, strict=True):
            is_expired = has_passed(request.until, day)
            first = request if is_expired or not place else firsts.setdefault(place, request)
            is_first = first is request
            yield CoveringException(
                COMMENT,
                ContractException(importer, names[place], request.reason, until=request.until),
                uncontested[place] if is_first and not is_expired else frozenset(),
                request,
                contested[place] if is_first else frozenset(),
                is_expired,
                None if is_first else first,
            )


def unite_edges(exceptions: Iterable[CoveringException]) -> Set[Edge]:
    """Return what some exceptions cover together."""
    return frozenset().union(*{one.edges for one in exceptions})
