"""The last line of a text report says what to do now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard.checking.coverage import Outside, OutsideFile, Undecided
from archguard.checking.report import ReferenceReport
from archguard.graph.model import ImportKind, UnreadFile
from archguard.reporters.next_step import describe_next_step
from tests.reporters.reports import (
    make_chain_violation,
    make_contract,
    make_occurrence,
    make_report,
    make_violation,
)

if TYPE_CHECKING:
    from archguard.checking.report import Report

_LOWER_BOUND = [make_contract(lower_bound=True)]
_MANY = [make_violation(f"app.m{n}", "app.old") for n in range(3)]
_CAUSED = [
    make_chain_violation("app.low.a -> app.mid at 3", f"app.mid -> app.high.m{n} at {n}") for n in (1, 2)
]


def _with_coverage(report: Report, **coverage: object) -> Report:
    return report._replace(coverage=report.coverage._replace(**coverage))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("report", "step"),
    [
        (make_report(), "nothing to do, every contract is kept."),
        (
            make_report(make_violation(replacement="app.new")),
            "in app/views.py:3, import app.new instead of app.old.",
        ),
        (
            make_report(*_MANY, make_violation("app.z", "app.zoo", make_occurrence("app/z.py", 9))),
            "in app/z.py:9, remove app.zoo (1 importer left).",
        ),
        (
            make_report(*_CAUSED, contracts=[make_contract(2, id_="layers")]),
            "look at app/low/a.py:3, where app.low.a imports app.mid: 2 violations begin there.",
        ),
        (
            make_report(_CAUSED[0], contracts=[make_contract(1, id_="layers")]),
            (
                "remove one import of the chain from app/low/a.py:3 to app/mid.py:1: "
                "app.low reaches app.high."
            ),
        ),
        (
            make_report(
                make_chain_violation("app.low.a -> app.high at 3"),
                contracts=[make_contract(1, id_="layers")],
            ),
            "remove the import in app/low/a.py:3: app.low reaches app.high.",
        ),
        (
            make_report(
                make_violation("app.x", "app", make_occurrence("app/x.py", 1, ImportKind.UNDECLARED))
            ),
            "list app.x in the contract one-engine, or in its exhaustive_ignores.",
        ),
        (
            make_report(contracts=[make_contract()._replace(error="app.odl does not exist.")]),
            "mend the contract one-engine: it could not be judged.",
        ),
        (
            make_report(
                contracts=_LOWER_BOUND,
                unread=[
                    UnreadFile("app/a.py", "too large", None, ()),
                    UnreadFile("app/b.py", "a syntax error", 2, ("app.old",)),
                ],
            ),
            "mend or exclude app/b.py:2, which could not be read: until then no zero is certain.",
        ),
        (
            _with_coverage(
                make_report(contracts=_LOWER_BOUND),
                undecided=(Undecided("one-engine", "app.old", "app.c", "app/c.py", 4),),
            ),
            "look at app/c.py:4, which may import app.old.",
        ),
        (
            _with_coverage(make_report(), outside=Outside(3, (OutsideFile("manage.py", ("app.old",)),))),
            "look at manage.py, which lies under no root and names app.old.",
        ),
        (
            make_report(references=[ReferenceReport("one-engine", "app.old", "app/a.py", 7)]),
            "look at app/a.py:7, which names app.old.",
        ),
        (
            make_report(contracts=[make_contract(warnings=("No match.",))]),
            "see the warnings above; every contract is kept.",
        ),
    ],
)
def test_the_next_step_is_one_line(report: Report, step: str) -> None:
    assert describe_next_step(report) == f"Next: {step}"
