"""import-linter's `private_modules` contracts, which it has since 2.17."""

from __future__ import annotations

import pytest

from archguard.contract_types.registry import CONTRACT_TYPES, needs_newer_import_linter
from archguard.errors import ConfigurationError
from tests.contract_types.graphs import edges, graph_of, judge

_IS_INSTALLED = "private_modules" in CONTRACT_TYPES
_needed = pytest.mark.skipif(not _IS_INSTALLED, reason="import-linter 2.17 has this type")


@pytest.mark.skipif(_IS_INSTALLED, reason="the installed import-linter has this type")
def test_without_the_type_it_says_what_to_install() -> None:
    assert needs_newer_import_linter("private_modules")
    assert not needs_newer_import_linter("private")
    with pytest.raises(
        ConfigurationError, match=r"has no type 'private_modules'; install a newer one\.$"
    ):
        judge(graph_of("a.b -> a.c"), "private_modules")


@_needed
def test_who_is_not_below_the_parent_is_a_violation() -> None:
    graph = graph_of(
        "a.x -> a.x._p",
        "a.x.y.z -> a.x._p",
        "a.y -> a.x._p",
        "a -> a.x._p",
        "a.y -> a.x._p.deep",
        "a.y -> a.x",
    )

    verdict = judge(graph, "private_modules")

    assert not verdict.kept
    assert verdict.finding.edges == edges("a.y -> a.x._p", "a -> a.x._p", "a.y -> a.x._p.deep")
    assert verdict.finding.exposed == {"a", "a.y"}


@_needed
def test_only_the_packages_that_are_named_are_checked() -> None:
    graph = graph_of("a.y -> a.x._p", "a.x -> a.y._q", "a.__main__ -> a.x")

    verdict = judge(graph, "private_modules", packages_with_private_modules=["a.x"])

    assert verdict.finding.edges == edges("a.y -> a.x._p")
    assert judge(
        graph, "private_modules", packages_with_private_modules=["a.x"], ignore_imports=["a.y -> a.x._p"]
    ).kept
