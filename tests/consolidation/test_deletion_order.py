"""Deprecated modules are deleted after those that import them, and together if they form a circle."""

from __future__ import annotations

import random

import pytest

from archguard.consolidation.deletion_order import DeletableGroup, order_deletions


def _find_old(name: str) -> str | None:
    return name if name.startswith("old") else None


def order(names: str, imports: dict[str, str]) -> list[DeletableGroup]:
    """Order the modules of a tree that are called `old…`."""
    pairs = [(importer, several.split()) for importer, several in imports.items()]
    return list(order_deletions(names.split(), pairs, _find_old))


def test_a_module_comes_after_those_that_import_it() -> None:
    assert order("old_a old_b old_c user", {"old_a": "old_b", "old_c": "old_a", "user": "old_b"}) == [
        DeletableGroup(("old_c",), (), ()),
        DeletableGroup(("old_a",), ("old_c",), ()),
        DeletableGroup(("old_b",), ("old_a",), (("user", "old_b"),)),
    ]


def test_modules_that_import_each_other_are_one_group() -> None:
    assert order("old_a old_b old_c", {"old_a": "old_b", "old_b": "old_a old_c"}) == [
        DeletableGroup(("old_a", "old_b"), (), ()),
        DeletableGroup(("old_c",), ("old_a", "old_b"), ()),
    ]


def test_what_lies_below_a_deprecated_package_goes_first() -> None:
    assert [one.modules for one in order("old old.sub", {})] == [("old.sub",), ("old",)]


def test_a_module_that_does_not_exist_is_not_deleted() -> None:
    assert order("user", {"user": "old_gone"}) == []


@pytest.mark.parametrize("seed", range(40))
def test_at_each_point_only_what_comes_later_is_imported(seed: int) -> None:
    choice = random.Random(seed)
    names = [f"old_{letter}" for letter in "abcdefg"]
    imports = {name: choice.sample(names, choice.randint(0, 2)) for name in names}

    groups = list(order_deletions(names, imports.items(), _find_old))

    gone: set[str] = set()
    for group in groups:
        importers = {name for name in names if set(imports[name]).intersection(group.modules)}
        assert importers - gone <= set(group.modules)
        gone.update(group.modules)
    assert gone == set(names)
