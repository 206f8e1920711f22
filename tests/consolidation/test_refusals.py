"""Each reason for which a violation is blocked, on one tree: code, and the line that is in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard.checking.pipeline import CheckRequest
from archguard.configuration.read import read_configuration
from archguard.consolidation.migration_plan import PlanOptions
from archguard.consolidation.planner import Planner
from archguard.consolidation.rewrite.refusal import RefusalCode
from archguard.graph.scanning.cache import Cache
from archguard.sources.code_owners import CodeOwners
from archguard.sources.open import open_source
from tests.consolidation.rewrite.rewriting import rewrite
from tests.sources.trees import write_files

if TYPE_CHECKING:
    from pathlib import Path

_CONFIGURATION = """
[tool.importlinter]
root_packages = ["p"]

[[tool.importlinter.contracts]]
id = "one"
name = "One"
type = "deprecated"
deprecated_modules = ["p.old", "p.older"]
[tool.importlinter.contracts.replacement]
"p.old" = "p.new"
"p.old:age" = "p.home:age"

[[tool.importlinter.contracts]]
id = "two"
name = "Two"
type = "deprecated"
deprecated_modules = ["p.dated", "p.both"]
[tool.importlinter.contracts.replacement]
"p.dated" = "p.older"
"p.both" = "p.new"

[[tool.importlinter.contracts]]
id = "three"
name = "Three"
type = "deprecated"
deprecated_modules = ["p.both"]
replacement = "p.home"

[[tool.importlinter.contracts]]
id = "four"
name = "Four"
type = "deprecated"
deprecated_modules = ["p.called"]
count_references = true
replacement = "p.home"

[[tool.importlinter.contracts]]
id = "shut"
name = "Shut"
type = "forbidden"
source_modules = ["p.shut"]
forbidden_modules = ["p.new"]
"""
_MODULE = "def total(): pass\ndef age(): pass\n"
_CASES = {
    RefusalCode.NO_REPLACEMENT: ("import os\nfrom p.older import total\n", 2),
    RefusalCode.MISSING_SYMBOL: ("from p.old import (\n    total,\n)\nfrom p.old import alone\n", 4),
    RefusalCode.HOME_DEPRECATED: ("from p.dated import age\n", 1),
    RefusalCode.STAR_IMPORT: ("\nfrom p.old import *\n", 2),
    RefusalCode.MODULE_ESCAPES: ("import p.old as o\nprint(o)\n", 2),
    RefusalCode.MODULE_ASSIGNED: ("import p.old as o\no.total = 1\n", 2),
    RefusalCode.NAME_TAKEN: ("from p import old\nold.age\nold = 1\n", 2),
    RefusalCode.STRING_REFERENCE: ("from p.old import total\npatch('p.old.total')\n", 2),
    RefusalCode.DYNAMIC_USE: ("from importlib import import_module\nimport_module('p.called')\n", 2),
    RefusalCode.IMPORT_CYCLE: ("from p.old import total\n", 1),
    RefusalCode.NEW_VIOLATION: ("from p.old import total\n", 1),
    RefusalCode.OVERLAPPING_CHANGE: ("from p.both import total\n", 1),
}
"""Code -> a module that it is about, and the line."""


def _name_module(code: RefusalCode) -> str:
    return "shut" if code is RefusalCode.NEW_VIOLATION else code.value.replace("-", "_")


@pytest.fixture(scope="module")
def blocked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, int, str]]:
    """What is blocked in each module: code, line and reason."""
    root: Path = tmp_path_factory.mktemp("refusals")
    modules: dict[str | bytes, str | bytes] = {
        f"p/{_name_module(code)}.py": text for code, (text, _) in _CASES.items()
    }
    write_files(
        root,
        {
            "pyproject.toml": _CONFIGURATION,
            "p/__init__.py": "",
            "p/old.py": _MODULE + "def alone(): pass\n",
            **dict.fromkeys(
                ("p/older.py", "p/dated.py", "p/both.py", "p/home.py", "p/called.py"), _MODULE
            ),
            "p/new.py": f"import p.import_cycle\n{_MODULE}",
            **modules,
        },
    )
    configuration = read_configuration(str(root / "pyproject.toml"))
    request = CheckRequest(open_source(str(root)), configuration, Cache(None), jobs=1)
    plan = Planner(request, PlanOptions(), CodeOwners("")).plan()
    return {
        one.importer.removeprefix("p."): (one.code.value, one.line, one.reason)
        for one in plan.violations
        if one.code is not None
    }


@pytest.mark.parametrize("code", _CASES)
def test_a_reason_has_its_code_its_line_and_a_sentence(
    blocked: dict[str, tuple[str, int, str]], code: RefusalCode
) -> None:
    found, line, reason = blocked[_name_module(code)]

    assert (found, line) == (code.value, _CASES[code][1])
    assert reason.endswith(".")


def test_a_file_that_cannot_be_parsed_is_left_alone() -> None:
    assert rewrite("from p.old import total\n(").refusals == [(RefusalCode.UNREAD_FILE, 1)]


def test_no_code_is_without_a_test() -> None:
    assert {*_CASES, RefusalCode.UNREAD_FILE} == set(RefusalCode)
