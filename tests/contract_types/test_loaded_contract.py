"""Loading contracts and judging them, whatever their type."""

from __future__ import annotations

from typing import Any

import pytest

from archguard.contract_types.loaded_contract import load_contracts
from archguard.errors import ConfigurationError
from tests.contract_types.graphs import Session, contract_configuration, edges, graph_of, judge, loaded


def test_a_verdict_says_who_it_is_about() -> None:
    verdict = judge(
        graph_of("a.app -> a.old"),
        "protected",
        protected_modules=["a.old"],
        allowed_importers=[],
        broken_contract_guidance=["Ask us.", "We know."],
    )

    assert (verdict.id, verdict.name, verdict.type) == ("the-contract", "The contract", "protected")
    assert verdict.guidance == "Ask us.\nWe know."
    assert verdict.text == ""


def test_a_misspelt_type_is_named_with_the_nearest_right_one() -> None:
    with pytest.raises(
        ConfigurationError, match=r"unknown type 'depricated'; did you mean 'deprecated'\?"
    ):
        loaded("depricated", deprecated_modules=["a.old"])


def test_a_type_unlike_any_is_told_all_there_are() -> None:
    with pytest.raises(
        ConfigurationError,
        match=r"choose acyclic_siblings, canonical, deprecated, forbidden, independence, layers.* or ",
    ):
        loaded("zzz")


def test_a_misspelt_option_is_named_with_the_nearest_right_one() -> None:
    with pytest.raises(
        ConfigurationError,
        match=r"""^archguard.toml: contract "The contract": replacment: .* Did you mean .*\?$""",
    ):
        loaded("deprecated", deprecated_modules=["a.old"], replacment="a.new")


def test_a_missing_option_is_named() -> None:
    with pytest.raises(ConfigurationError, match="forbidden_modules: This is a required field"):
        loaded("forbidden", source_modules=["a"])


@pytest.mark.parametrize(
    ("contract_type", "options", "where"),
    [
        ("forbidden", {"source_modules": {"a": "b"}, "forbidden_modules": "b"}, "source_modules"),
        (
            "forbidden",
            {"source_modules": "a", "forbidden_modules": "b", "as_packages": {}},
            "as_packages",
        ),
        ("layers", {"layers": {"high": "low"}}, "layers"),
        ("acyclic_siblings", {"ancestors": "a", "depth": {"x": "1"}}, "depth"),
        ("deprecated", {"deprecated_modules": "a", "owner": {"team": "x"}}, "owner"),
        (
            "protected",
            {
                "protected_modules": "a",
                "allowed_importers": "b",
                "unmatched_ignore_imports_alerting": {"level": "none"},
            },
            "unmatched_ignore_imports_alerting",
        ),
    ],
)
def test_a_table_where_none_is_taken_is_a_configuration_error(
    contract_type: str, options: dict[str, Any], where: str
) -> None:
    with pytest.raises(ConfigurationError, match=f"{where}: Expected a value, got a table"):
        loaded(contract_type, **options)


def test_a_misspelt_table_is_a_misspelt_option() -> None:
    with pytest.raises(ConfigurationError, match=r"replacments: .* Did you mean 'replacement'\?"):
        loaded("deprecated", deprecated_modules=["a.old"], replacments={"a.old": "a.new"})


def test_contracts_do_not_see_what_others_ignored() -> None:
    graph = graph_of("a.app -> a.old")
    ignoring: dict[str, Any] = {"deprecated_modules": ["a.old"], "ignore_imports": ["a.app -> a.old"]}

    assert judge(graph, "deprecated", **ignoring).kept
    assert judge(graph, "deprecated", deprecated_modules=["a.old"]).finding.edges == edges(
        "a.app -> a.old"
    )


def test_only_deprecated_contracts_judge_ghosts() -> None:
    assert not loaded("protected", protected_modules=["a"], allowed_importers=[]).judges_ghosts
    assert loaded("protected", protected_modules=["a"], allowed_importers=[]).deprecated_modules == ()


def test_our_own_class_in_contract_types_needs_no_trust() -> None:
    session = Session(
        contract_types=("deprecated: archguard.contract_types.deprecated.DeprecatedContract",)
    )

    assert loaded("deprecated", session, deprecated_modules=["a.old"]).judges_ghosts


def test_contracts_are_loaded_in_order() -> None:
    options: dict[str, Any] = {"protected_modules": ["a"], "allowed_importers": []}
    contracts = [contract_configuration("protected", name, **options) for name in ("z", "a", "m")]

    loaded_contracts = load_contracts(Session().configuration(*contracts), trust_contract_types=False)

    assert [contract.id for contract in loaded_contracts] == ["z", "a", "m"]
