"""Groups against a slow count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archguard.snapshot import Occurrence
from archguard_api.models import Moment, OpenViolation
from archguard_api.services.violation_groups import GroupBy, group_violations

names = st.sampled_from(["a", "a.b", "a.c", "a.b.c", "b.a"])
kinds = st.sets(st.sampled_from(["top-level", "function", "guarded"]), max_size=3)


@st.composite
def violations(draw: st.DrawFn) -> list[OpenViolation]:
    edges = draw(st.sets(st.tuples(names, names), max_size=12))
    return [
        OpenViolation(
            contract="one",
            importer=importer,
            imported=imported,
            ghost=False,
            replacement=None,
            owner=draw(st.sampled_from([None, "@a", "@b"])),
            occurrences=tuple(Occurrence(path="x", line=1, kind=kind) for kind in draw(kinds)),
            introduced=(moment := Moment(f"c{number}", draw(st.integers(0, 9)))),
            first_seen=moment,
            times=1,
            age_days=0,
        )
        for number, (importer, imported) in enumerate(sorted(edges))
    ]


@given(violations(), st.sampled_from(GroupBy), st.booleans())
def test_every_violation_is_in_the_groups_that_it_belongs_to(
    found: list[OpenViolation], by: GroupBy, ascending: bool
) -> None:
    def belongs(one: OpenViolation, name: str) -> bool:
        return {
            GroupBy.PACKAGE: one.importer == name
            or (one.importer.startswith(f"{name}.") and "." in name),
            GroupBy.OWNER: (one.owner or "") == name,
            GroupBy.KIND: any(occurrence.kind == name for occurrence in one.occurrences),
            GroupBy.IMPORTER: one.importer == name,
            GroupBy.IMPORTED: one.imported == name,
        }[by]

    groups = group_violations(found, by, depth=2, ascending=ascending)

    for group in groups:
        members = [one for one in found if belongs(one, group.name)]
        assert group.violations == len(members)
        assert group.importers == len({one.importer for one in members})
        assert group.oldest.committed_at == min(one.introduced.committed_at for one in members)
    assert all(
        any(belongs(one, group.name) for group in groups)
        for one in found
        if by is not GroupBy.KIND or one.occurrences
    )
    sizes = [group.violations for group in groups]
    assert sizes == sorted(sizes, reverse=not ascending)


@pytest.mark.parametrize("ascending", [False, True])
def test_groups_of_one_size_are_sorted_by_name_in_either_order(ascending: bool) -> None:
    moment = Moment("c", 1)
    edges = [("c", "x"), ("a", "x"), ("d", "y"), ("b", "y"), ("d", "z")]
    found = [
        OpenViolation("one", importer, imported, False, None, None, (), moment, moment, 1, 0)
        for importer, imported in edges
    ]

    groups = group_violations(found, GroupBy.IMPORTER, depth=2, ascending=ascending)

    names = [group.name for group in groups]
    assert names == (["a", "b", "c", "d"] if ascending else ["d", "a", "b", "c"])


def test_violations_without_an_owner_are_a_group_without_a_name() -> None:
    moment = Moment("c", 1)
    found = [
        OpenViolation("one", importer, "old", False, None, owner, (), moment, moment, 1, 0)
        for importer, owner in (("a", None), ("b", "@b"), ("c", None))
    ]

    groups = group_violations(found, GroupBy.OWNER, depth=2, ascending=False)

    assert [(one.name, one.violations) for one in groups] == [("", 2), ("@b", 1)]


def test_a_package_is_broken_down_by_what_the_statements_ask_for() -> None:
    moment = Moment("c", 1)

    def violation(importer: str, *names: str) -> OpenViolation:
        occurrences = (Occurrence(path="x", line=1, kind="top-level", names=names),)
        return OpenViolation(
            "one", importer, "p.old", False, None, None, occurrences, moment, moment, 1, 0
        )

    violations = [
        violation("a", "p.old.cart.Cart", "p.old.cart.Line", "p.old.tax"),
        violation("b", "p.old.cart"),
        violation("c", "p.old"),
        violation("d", "p.old.*"),
        violation("e"),
    ]

    groups = group_violations(violations, GroupBy.IMPORTED, depth=2, ascending=False)

    assert [(one.name, one.violations) for one in groups] == [
        ("p.old", 3),
        ("p.old.cart", 2),
        ("p.old.tax", 1),
    ]
