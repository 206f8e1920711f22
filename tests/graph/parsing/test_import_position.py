from __future__ import annotations

import pytest

from archguard.graph.parsing.import_position import find_import_position
from archguard.graph.parsing.lexer import blank_text


@pytest.mark.parametrize(
    ("line", "statement"),
    [
        ("import shop.old", "import shop.old"),
        ("    from shop import old  # why", "from shop import old  # why"),
        ("\tlazy import shop.old", "lazy import shop.old"),
        ("x = 1; import shop.old", "import shop.old"),
        ("x = 1; import shop.old  # why; so", "import shop.old  # why; so"),
        ("import shop.old; x = 1", "import shop.old"),
        ("import os; from shop import old; import sys", "from shop import old"),
        ("import shop.older; import shop.old", "import shop.old"),
        ("from . import cart; from .old import Cart", "from .old import Cart"),
        ("import old; import shop.old", "import shop.old"),
        ("if x: import shop.old", "import shop.old"),
        ("try: from shop import old", "from shop import old"),
        ("x = '; import shop.old'; import shop.old", "import shop.old"),
        ('if x[";"]: import shop.old', "import shop.old"),
        ("  from shop.old import (  # ;", "from shop.old import (  # ;"),
        ("    old,", "old,"),
        ("", ""),
    ],
)
def test_the_position_is_that_of_the_import_itself(line: str, statement: str) -> None:
    start, end = find_import_position(line, lambda: blank_text(line), "shop.old")

    assert line[start:end].strip() == statement
    assert line[:start].rstrip() == line[:start].rstrip(" \t")
    assert start == line.rindex(statement)


def test_a_module_is_found_by_what_a_relative_import_still_says() -> None:
    line = "from ..old import a; from .a import old"

    start, _ = find_import_position(line, lambda: line, "shop.a.old")

    assert line[start:] == "from .a import old"
