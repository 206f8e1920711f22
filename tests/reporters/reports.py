"""Reports for tests of reporters, with defaults for what a test does not need."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from archguard.checking.coverage import Coverage, Excluded, Outside, OutsideFile, Undecided
from archguard.checking.report import (
    BaseReport,
    Cause,
    ChainStep,
    ContractReport,
    Occurrence,
    ReferenceReport,
    Report,
    Violation,
)
from archguard.checking.source_edit import RefusedEdit, SourceEdit
from archguard.graph.model import ImportKind, UnreadFile
from archguard.reporters import Style, render

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
    status: str = "open",
    replacement: str | None = None,
    chain: Sequence[ChainStep] = (),
    between: tuple[str | None, str | None] = (None, None),
    nowhere: bool = False,
) -> Violation:
    """Make a violation, with one occurrence unless others are given or it is `nowhere`.

    `between` are the source and the target that the contract of a chain names.
    """
    where = occurrences or (() if nowhere else (make_occurrence(),))
    return Violation(
        contract, importer, imported, ghost, status, where, replacement, tuple(chain), *between
    )


def make_chain_violation(*arrows: str, contract: str = "layers", status: str = "open") -> Violation:
    """Make a violation with a chain of arrows `app.low.a -> app.helper at 3`.

    A module's file is named after it, and the contract names the first two parts of both ends.
    """
    steps = []
    for arrow in arrows:
        edge, _, line = arrow.partition(" at ")
        importer, imported = edge.split(" -> ")
        steps.append(ChainStep(importer, imported, f"{importer.replace('.', '/')}.py", int(line)))
    last = steps[-1]
    return make_violation(
        last.importer,
        last.imported,
        make_occurrence(last.path, last.line, statement=f"import {last.imported}"),
        contract=contract,
        status=status,
        chain=steps,
        between=(_first_parts(steps[0].importer), _first_parts(last.imported)),
    )


def _first_parts(module: str) -> str:
    return ".".join(module.split(".")[:2])


BASE = BaseReport("0123456789" * 4, "git", "main")


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
        new=new,
        passed=(not violations if kept is None else kept) if new is None else not new,
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
    base: BaseReport | None = None,
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
        base=base,
    )


def render_text(report: Report, style: Style | None = None) -> str:
    """Return the text report."""
    return render(report, "text", style or Style())


def render_lines(report: Report, style: Style | None = None) -> list[str]:
    """Return the lines of the text report."""
    return render_text(report, style).split("\n")


@st.composite
def hostile_reports(draw: st.DrawFn) -> Report:
    """Draw reports with any text wherever it can come from the tree or its configuration."""
    text = hostile_texts()
    lines = st.integers(1, 9)
    id_ = draw(text)
    names = st.lists(text, max_size=2).map(tuple)
    kinds = st.sampled_from(ImportKind)
    edit = st.builds(SourceEdit, text, st.integers(0, 9), st.integers(9, 19), text, text)
    edits = st.none() | st.builds(RefusedEdit, text, text, lines) | st.lists(edit, max_size=2).map(tuple)
    occurrences = st.builds(Occurrence, text, lines, kinds, text, st.none() | lines, names)
    violations = draw(
        st.lists(
            st.builds(
                Violation,
                st.just(id_),
                text,
                text,
                st.booleans(),
                st.sampled_from(("new", "existing", "open")),
                st.lists(occurrences, max_size=3).map(tuple),
                st.none() | text,
                st.just(()),
                st.none(),
                st.none(),
                causes=st.just(()),
                edits=edits,
            )
            | st.builds(
                Violation,
                st.just(id_),
                text,
                text,
                st.just(value=False),
                st.sampled_from(("new", "existing", "open")),
                st.lists(occurrences, max_size=3).map(tuple),
                st.none(),
                st.lists(st.builds(ChainStep, text, text, text, lines), min_size=1, max_size=3).map(
                    tuple
                ),
                text,
                text,
                causes=st.lists(st.builds(Cause, text, text, text, lines, lines, names), max_size=2).map(
                    tuple
                ),
                edits=edits,
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
    reference_kinds = st.sampled_from(("literal", "configuration", "attribute"))
    references = st.builds(ReferenceReport, st.just(id_), text, text, lines, reference_kinds, text)
    report = make_report(
        *violations,
        contracts=[
            broken._replace(error=draw(st.none() | text.filter(bool)), exposed=draw(names)),
        ],
        references=draw(st.lists(references, max_size=2)),
        unread=draw(st.lists(unread, max_size=2)),
    )
    outside = st.builds(
        Outside, lines, st.lists(st.builds(OutsideFile, text, names), max_size=2).map(tuple)
    )
    undecided = st.builds(Undecided, st.just(id_), text, text, text, lines)
    return report._replace(
        coverage=report.coverage._replace(
            outside=draw(outside),
            excluded=draw(st.builds(Excluded, lines, names, lines)),
            undecided=tuple(draw(st.lists(undecided, max_size=2))),
        )
    )
