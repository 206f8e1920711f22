"""The `deprecated` contract type, through archguard and through `lint-imports` itself."""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from archguard.contract_types.deprecated import DateField, ReplacementField, find_replacement
from archguard.contract_types.verdict import Edge
from archguard.errors import ConfigurationError, ContractError
from tests.contract_types.graphs import edges, graph_of, judge, loaded

if TYPE_CHECKING:
    from pathlib import Path


def test_a_deprecated_module_that_does_not_exist_keeps_the_contract() -> None:
    verdict = judge(graph_of("a.app -> a.new"), "deprecated", deprecated_modules=["a.gone"])

    assert verdict.kept
    assert verdict.finding.edges == frozenset()


def test_an_import_of_a_deleted_module_counts() -> None:
    # The graph that archguard judges on has an edge to the deleted module, and no module above it.
    graph = graph_of("a.app -> a.gone.part")

    finding = judge(graph, "deprecated", deprecated_modules=["a.gone"]).finding

    assert finding.edges == edges("a.app -> a.gone")
    assert finding.imports == {Edge("a.app", "a.gone"): {"a.gone.part"}}


def test_descendants_are_deprecated_and_namesakes_are_not() -> None:
    graph = graph_of("a.app -> a.old.x.y", "a.app -> a.older", "a.app -> b.a.old")

    assert judge(graph, "deprecated", deprecated_modules=["a.old"]).finding.edges == edges(
        "a.app -> a.old"
    )


def test_imports_of_a_package_and_of_what_is_in_it_are_one_violation() -> None:
    graph = graph_of("a.app -> a.old", "a.app -> a.old.x", "a.app -> a.old.y")

    finding = judge(graph, "deprecated", deprecated_modules=["a.old"]).finding
    each = judge(graph, "deprecated", deprecated_modules=["a.old", "a.old.*"]).finding

    assert finding.edges == edges("a.app -> a.old")
    assert finding.imports == {Edge("a.app", "a.old"): {"a.old", "a.old.x", "a.old.y"}}
    assert each.edges == edges("a.app -> a.old", "a.app -> a.old.x", "a.app -> a.old.y")


def test_imports_among_modules_deprecated_by_the_same_contract_are_none() -> None:
    graph = graph_of("a.old.x -> a.old.y", "a.legacy -> a.old", "a.app -> a.legacy")

    verdict = judge(graph, "deprecated", deprecated_modules=["a.old", "a.legacy"])

    assert verdict.finding.edges == edges("a.app -> a.legacy")


def test_only_direct_imports_count_and_everything_upstream_is_exposed() -> None:
    graph = graph_of("a.far -> a.near", "a.near -> a.old.part", "a.old -> a.other", "a.other -> a.x")

    verdict = judge(graph, "deprecated", deprecated_modules=["a.old"])

    assert verdict.finding.edges == edges("a.near -> a.old")
    assert verdict.finding.exposed == {"a.far", "a.near"}


def test_one_star_stands_for_one_component_and_its_descendants_go_with_it() -> None:
    graph = graph_of("a.app -> a.x.old", "a.app -> a.x.old.part", "a.app -> a.x.y.old", "a.app -> a.old")

    assert judge(graph, "deprecated", deprecated_modules=["a.*.old"]).finding.edges == edges(
        "a.app -> a.x.old"
    )


def test_two_stars_stand_for_one_component_or_more() -> None:
    graph = graph_of("a.app -> a.old.x", "a.app -> a.old.x.y", "a.app -> a.old")

    assert judge(graph, "deprecated", deprecated_modules=["a.old.**"]).finding.edges == edges(
        "a.app -> a.old.x", "a.app -> a.old.x.y"
    )


def test_a_squashed_package_can_be_deprecated() -> None:
    graph = graph_of("a.app -> ext", squashed=["ext"])

    assert judge(graph, "deprecated", deprecated_modules=["ext"]).finding.edges == edges("a.app -> ext")


def test_an_allowed_importer_is_that_very_module_and_the_allowance_covers_descendants() -> None:
    graph = graph_of("a.compat -> a.old.part", "a.compat.x -> a.old", "a.app -> a.old")

    verdict = judge(
        graph,
        "deprecated",
        deprecated_modules=["a.old"],
        allowed_importers=["a.compat -> a.old"],
    )

    assert verdict.finding.edges == edges("a.compat.x -> a.old", "a.app -> a.old")
    assert verdict.warnings == ()


def test_an_allowed_importer_may_have_wildcards() -> None:
    graph = graph_of("a.compat.x -> a.old", "a.compat.x.y -> a.old", "a.compat -> a.old")

    one = judge(
        graph, "deprecated", deprecated_modules=["a.old"], allowed_importers=["a.compat.* -> a.old"]
    )
    deep = judge(
        graph, "deprecated", deprecated_modules=["a.old"], allowed_importers=["a.compat.** -> **.old"]
    )

    assert one.finding.edges == edges("a.compat.x.y -> a.old", "a.compat -> a.old")
    assert deep.finding.edges == edges("a.compat -> a.old")


def test_an_allowance_for_one_deprecated_module_is_none_for_another() -> None:
    graph = graph_of("a.compat -> a.old", "a.compat -> a.legacy")

    verdict = judge(
        graph,
        "deprecated",
        deprecated_modules=["a.old", "a.legacy"],
        allowed_importers=["a.compat -> a.legacy"],
    )

    assert verdict.finding.edges == edges("a.compat -> a.old")


def test_an_allowance_that_nothing_uses_any_more_is_a_warning() -> None:
    verdict = judge(
        graph_of("a.app -> a.new"),
        "deprecated",
        deprecated_modules=["a.old"],
        allowed_importers=["a.compat -> a.old"],
    )

    assert verdict.kept
    assert verdict.warnings == ("No import is allowed by a.compat -> a.old any more.",)


def test_an_allowed_import_still_exposes() -> None:
    graph = graph_of("a.app -> a.compat", "a.compat -> a.old")

    verdict = judge(
        graph,
        "deprecated",
        deprecated_modules=["a.old"],
        allowed_importers=["a.compat -> a.old"],
    )

    assert verdict.kept
    assert verdict.finding.exposed == {"a.app", "a.compat"}


def test_an_ignored_import_does_not_count_and_exposes_nobody() -> None:
    verdict = judge(
        graph_of("a.app -> a.old"),
        "deprecated",
        deprecated_modules=["a.old"],
        ignore_imports=["a.app -> a.old"],
    )

    assert verdict.kept
    assert verdict.ignored == 1
    assert verdict.finding.exposed == frozenset()


def test_an_ignored_import_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ContractError, match=r"No matches for ignored import a\.app -> a\.gone\."):
        judge(
            graph_of("a.app -> a.old"),
            "deprecated",
            deprecated_modules=["a.old"],
            ignore_imports=["a.app -> a.gone"],
        )


@pytest.mark.parametrize(
    ("alerting", "warnings"),
    [("none", ()), ("warn", ("No matches for ignored import a.app -> a.gone.",))],
)
def test_unmatched_ignores_can_be_warnings_or_nothing(alerting: str, warnings: tuple[str, ...]) -> None:
    verdict = judge(
        graph_of("a.app -> a.old"),
        "deprecated",
        deprecated_modules=["a.old"],
        ignore_imports=["a.app -> a.gone"],
        unmatched_ignore_imports_alerting=alerting,
    )

    assert verdict.warnings == warnings
    assert verdict.finding.edges == edges("a.app -> a.old")


def test_judging_does_not_change_the_graph() -> None:
    graph = graph_of("a.app -> a.old")

    judge(graph, "deprecated", deprecated_modules=["a.old"], ignore_imports=["a.app -> a.old"])

    assert graph.count_imports() == 1


@pytest.mark.parametrize(
    ("written", "parsed"),
    [
        ("a.new", {"": "a.new"}),
        (["a.new"], {"": "a.new"}),
        ("a.old -> a.new", {"a.old": "a.new"}),
        (["a.old -> a.new", "", "a.legacy->a.newer"], {"a.old": "a.new", "a.legacy": "a.newer"}),
        ({"a.old": "a.new"}, {"a.old": "a.new"}),
        ("", {}),
    ],
)
def test_a_replacement_is_one_module_or_a_table(
    written: str | list[str] | dict[str, str], parsed: dict[str, str]
) -> None:
    assert ReplacementField().parse(written) == parsed


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (["a.new", "a.newer"], r'Must be one module, or lines "old -> new"\.'),
        (["a.old ->", "b -> c"], r'Must be one module, or lines "old -> new"\.'),
        (["a.old -> a.new", "a.old -> a.newer"], r"'a\.old' has two replacements\."),
        ("the new one", r"'the new one' cannot be the name of a module\."),
        ("a.*", r"'a\.\*' cannot be the name of a module\."),
        ({"a.old": "[red]"}, r"'\[red\]' cannot be the name of a module\."),
        ("a.old.v2", r"'a\.old\.v2' is deprecated itself\."),
        ({"b": "a.old"}, r"'a\.old' is deprecated itself\."),
    ],
)
def test_a_bad_replacement_is_a_configuration_error(
    written: str | list[str] | dict[str, str], problem: str
) -> None:
    with pytest.raises(
        ConfigurationError, match=rf'^archguard\.toml: contract "The contract": replacement: {problem}$'
    ):
        loaded("deprecated", deprecated_modules=["a.old"], replacement=written)


def test_the_replacement_is_that_of_the_nearest_ancestor() -> None:
    table = {"": "n", "a.old": "n.old", "a.old.x": "n.x"}

    assert find_replacement("a.old.x.y", table) == "n.x"
    assert find_replacement("a.old.z", table) == "n.old"
    assert find_replacement("a.legacy", table) == "n"
    assert find_replacement("a.legacy", {"a.old": "n.old"}) is None
    assert find_replacement("a.old", None) is None


def test_a_deadline_is_a_date() -> None:
    assert DateField().parse(" 2026-12-31 ") == datetime.date(2026, 12, 31)
    assert DateField().parse(datetime.date(2026, 12, 31)) == datetime.date(2026, 12, 31)


@pytest.mark.parametrize(
    "written",
    [
        "soon",
        "2026-13-01",
        "20261231",
        "2026-W53-4",
        "31.12.2026",
        "2026-12-31 10:00:00",
        "",
        ["2026-12-31"],
    ],
)
def test_anything_else_is_no_deadline(written: str | list[str]) -> None:
    with pytest.raises(ConfigurationError, match=r"deadline: '.*' is not a date like 2026-12-31\.$"):
        loaded("deprecated", deprecated_modules=["a.old"], deadline=written)


def test_the_owner_and_the_flags_are_read() -> None:
    contract = loaded("deprecated", deprecated_modules=["a.old"], owner="@team", count_references="True")

    assert contract.option("owner") == "@team"
    assert contract.option("count_references") is True
    assert contract.option("enforce_deadline") is False
    assert contract.option("deadline") is None


def test_what_it_deprecates_is_told_to_who_looks_for_ghosts() -> None:
    contract = loaded("deprecated", deprecated_modules=[" a.old ", "a.*.legacy", "a.old"])

    assert contract.judges_ghosts
    assert contract.deprecated_modules == ("a.*.legacy", "a.old")


@pytest.mark.parametrize(
    "written", ["a/old.py", "a..old", "a.old.", "a old", "a.[x]", "a.o*", "a.**.*", "3", "True"]
)
def test_what_cannot_be_the_name_of_a_module_is_no_tombstone(written: str) -> None:
    with pytest.raises(ConfigurationError, match="deprecated_modules: "):
        loaded("deprecated", deprecated_modules=[written])


def test_a_contract_that_deprecates_nothing_is_a_configuration_error() -> None:
    with pytest.raises(ConfigurationError, match="Must name at least one module"):
        loaded("deprecated", deprecated_modules=["", " "])


@pytest.mark.parametrize("written", ["a.compat", "a.compat -> ", "a -> b -> c", "a.compat -> a/old.py"])
def test_a_bad_allowance_is_a_configuration_error(written: str) -> None:
    with pytest.raises(ConfigurationError, match="allowed_importers: "):
        loaded("deprecated", deprecated_modules=["a.old"], allowed_importers=[written])


_TOML = """
[tool.importlinter]
root_package = "shop"
contract_types = ["deprecated: archguard.contract_types.deprecated.DeprecatedContract"]

[[tool.importlinter.contracts]]
name = "One cart"
type = "deprecated"
deprecated_modules = ["shop.old_cart", "shop.gone"]
replacement = { "shop.old_cart" = "shop.cart" }
deadline = 2026-12-31
owner = "@shop"
enforce_deadline = false
count_references = true
broken_contract_guidance = "Ask in #carts."
"""
_INI = """
[importlinter]
root_package = shop
contract_types =
    deprecated: archguard.contract_types.deprecated.DeprecatedContract

[importlinter:contract:one-cart]
name = One cart
type = deprecated
deprecated_modules =
    shop.old_cart
    shop.gone
replacement =
    shop.old_cart -> shop.cart
deadline = 2026-12-31
owner = @shop
enforce_deadline = false
count_references = true
broken_contract_guidance = Ask in #carts.
"""


@pytest.mark.parametrize(("name", "text"), [("pyproject.toml", _TOML), (".importlinter", _INI)])
def test_lint_imports_runs_it(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    package = tmp_path / "shop"
    package.mkdir()
    for module in ("__init__", "cart", "old_cart"):
        (package / f"{module}.py").write_text("")
    order = package / "order.py"
    order.write_text("from shop import old_cart\n")

    broken = _lint_imports(tmp_path, name)
    order.write_text("from shop import cart\n")
    kept = _lint_imports(tmp_path, name)

    assert broken.returncode == 1, broken.stdout
    assert "- shop.order -> shop.old_cart (use shop.cart)" in broken.stdout
    assert "Ask in #carts." in broken.stdout
    assert kept.returncode == 0, kept.stdout
    assert "1 kept, 0 broken" in kept.stdout


def _lint_imports(folder: Path, configuration: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    return subprocess.run(
        [*command, "--config", configuration, "--no-cache"],
        cwd=folder,
        env=os.environ | {"COLUMNS": "100"},
        capture_output=True,
        text=True,
        check=False,
    )
