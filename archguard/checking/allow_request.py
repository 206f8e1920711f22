"""What a comment like `# archguard: allow[one-cart] until 2027-01-31: reason` asks for."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from archguard.configuration.contract_exception import parse_day
from archguard.text import escape, suggest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from archguard.configuration import Configuration
    from archguard.graph.discovery import Module
    from archguard.graph.model import Analysis, RawComment

_REQUEST = re.compile(
    r"""
    allow\s*\[ (?P<contracts>[^\]]*+) \]\s* (?:until\s+(?P<until>[^\s:]++)\s*)? (?::(?P<reason>.*))?
    """,
    re.DOTALL | re.VERBOSE,
)


class AllowRequest(NamedTuple):
    """A comment that asks for an exception, and where it stands."""

    importer: str
    path: str
    line: int
    first: int
    """The first line of the statement that it is about; 0 if there is none."""
    last: int
    contracts: tuple[str, ...]
    """Ids as written; empty if the comment cannot be understood."""
    until: str
    reason: str

    @property
    def place(self) -> str:
        """Where it stands, escaped."""
        return f"{escape(self.path)}:{self.line}"


def iterate_requests(analysis: Analysis) -> Iterator[AllowRequest]:
    """Yield the requests in a tree, sorted by module and line."""
    return _read(analysis.comments, analysis.modules)


def has_requests(ids: frozenset[str], analysis: Analysis) -> bool:
    """Return whether a comment in a tree names a contract by one of some ids."""
    return any(not ids.isdisjoint(request.contracts) for request in iterate_requests(analysis))


def list_request_notices(analysis: Analysis, configuration: Configuration) -> tuple[str, ...]:
    """Return what is wrong with the requests that concern none of the contracts."""
    known = {name for contract in configuration.contracts for name in contract.short_ids}
    notices = []
    for request in iterate_requests(analysis):
        if not request.contracts:
            notices.append(
                f"{request.place}: this comment allows nothing: write it as "
                "`# archguard: allow[contract] until 2027-01-31: reason`."
            )
        if configuration.is_selection:
            continue
        notices += [
            f"{request.place}: this comment allows nothing for {escape(name)!r}, which is no contract"
            f"{suggest(name, sorted(known))}"
            for name in request.contracts
            if name not in known
        ]
    return tuple(notices)


def _read(
    comments: Mapping[str, tuple[RawComment, ...]], modules: Mapping[str, Module]
) -> Iterator[AllowRequest]:
    for importer in sorted(comments):
        path = modules[importer].path
        for first, last, line, text in comments[importer]:
            yield AllowRequest(importer, path, line, first, last, *_parse(text))


@lru_cache(maxsize=1000)
def _parse(text: str) -> tuple[tuple[str, ...], str, str]:
    """Return the contracts, the last day and the reason; no contracts if the text is malformed."""
    match = _REQUEST.fullmatch(text)
    contracts = (
        tuple(stripped for id_ in match["contracts"].split(",") if (stripped := id_.strip()))
        if match
        else ()
    )
    until = (match and match["until"]) or ""
    if match is None or (until and parse_day(until) is None):
        return (), "", ""
    return tuple(dict.fromkeys(contracts)), until, " ".join((match["reason"] or "").split())
