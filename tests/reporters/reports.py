"""Reports for tests of reporters, with defaults for what a test does not need."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from archguard.checking.report import (
    ContractReport,
    Coverage,
    Occurrence,
    ReferenceReport,
    Report,
    Violation,
)
from archguard.graph.model import UnreadFile
from archguard.graph.parsing.import_kinds import ImportKind

if TYPE_CHECKING:
    from collections.abc import Sequence

HOSTILE = (
    "a.py\n::error file=app.py,line=1::forged",
    "  ::stop-commands::forged",
    "a##[error]forged.py",
    "a##vso[task.setvariable variable=x]y.py",
    "a##teamcity[message text='forged'].py",
    "\x1b[31mred\x1b[0m.py",
    "\x1b]8;;https://example.com\x07link\x1b]8;;\x07",
    "\x9b31mred",
    "a\rb.py",
    "del\x7f.py",
    "abc\u202egnp.py",
    "abc\u2066def\u2069",
    "a\u2028b",
    b"latin-\xe9.py".decode("utf-8", "surrogateescape"),
    "\ud800",
)
"""Names that do harm if they are printed unescaped."""

_INNOCENT = ("[/red]", "[a](https://example.com)", "%0A::", "{0}", "a b", ",", "=", "100%", "\\", "''")


def hostile_texts() -> st.SearchStrategy[str]:
    """Draw any text, likely with a meaning to a format, a terminal or a CI service."""
    pieces = st.sampled_from((*HOSTILE, *_INNOCENT, "::", ":", "#", "##", "[", "\n", "\t", " "))
    anything = st.text(st.characters(exclude_categories=()), max_size=8)
    return st.lists(pieces | anything, max_size=4).map("".join)


def make_occurrence(
    path: str = "app/views.py",
    line: int = 3,
    kind: ImportKind = ImportKind.TOP_LEVEL,
    statement: str = "from app.old import Engine",
) -> Occurrence:
    return Occurrence(path, line, kind, statement)


def make_violation(
    importer: str = "app.views",
    imported: str = "app.old",
    *occurrences: Occurrence,
    contract: str = "one-engine",
    ghost: bool = False,
    status: str = "new",
    replacement: str | None = None,
    nowhere: bool = False,
) -> Violation:
    """Make a violation, with one occurrence unless others are given or it is `nowhere`."""
    where = occurrences or (() if nowhere else (make_occurrence(),))
    return Violation(contract, importer, imported, ghost, status, where, replacement)


def make_contract(
    violations: int = 0,
    *,
    id_: str = "one-engine",
    name: str = "One engine",
    type_: str = "deprecated",
    kept: bool | None = None,
    new: int | None = None,
    lower_bound: bool = False,
    exposure: int = 0,
    ignored: int = 0,
    owner: str | None = None,
    deadline: datetime.date | None = None,
    warnings: tuple[str, ...] = (),
    text: str = "",
    guidance: str = "",
) -> ContractReport:
    return ContractReport(
        id=id_,
        name=name,
        type=type_,
        kept=not violations if kept is None else kept,
        violations=violations,
        new=violations if new is None else new,
        lower_bound=lower_bound,
        exposure=exposure,
        ignored=ignored,
        owner=owner,
        deadline=deadline,
        warnings=warnings,
        text=text,
        guidance=guidance,
    )


def make_report(
    *violations: Violation,
    contracts: Sequence[ContractReport] | None = None,
    references: Sequence[ReferenceReport] = (),
    unread: Sequence[UnreadFile] = (),
    commit: str | None = None,
) -> Report:
    """Make a report of one contract that the violations break, unless contracts are given."""
    return Report(
        commit=commit,
        contracts=tuple(contracts) if contracts is not None else (make_contract(len(violations)),),
        violations=violations,
        references=tuple(references),
        coverage=Coverage(10, tuple(unread)),
        modules=9,
        imports=20,
    )


@st.composite
def hostile_reports(draw: st.DrawFn) -> Report:
    """Draw reports with any text wherever it can come from the tree or its configuration."""
    text = hostile_texts()
    lines = st.integers(1, 9)
    id_ = draw(text)
    occurrences = st.builds(Occurrence, text, lines, st.sampled_from(ImportKind), text)
    violations = draw(
        st.lists(
            st.builds(
                Violation,
                st.just(id_),
                text,
                text,
                st.booleans(),
                st.sampled_from(("new", "known")),
                st.lists(occurrences, max_size=3).map(tuple),
                st.none() | text,
            ),
            max_size=4,
        )
    )
    broken = make_contract(
        len(violations),
        id_=id_,
        name=draw(text),
        kept=draw(st.booleans()),
        lower_bound=draw(st.booleans()),
        owner=draw(text),
        deadline=datetime.date(2026, 12, 31),
        warnings=tuple(draw(st.lists(text, max_size=2))),
        text=draw(text),
        guidance=draw(text),
    )
    unread = st.builds(UnreadFile, text, text, st.none() | lines, st.lists(text, max_size=2).map(tuple))
    references = st.builds(ReferenceReport, st.just(id_), text, text, lines)
    return make_report(
        *violations,
        contracts=[broken],
        references=draw(st.lists(references, max_size=2)),
        unread=draw(st.lists(unread, max_size=2)),
    )
