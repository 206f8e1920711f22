"""import-linter's `protected` contracts."""

from __future__ import annotations

from archguard.contract_types.verdict import Chain, Edge
from tests.contract_types.graphs import chain, edges, graph_of, judge


def test_whoever_is_not_allowed_is_a_violation_for_each_module_it_imports() -> None:
    graph = graph_of("a.app -> a.models", "a.app -> a.models.user", "a.store.sql -> a.models")

    verdict = judge(graph, "protected", protected_modules=["a.models"], allowed_importers=["a.store"])

    assert verdict.finding.edges == edges("a.app -> a.models", "a.app -> a.models.user")
    assert verdict.finding.exposed == {"a.app"}


def test_protected_modules_may_import_their_own_package() -> None:
    graph = graph_of("a.models.user -> a.models", "a.models -> a.models.user")

    assert judge(graph, "protected", protected_modules=["a.models"], allowed_importers=[]).kept


def test_indirect_imports_do_not_count() -> None:
    graph = graph_of("a.app -> a.store", "a.store -> a.models")

    assert judge(graph, "protected", protected_modules=["a.models"], allowed_importers=["a.store"]).kept


def test_not_as_packages_means_these_very_modules() -> None:
    graph = graph_of("a.app -> a.models", "a.app -> a.models.user", "a.store.sql -> a.models")

    verdict = judge(
        graph,
        "protected",
        protected_modules=["a.models"],
        allowed_importers=["a.store"],
        as_packages="False",
    )

    assert verdict.finding.edges == edges("a.app -> a.models", "a.store.sql -> a.models")


def test_one_import_forbidden_by_two_expressions_is_one_violation() -> None:
    graph = graph_of("a.app -> a.models.user")

    verdict = judge(
        graph, "protected", protected_modules=["a.models", "a.models.*"], allowed_importers=[]
    )

    assert verdict.finding.edges == edges("a.app -> a.models.user")


def test_the_chain_of_an_import_of_a_protected_module_is_the_import() -> None:
    graph = graph_of("a.one -> a.old.x", "a.two -> a.one")

    chains = judge(graph, "protected", protected_modules=["a.old"], allowed_importers=[]).finding.chains

    assert chains == {Edge("a.one", "a.old.x"): Chain(chain("a.one", "a.old.x"))}
