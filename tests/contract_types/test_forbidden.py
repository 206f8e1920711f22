"""import-linter's `forbidden` contracts."""

from __future__ import annotations

import pytest

from archguard.contract_types.verdict import Chain, Edge
from archguard.errors import ContractError
from tests.contract_types.graphs import Session, chain, edges, graph_of, judge


def test_the_edge_that_enters_the_forbidden_package_is_the_violation() -> None:
    graph = graph_of("a.app.view -> a.helper", "a.helper -> a.old.part", "a.old.part -> a.old")

    verdict = judge(graph, "forbidden", source_modules=["a.app"], forbidden_modules=["a.old"])

    assert not verdict.kept
    assert verdict.finding.edges == edges("a.helper -> a.old.part")
    assert verdict.finding.exposed == {"a.app.view"}


def test_one_more_direct_importer_is_one_more_violation() -> None:
    before = graph_of("a.app.one -> a.helper", "a.helper -> a.old", "a.app.two -> a.other")
    after = graph_of("a.app.one -> a.helper", "a.helper -> a.old", "a.app.two -> a.old")

    counted = [
        judge(graph, "forbidden", source_modules=["a.app"], forbidden_modules=["a.old"]).finding.edges
        for graph in (before, after)
    ]

    assert counted == [edges("a.helper -> a.old"), edges("a.helper -> a.old", "a.app.two -> a.old")]


def test_one_more_importer_of_the_helper_raises_the_exposure_and_not_the_count() -> None:
    graph = graph_of("a.app.one -> a.helper", "a.app.two -> a.helper", "a.helper -> a.old")

    verdict = judge(graph, "forbidden", source_modules=["a.app"], forbidden_modules=["a.old"])

    assert verdict.finding.edges == edges("a.helper -> a.old")
    assert verdict.finding.exposed == {"a.app.one", "a.app.two"}


def test_every_way_in_counts_and_not_only_the_shortest() -> None:
    graph = graph_of("a.app -> a.old", "a.app -> a.far", "a.far -> a.further", "a.further -> a.old")

    verdict = judge(graph, "forbidden", source_modules=["a.app"], forbidden_modules=["a.old"])

    assert verdict.finding.edges == edges("a.app -> a.old", "a.further -> a.old")


def test_with_indirect_imports_allowed_only_direct_ones_count() -> None:
    graph = graph_of("a.app.one -> a.old", "a.app.two -> a.helper", "a.helper -> a.old")

    verdict = judge(
        graph,
        "forbidden",
        source_modules=["a.app"],
        forbidden_modules=["a.old"],
        allow_indirect_imports="True",
    )

    assert verdict.finding.edges == edges("a.app.one -> a.old")


def test_not_as_packages_means_these_very_modules() -> None:
    graph = graph_of(
        "a.app -> a.old.part", "a.app.view -> a.old", "a.app -> a.helper", "a.helper -> a.old"
    )

    verdict = judge(
        graph,
        "forbidden",
        source_modules=["a.app"],
        forbidden_modules=["a.old"],
        as_packages="False",
    )

    assert verdict.finding.edges == edges("a.helper -> a.old")


def test_a_source_inside_the_forbidden_package_is_skipped() -> None:
    graph = graph_of("a.old.part -> a.old", "a.app -> a.old.part")

    verdict = judge(
        graph, "forbidden", source_modules=["a.old.part", "a.app"], forbidden_modules=["a.old"]
    )

    assert verdict.finding.edges == edges("a.app -> a.old.part")


def test_wildcards_stand_for_modules() -> None:
    graph = graph_of("a.x.view -> a.old_one", "a.y.view -> a.old_two", "a.z -> a.old_one")

    verdict = judge(
        graph, "forbidden", source_modules=["a.*.view"], forbidden_modules=["a.old_one", "a.old_two"]
    )

    assert verdict.finding.edges == edges("a.x.view -> a.old_one", "a.y.view -> a.old_two")


def test_an_external_package_can_be_forbidden() -> None:
    graph = graph_of("a.app -> ext", squashed=["ext"])

    verdict = judge(graph, "forbidden", source_modules=["a"], forbidden_modules=["ext"])

    assert verdict.finding.edges == edges("a.app -> ext")


def test_an_ignored_import_neither_counts_nor_carries() -> None:
    graph = graph_of("a.app -> a.helper", "a.helper -> a.old")

    verdict = judge(
        graph,
        "forbidden",
        source_modules=["a.app"],
        forbidden_modules=["a.old"],
        ignore_imports=["a.* -> a.helper"],
    )

    assert verdict.kept
    assert verdict.finding.edges == frozenset()
    assert verdict.ignored == 1


def test_a_missing_source_is_an_error_that_names_it() -> None:
    graph = graph_of("a.app -> a.old")

    with pytest.raises(
        ContractError, match=r'^contract "The contract": Module \'a\.gone\' does not exist\.$'
    ):
        judge(graph, "forbidden", source_modules=["a.gone"], forbidden_modules=["a.old"])


def test_an_external_package_needs_externals_in_the_graph() -> None:
    session = Session(include_external_packages=False)

    with pytest.raises(ContractError, match="include_external_packages"):
        judge(
            graph_of("a -> a.x"), "forbidden", session, source_modules=["a"], forbidden_modules=["ext"]
        )


def test_the_chain_begins_in_the_source_that_the_contract_names_and_is_named_after_it() -> None:
    graph = graph_of("a.low.b -> a.helper", "a.low.c -> a.helper", "a.helper -> a.high.x")

    finding = judge(
        graph, "forbidden", source_modules=["a.low", "a.low.c"], forbidden_modules=["a.high"]
    ).finding

    assert finding.chains == {
        Edge("a.helper", "a.high.x"): Chain(chain("a.low.b", "a.helper", "a.high.x"), "a.low", "a.high")
    }


def test_without_indirect_imports_the_chain_is_the_import() -> None:
    graph = graph_of("a.low.b -> a.high.x", "a.low.b -> a.helper", "a.helper -> a.high")

    finding = judge(
        graph,
        "forbidden",
        source_modules=["a.low"],
        forbidden_modules=["a.high"],
        allow_indirect_imports="True",
    ).finding

    assert finding.chains == {
        Edge("a.low.b", "a.high.x"): Chain(chain("a.low.b", "a.high.x"), "a.low", "a.high")
    }
