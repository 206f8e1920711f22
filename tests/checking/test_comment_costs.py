"""Many comments and imports in one file: the work grows with their number, not with its square."""

from __future__ import annotations

import cProfile
import datetime
import pstats
from typing import TYPE_CHECKING

import pytest

from archguard.checking.pipeline import CheckRequest, check
from archguard.configuration import read_configuration
from archguard.graph.parsing.attribute_uses import AttributeFinder
from archguard.graph.parsing.grimp_scanner import ModuleSource
from archguard.graph.scanning.cache import Cache
from archguard.sources.open import open_source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    WriteTree = Callable[[Mapping[str, str]], Path]

CONTRACT = """\
[tool.importlinter]
root_packages = ["shop"]
[[tool.importlinter.contracts]]
id = "one-cart"
name = "One cart"
type = "deprecated"
deprecated_modules = ["shop.old.**"]
"""
ALLOW = "  # archguard: allow[one-cart]: r\n"


def _write_statement(count: int) -> str:
    return "from shop.old import (" + "".join(f"\n    m{i},{ALLOW}" for i in range(count)) + ")\n"


def _write_reasons(count: int) -> str:
    lines = (f"\n    m{i},  # archguard: allow[one-cart]: reason {i}" for i in range(count))
    return f"from shop.old import ({''.join(lines)}\n)\n"


def _write_statements(count: int) -> str:
    return "".join(f"import shop.old.m{number}{ALLOW}" for number in range(count))


def _count_calls(action: Callable[[], object]) -> int:
    """Return how many calls an action makes, whatever time they take."""
    profile = cProfile.Profile()
    profile.runcall(action)
    return pstats.Stats(profile).total_calls  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize("write", [_write_statement, _write_reasons, _write_statements])
def test_comments_cost_work_in_proportion_to_their_number(
    write_tree: WriteTree, tmp_path: Path, write: Callable[[int], str]
) -> None:
    def count(number: int) -> int:
        root = write_tree(
            {"pyproject.toml": CONTRACT, "shop/__init__.py": "", "shop/a.py": write(number)}
        )
        configuration = read_configuration(str(root / "pyproject.toml"))
        source = open_source(str(root))
        day = datetime.date(2027, 1, 31)
        request = CheckRequest(source, configuration, Cache(None), jobs=1, today=day)
        return _count_calls(lambda: check(request))

    count(1)  # what is imported once
    few, more, most = count(50), count(150), count(350)

    assert most - more < 3 * (more - few)  # twice as many are added; a square would be 5 times


def test_uses_of_many_imports_cost_work_in_proportion_to_their_number() -> None:
    def count(number: int) -> int:
        names = [f"shop.old.m{index}" for index in range(number)]
        text = "".join(f"import {name}\n" for name in names)
        source = ModuleSource("shop.a", is_package=False, source=text, utf8=text.encode())
        imports = [(name, line, False, False) for line, name in enumerate(names, start=1)]
        return _count_calls(lambda: AttributeFinder(["shop.old.**"]).find_uses(source, imports))

    assert count(800) < 6 * count(200)
