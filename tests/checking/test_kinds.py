"""`kinds`: a contract that judges only some kinds of import."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard.configuration.contract_exception import IMPORT_KINDS
from archguard.graph.model import ImportKind
from tests.checking.test_exceptions import CART, LAYERS, ROOT, judge

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from archguard.checking.report import Report

    WriteTree = Callable[[Mapping[str, str]], Path]

STATEMENTS = {
    "top-level": "import {name}\n",
    "function": "def f():\n    import {name}\n",
    "type-checking": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import {name}\n",
    "guarded": "try:\n    import {name}\nexcept ImportError:\n    pass\n",
    "lazy": "__lazy_modules__ = ['{name}']\nimport {name}\n",
}
PACKAGES = {"shop/__init__.py": "", "shop/legacy/__init__.py": "", "shop/api/__init__.py": ""}


def write_statement(kind: str, name: str) -> str:
    """Return a file that imports a module in a statement of some kind."""
    return STATEMENTS[kind].format(name=name)


def judge_kinds(write_tree: WriteTree, contract: str, files: Mapping[str, str], *kinds: str) -> Report:
    """Judge one contract on some kinds of import; on all if none is given."""
    option = f"kinds = {list(kinds)}\n" if kinds else ""
    return judge(write_tree({**PACKAGES, **files, "pyproject.toml": ROOT + contract + option}))


def test_the_kinds_are_those_of_statements() -> None:
    others = {ImportKind.REFERENCE, ImportKind.UNDECLARED, ImportKind.DEFINITION, ImportKind.ALIAS}

    assert set(IMPORT_KINDS) == {kind.value for kind in ImportKind} - others
    assert set(STATEMENTS) == set(IMPORT_KINDS)


@pytest.mark.parametrize("kind", IMPORT_KINDS)
def test_only_imports_of_the_kind_violate_the_contract(write_tree: WriteTree, kind: str) -> None:
    files = {
        f"shop/{name.replace('-', '_')}.py": write_statement(name, "shop.legacy")
        for name in IMPORT_KINDS
    }
    report = judge_kinds(write_tree, CART, files, kind)

    assert [violation.importer for violation in report.violations] == [f"shop.{kind.replace('-', '_')}"]
    assert [place.kind for place in report.violations[0].occurrences] == [kind]
    (contract,) = report.contracts
    assert (contract.kinds, contract.other_kinds) == ((kind,), len(IMPORT_KINDS) - 1)


def test_an_import_of_a_kind_that_also_occurs_in_another_counts_with_its_own_lines(
    write_tree: WriteTree,
) -> None:
    text = write_statement("function", "shop.legacy") + write_statement("top-level", "shop.legacy")

    report = judge_kinds(write_tree, CART, {"shop/a.py": text}, "top-level")

    assert [place.line for place in report.violations[0].occurrences] == [3]
    assert report.contracts[0].other_kinds == 0


def test_a_ghost_has_kinds_too(write_tree: WriteTree) -> None:
    files = {
        "shop/a.py": write_statement("top-level", "shop.legacy.gone"),
        "shop/b.py": write_statement("function", "shop.legacy.gone"),
    }
    contract = CART.replace('"shop.legacy"]', '"shop.legacy.gone"]')

    report = judge_kinds(write_tree, contract, files, "function")

    assert [(v.importer, v.ghost) for v in report.violations] == [("shop.b", True)]


def test_chains_follow_imports_of_the_kinds_only(write_tree: WriteTree) -> None:
    files = {
        "shop/legacy/__init__.py": "def f():\n    import shop.one\n\nimport shop.two\nimport shop.one\n",
        "shop/one.py": write_statement("type-checking", "shop.api"),
        "shop/two.py": write_statement("top-level", "shop.three"),
        "shop/three.py": write_statement("top-level", "shop.api"),
    }

    everything = judge_kinds(write_tree, LAYERS, files)
    judged = judge_kinds(write_tree, LAYERS, files, "top-level")
    of_types = judge_kinds(write_tree, LAYERS, files, "type-checking")

    assert [violation.importer for violation in everything.violations] == ["shop.one", "shop.three"]
    assert [violation.importer for violation in judged.violations] == ["shop.three"]
    assert [(step.path, step.line) for step in judged.violations[0].chain] == [
        ("shop/legacy/__init__.py", 4),
        ("shop/two.py", 1),
        ("shop/three.py", 1),
    ]
    assert judged.contracts[0].other_kinds == 1
    assert of_types.contracts[0].kept
    assert of_types.contracts[0].other_kinds == 2


def test_an_ignored_import_of_another_kind_is_no_mistake(write_tree: WriteTree) -> None:
    contract = LAYERS + 'ignore_imports = ["shop.legacy -> shop.api"]\n'
    files = {"shop/legacy/__init__.py": write_statement("function", "shop.api")}

    (report,) = judge_kinds(write_tree, contract, files, "top-level").contracts

    assert (report.error, report.kept) == (None, True)
