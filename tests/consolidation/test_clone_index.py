"""Members whose code is nearly the same."""

from __future__ import annotations

import random

import pytest

from archguard.consolidation.clone_index import MIN_SHARE, Clone, CloneIndex
from archguard.consolidation.family_member import FamilyMember
from archguard.definitions.tokens import MIN_COPY_TOKENS, measure_containment


def _member(name: str, shingles: range | set[int], **fields: object) -> FamilyMember:
    values: dict[str, object] = {"tokens": MIN_COPY_TOKENS, "shingles": frozenset(shingles), **fields}
    return FamilyMember(name, name, **values)  # type: ignore[arg-type]


def test_the_one_that_shares_most_is_found() -> None:
    member = _member("a", range(100))
    index = CloneIndex([member, _member("b", range(30, 130)), _member("c", range(10, 110))])

    assert index.find(member) == Clone("c", 0.9, is_same_shape=False)


@pytest.mark.parametrize(("start", "is_clone"), [(40, True), (41, False)])
def test_three_fifths_are_enough(start: int, is_clone: bool) -> None:
    member = _member("a", range(100))

    found = CloneIndex([member, _member("b", range(start, start + 100))]).find(member)

    assert (found is not None) is is_clone


def test_the_same_shape_needs_no_shared_shingle() -> None:
    member = _member("a", range(10), shape="x")

    found = CloneIndex([member, _member("b", range(50, 60), shape="x")]).find(member)

    assert found == Clone("b", 1.0, is_same_shape=True)


def test_short_ones_and_tests_are_none() -> None:
    member = _member("a", range(100))
    short = _member("b", range(100), tokens=MIN_COPY_TOKENS - 1)
    test = _member("c", range(100), is_test=True)

    assert CloneIndex([member, short, test]).find(member) is None
    assert CloneIndex([member, short]).find(short) is None


def test_what_comparing_each_with_each_finds_is_found() -> None:
    drawn = random.Random(7)
    members = [
        _member(f"m{number}", set(drawn.sample(range(60), drawn.randint(5, 40)))) for number in range(60)
    ]
    index = CloneIndex(members)

    for member in members:
        best = max(
            measure_containment(member.shingles, other.shingles) for other in members if other != member
        )
        found = index.find(member)
        assert (found.share if found else 0) == (best if best >= MIN_SHARE else 0)


def test_one_of_a_thousand_copies_is_found_to_be_one() -> None:
    members = [_member(f"m{number}", range(50)) for number in range(1_000)]

    found = CloneIndex(members).find(members[999])

    assert found is not None
    assert found.share == 1
