"""Lists of violations: filters, sorts and pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from archguard.snapshot import Occurrence
from archguard_api.errors import InvalidError
from archguard_api.store.violation_filter import NO_FILTER, ViolationFilter
from archguard_api.store.violation_lists import SORT_COLUMNS
from tests.api.snapshots import CONTRACT, DAY, START, commit_id, history

if TYPE_CHECKING:
    from archguard_api.models import FixedViolation, OpenViolation
    from archguard_api.store import Store

A, B, C = (("shop.a", "shop.old"), ("shop.b", "shop.older"), ("shop.C_c", "shop.old"))


@pytest.fixture
def filled(store: Store) -> Store:
    """A was there, went and came back; B came with the second commit, C with the third; D went."""
    for one in history([[A, ("shop.d", "shop.old")], [B], [A, B, C]]):
        store.add_snapshot("shop", one, token_id=None)
    return store


def _open(
    store: Store, limit: int = 10, which: ViolationFilter = NO_FILTER, **options: Any
) -> list[OpenViolation]:
    found: list[OpenViolation] = []
    after = None
    while True:
        page = store.list_open_violations("shop", "main", which, limit=limit, after=after, **options)
        found += page.items
        after = page.next
        if after is None:
            return found
        assert len(page.items) == limit


def test_an_open_violation_knows_its_story_and_its_place(filled: Store) -> None:
    (one,) = _open(filled, which=ViolationFilter(importer="shop.a"))

    assert (one.contract, one.imported, one.owner, one.times) == (CONTRACT, "shop.old", "@team", 2)
    assert (one.first_seen.commit, one.first_seen.committed_at) == (commit_id("c0"), START)
    assert (one.introduced.commit, one.introduced.committed_at) == (commit_id("c2"), START + 2 * DAY)
    assert [(place.path, place.line) for place in one.occurrences] == [("shop/a.py", 1)]


@pytest.mark.parametrize("limit", [1, 2, 3])
@pytest.mark.parametrize("sort", SORT_COLUMNS)
@pytest.mark.parametrize("descending", [False, True])
def test_pages_give_each_once_in_order(filled: Store, limit: int, sort: str, descending: bool) -> None:
    def key(one: OpenViolation) -> object:
        value = getattr(one, sort)
        return getattr(value, "committed_at", value)

    found = _open(filled, limit, sort=sort, descending=descending)

    assert sorted(one.importer for one in found) == ["shop.C_c", "shop.a", "shop.b"]
    keys = [key(one) for one in found]
    assert keys == sorted(keys, reverse=descending)  # type: ignore[type-var]


@pytest.mark.parametrize(
    ("options", "importers"),
    [
        ({"importer": "shop.b"}, ["shop.b"]),
        ({"module": "shop.b"}, ["shop.b"]),
        ({"module": "shop.old"}, ["shop.C_c", "shop.a"]),
        ({"package": "shop"}, ["shop.C_c", "shop.a", "shop.b"]),
        ({"package": "shop.a"}, ["shop.a"]),
        ({"package": "sho"}, []),
        ({"package": "shop.old"}, []),
        ({"kind": "top-level"}, ["shop.C_c", "shop.a", "shop.b"]),
        ({"kind": "lazy"}, []),
        ({"since": START + DAY}, ["shop.C_c", "shop.a", "shop.b"]),
        ({"since": START + 2 * DAY}, ["shop.C_c", "shop.a"]),
        ({"since": START + 2 * DAY + 1}, []),
        ({"search": "OLDER"}, ["shop.b"]),
        ({"imported": "shop.old"}, ["shop.C_c", "shop.a"]),
        ({"search": "older"}, ["shop.b"]),
        ({"search": "_"}, ["shop.C_c"]),
        ({"search": "%"}, []),
        ({"owner": "@team", "contract": CONTRACT}, ["shop.C_c", "shop.a", "shop.b"]),
        ({"owner": "@nobody"}, []),
        ({"contract": "none"}, []),
    ],
)
def test_filters(filled: Store, options: dict[str, Any], importers: list[str]) -> None:
    which = ViolationFilter(**options)

    assert sorted(one.importer for one in _open(filled, 1, which)) == importers
    page = filled.list_open_violations("shop", "main", which, limit=1)
    assert page.total == len(importers)


def test_what_was_fixed_knows_when(filled: Store) -> None:
    page = filled.list_fixed_violations("shop", "main", limit=10)

    (one,) = page.items
    assert (one.importer, one.times, one.owner) == ("shop.d", 1, "@team")
    assert (one.first_seen.commit, one.fixed.commit) == (commit_id("c0"), commit_id("c1"))
    assert (
        filled.list_fixed_violations(
            "shop", "main", ViolationFilter(since=START + 2 * DAY), limit=10
        ).items
        == ()
    )
    assert (
        len(
            filled.list_fixed_violations(
                "shop", "main", ViolationFilter(since=START + DAY), limit=10
            ).items
        )
        == 1
    )


@pytest.mark.parametrize(
    ("options", "importers"),
    [
        ({}, ["shop.C_c", "shop.a", "shop.b"]),
        ({"contract": "none"}, []),
        ({"importer": "shop.a"}, ["shop.a"]),
        ({"imported": "shop.older"}, ["shop.b"]),
        ({"module": "shop.old"}, ["shop.C_c", "shop.a"]),
        ({"package": "shop.C_c"}, ["shop.C_c"]),
        ({"owner": "@team"}, ["shop.C_c", "shop.a", "shop.b"]),
        ({"owner": "@nobody"}, []),
        ({"search": "c_C"}, ["shop.C_c"]),
        ({"since": START + 3 * DAY}, ["shop.b"]),
    ],
)
def test_filters_of_fixed_ones(store: Store, options: dict[str, Any], importers: list[str]) -> None:
    for one in history([[A, B, C], [A, B], [B], []]):
        store.add_snapshot("shop", one, token_id=None)

    page = store.list_fixed_violations("shop", "main", ViolationFilter(**options), limit=1)
    whole = store.list_fixed_violations("shop", "main", ViolationFilter(**options), limit=10)

    assert page.total == len(importers)
    assert sorted(one.importer for one in whole.items) == importers


def test_a_package_is_no_part_of_a_name(store: Store) -> None:
    edges = [(name, "old") for name in ("a.b", "a.b.c", "a.bc", "a.b-c", "a.b0", "a")]
    store.add_snapshot("shop", history([edges])[0], token_id=None)

    assert [one.importer for one in _open(store, which=ViolationFilter(package="a.b"))] == [
        "a.b",
        "a.b.c",
    ]


def test_a_kind_is_that_of_any_occurrence(store: Store) -> None:
    kinds = {"a": ("top-level", "function"), "b": ("function",), "c": ("guarded",)}
    (one,) = history([[(name, "old") for name in kinds]])
    occurring = tuple(
        found.model_copy(
            update={
                "occurrences": tuple(
                    Occurrence(path="x.py", line=1, kind=kind) for kind in kinds[found.importer]
                )
            }
        )
        for found in one.snapshot.violations
    )
    snapshot = one.snapshot.model_copy(update={"violations": occurring})
    store.add_snapshot("shop", one.model_copy(update={"snapshot": snapshot}), token_id=None)

    for limit in (1, 2, 3):
        found = _open(store, limit, ViolationFilter(kind="function"), descending=True)
        assert [one.importer for one in found] == ["a", "b"]
    assert (
        store.list_open_violations("shop", "main", ViolationFilter(kind="function"), limit=1).total == 2
    )


def test_imported_is_the_module_or_what_a_statement_asks_for_in_it(store: Store) -> None:
    asked = {"a": ("p.old.cart.Cart",), "b": ("p.old.tax", "p.old.cart"), "c": ("p.old.carts",), "d": ()}
    (upload,) = history([[(name, "p.old") for name in asked] + [("e", "p.olden"), ("f", "p")]])
    violations = tuple(
        violation.model_copy(
            update={
                "occurrences": (
                    Occurrence(path="x.py", line=1, kind="x", names=asked.get(violation.importer, ())),
                )
            }
        )
        for violation in upload.snapshot.violations
    )
    snapshot = upload.snapshot.model_copy(update={"violations": violations})
    store.add_snapshot("shop", upload.model_copy(update={"snapshot": snapshot}), token_id=None)

    def list_importers(imported: str) -> list[str]:
        return [one.importer for one in _open(store, which=ViolationFilter(imported=imported))]

    assert list_importers("p.old") == ["a", "b", "c", "d"]
    assert list_importers("p.old.cart") == ["a", "b"]
    assert list_importers("p.old.cart.Cart") == ["a"]
    assert list_importers("p.old.gone") == []
    which = ViolationFilter(imported="p.old.cart")
    assert store.list_open_violations("shop", "main", which, limit=1).total == 2


def test_fixed_ones_come_in_pages_the_last_first(store: Store) -> None:
    for one in history([[A, B, C], [A, B], [B], []]):
        store.add_snapshot("shop", one, token_id=None)
    found: list[FixedViolation] = []
    after = None
    while True:
        page = store.list_fixed_violations(
            "shop", "main", ViolationFilter(contract=CONTRACT), after=after, limit=1
        )
        found += page.items
        after = page.next
        if after is None:
            break

    assert [one.importer for one in found] == ["shop.b", "shop.a", "shop.C_c"]


@pytest.mark.parametrize(
    "cursor", ["", "x", "[]", "[1]", '["a", "b", "c", "d"]', "[true, 1, 2, 3]", "[" * 9999]
)
def test_a_cursor_that_is_none_is_invalid(filled: Store, cursor: str) -> None:
    with pytest.raises(InvalidError, match="cursor"):
        filled.list_open_violations("shop", "main", after=cursor, limit=1)


def test_a_sort_that_is_none_is_invalid(filled: Store) -> None:
    with pytest.raises(InvalidError, match="sort"):
        filled.list_open_violations("shop", "main", sort="id; DROP TABLE points", limit=1)


def test_a_branch_that_is_not_there_has_none(filled: Store) -> None:
    assert filled.list_open_violations("shop", "none", limit=1).items == ()
    assert filled.list_fixed_violations("none", "main", limit=1).items == ()
