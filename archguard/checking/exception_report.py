"""What a report says of the exceptions of a contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.checking.covering_exception import COMMENT, TABLE
from archguard.checking.report import ExceptionReport

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from archguard.checking.allow_request import AllowRequest
    from archguard.checking.covering_exception import CoveringException
    from archguard.checking.judged_contract import JudgedContract


def list_exceptions(judged: JudgedContract) -> tuple[ExceptionReport, ...]:
    """Return the exceptions of a contract; of a comment one for each import that it covers."""
    return tuple(report for covering in judged.exceptions for report in _describe(covering, judged))


def list_exception_warnings(
    judged: JudgedContract, useless: Collection[CoveringException]
) -> Iterator[str]:
    """Yield what is wrong with the exceptions of a contract.

    Args:
        judged: the contract.
        useless: those that cover imports and change nothing.
    """
    to_remove = frozenset(useless)
    for covering in judged.exceptions:
        if covering.is_expired:
            yield f"{covering.label} expired on {covering.exception.until}: it allows nothing any more."
        elif covering in to_remove:
            yield f"{covering.label} allows nothing that this contract forbids: remove it."
        elif covering.repeated is not None:
            if not _says_the_same(covering, covering.repeated):
                place = covering.repeated.place
                yield f"{covering.label} adds nothing: the one at {place} allows the whole statement."
        elif covering.request is not None and not covering.edges:
            yield f"{covering.label} allows nothing: {_explain(covering, judged)}."
        elif covering.source == TABLE and not covering.edges:
            what = "import" if judged.family is None else "class"
            yield f"{covering.label} covers no {what}: remove it."
        if covering.source in (COMMENT, TABLE) and not covering.exception.reason:
            yield f"{covering.label} gives no reason."


def _says_the_same(covering: CoveringException, request: AllowRequest) -> bool:
    exception = covering.exception
    return (exception.reason, exception.until) == (request.reason, request.until)


def _explain(exception: CoveringException, judged: JudgedContract) -> str:
    if judged.family is not None:
        others = "another statement of the same class has none" if exception.contested else ""
        return others or "the contract counts no class there"
    if not exception.contested:
        return "the contract judges no import there"
    modules = ", ".join(sorted(edge.imported for edge in exception.contested))
    return f"another statement of {exception.exception.importer} imports {modules}, too"


def _describe(covering: CoveringException, judged: JudgedContract) -> Iterator[ExceptionReport]:
    exception, request = covering.exception, covering.request
    report = ExceptionReport(
        source=covering.source,
        importer=exception.importer,
        imported=exception.imported,
        imports=1 if request else len(judged.name_violations(covering.edges)),
        reason=exception.reason,
        owner=exception.owner,
        until=exception.until,
        expired=covering.is_expired,
        path=request.path if request else None,
        line=request.line if request else None,
    )
    if request is None:
        yield report
        return
    for edge in sorted(covering.edges):
        yield report._replace(imported=edge.imported)
