"""A report goes through JSON and comes back the same."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from archguard.checking.plain import plain, report_of
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

TEXT = st.text(max_size=5)
TEXTS = st.lists(TEXT, max_size=2).map(tuple)
NUMBERS = st.integers(0, 9)
OCCURRENCES = st.builds(Occurrence, TEXT, NUMBERS, st.sampled_from(ImportKind), TEXT)
VIOLATIONS = st.builds(
    Violation,
    *(TEXT, TEXT, TEXT, st.booleans(), TEXT),
    st.lists(OCCURRENCES, max_size=2).map(tuple),
    st.none() | TEXT,
)
CONTRACTS = st.builds(
    ContractReport,
    *(TEXT, TEXT, TEXT, st.booleans(), NUMBERS, NUMBERS, st.booleans(), NUMBERS, NUMBERS),
    *(st.none() | TEXT, st.none() | st.dates(), TEXTS, TEXT, TEXT),
)
UNREAD = st.builds(UnreadFile, TEXT, TEXT, st.none() | NUMBERS, TEXTS, st.none() | TEXT)
REPORTS = st.builds(
    Report,
    st.none() | TEXT,
    st.lists(CONTRACTS, max_size=2).map(tuple),
    st.lists(VIOLATIONS, max_size=2).map(tuple),
    st.lists(st.builds(ReferenceReport, TEXT, TEXT, TEXT, NUMBERS), max_size=2).map(tuple),
    st.builds(Coverage, NUMBERS, st.lists(UNREAD, max_size=2).map(tuple)),
    NUMBERS,
    NUMBERS,
)


@given(REPORTS)
def test_what_comes_back_is_what_went_in(report: Report) -> None:
    back = report_of(json.loads(json.dumps(plain(report))))

    assert back == report
    assert repr(back) == repr(report)  # the types, too
