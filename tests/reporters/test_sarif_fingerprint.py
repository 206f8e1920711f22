"""A result's fingerprint is its violation's, wherever that stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reporters.reports import make_contract, make_occurrence, make_report, make_violation
from tests.reporters.sarif_log import read_run

if TYPE_CHECKING:
    from archguard.checking.report import Report

Edge = tuple[str, str]

_NAMES = st.text(st.characters(exclude_characters="\0"), max_size=3) | st.sampled_from(["a", "ab", "b"])
EDGES = st.tuples(_NAMES, _NAMES)


@given(lines=st.lists(st.integers(1, 10_000), min_size=1, max_size=5, unique=True))
def test_the_fingerprint_outlives_a_move_of_lines(lines: list[int]) -> None:
    there = make_violation("app.views", "app.old", *(make_occurrence(line=line) for line in lines))

    assert _fingerprint(make_report(there)) == _fingerprint(
        make_report(make_violation("app.views", "app.old"))
    )


@settings(max_examples=50)
@given(one=EDGES, other=EDGES)
def test_the_fingerprint_differs_where_the_edge_does(one: Edge, other: Edge) -> None:
    prints = [_fingerprint(make_report(make_violation(*edge))) for edge in (one, other)]

    assert (prints[0] == prints[1]) == (one == other)


def test_the_fingerprint_differs_between_contracts() -> None:
    here = make_report(make_violation())
    there = make_report(make_violation(contract="other"), contracts=[make_contract(1, id_="other")])

    assert _fingerprint(here) != _fingerprint(there)


def test_the_fingerprint_is_this_one_for_ever() -> None:
    assert _fingerprint(make_report(make_violation("app.views", "app.old"))) == (
        "06de80daf30324389d702fa4763245382f24750beb15f2128692f1296543088d"
    )


def _fingerprint(given_report: Report) -> str:
    (result,) = read_run(given_report)["results"]
    return str(result["partialFingerprints"]["archguardViolation/v1"])
