from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard.definitions.class_search import find_files_with_class, find_literal
from archguard.graph.discovery import Module
from archguard.sources.working_tree import WorkingTree

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("pattern", "literal"),
    [
        ("*ExecutionEngine*", "ExecutionEngine"),
        ("Engine", "Engine"),
        ("[AB]?Engine*V2", "Engine"),
        ("*", ""),
    ],
)
def test_every_name_that_matches_a_pattern_has_its_literal(pattern: str, literal: str) -> None:
    assert find_literal(pattern) == literal


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("class MyEngine: pass", True),
        ("class \\\n  MyEngine(Base): pass", True),
        ("x = 1\nif y:\n\tclass\tEngineFactory:\n\t\tpass", True),
        ("from a import MyEngine\nclass Other: pass", False),
        ("class Other(MyEngine): pass", False),
        ("class Other: MyEngine = 1", False),
        ("MyEngine = 1\n" * 20_000 + "class MyEngine: pass", True),
        ("\\" * 500_000 + "Engine", False),
    ],
)
def test_a_file_is_found_by_the_name_of_its_class(text: str, is_found: bool, tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(text)
    modules = [Module("m", "m.py", is_package=False)]

    found = find_files_with_class(WorkingTree(str(tmp_path)), modules, ["*Engine*"])

    assert list(found) == (modules if is_found else [])
