"""Results that are packed, sent as JSON and unpacked are the same."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from archguard.graph.scanning.protocol import pack_results, unpack_results

# Surrogates stand for the undecodable bytes of a path, never in a name.
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
IMPORTS = st.lists(st.tuples(NAMES, st.integers(1, 10**6), st.booleans(), st.booleans()), max_size=6)
READ = st.fixed_dictionaries({"fingerprint": st.text(max_size=4), "imports": IMPORTS})
UNREAD = st.fixed_dictionaries(
    {"reason": st.text(max_size=4)},
    optional={"line": st.integers(1, 99), "fingerprint": st.text(max_size=4)},
)


@given(st.dictionaries(st.text(max_size=8), READ | UNREAD, max_size=6))
def test_what_is_packed_and_unpacked_is_the_same(results: dict[str, dict[str, Any]]) -> None:
    answer = json.loads(json.dumps(pack_results(list(results), results.values())))

    assert answer["paths"] == list(results)
    assert unpack_results(answer) == list(results.values())


def test_a_name_stands_once_however_often_it_is_imported() -> None:
    results = [{"imports": [("a.long.name", line, False, True)]} for line in range(1, 9)]

    assert json.dumps(pack_results([str(n) for n in range(8)], results)).count("a.long.name") == 1


def test_packing_changes_no_result() -> None:
    result = {"fingerprint": "p", "imports": [("a", 1, False, True)]}
    pack_results(["a.py"], [result])

    assert result == {"fingerprint": "p", "imports": [("a", 1, False, True)]}
