"""Exceptions and kinds along a history: every line is what `check --rev` says of its commit."""

from __future__ import annotations

import pytest

from tests.history.histories import BASE, History
from tests.history.running import backfill, column, compare_with_check, lines_of

pytestmark = pytest.mark.slow

CONFIGURATION = """\
[tool.importlinter]
root_packages = ["p"]
[[tool.importlinter.contracts]]
id = "old"
name = "Nothing old"
type = "deprecated"
deprecated_modules = ["p.old"]
allowed_importers = ["p.four -> p.old"]
[[tool.importlinter.contracts]]
id = "early"
name = "Nothing old at import time"
type = "deprecated"
deprecated_modules = ["p.old"]
kinds = ["top-level"]
[[tool.importlinter.contracts]]
id = "chains"
name = "No chain to it"
type = "forbidden"
source_modules = ["p.other"]
forbidden_modules = ["p.old"]
[[tool.archguard.exceptions]]
contract = "old"
importer = "p.*"
imported = "p.old"
reason = "a table that ends"
until = 2026-01-01
"""
ALLOWED = "import p.old  # archguard: allow[old, chains] until 2026-03-01: why\n"


def test_comments_ends_and_kinds_are_those_of_each_commit(history: History) -> None:
    history.commit(BASE)
    history.commit({"p/user.py": "import p.old\n"}, at="2026-02-01T00:00:00+00:00")
    history.commit({"p/user.py": ALLOWED}, at="2026-02-02T00:00:00+00:00")
    history.commit({"p/user.py": "\n\n" + ALLOWED}, at="2026-02-03T00:00:00+00:00")
    history.commit({"p/four.py": "import p.old\n"}, at="2026-02-04T00:00:00+00:00")
    history.commit({"p/new.py": ""}, at="2026-03-02T00:00:00+00:00")
    history.commit({"p/user.py": "def f():\n    import p.old\n"}, at="2026-03-03T00:00:00+00:00")
    history.commit({"p/user.py": "def f():\n    pass\nimport p.old\n"}, at="2026-03-04T00:00:00+00:00")

    lines = lines_of(backfill(history.root, "--violations", text=CONFIGURATION))

    assert all(compare_with_check(line, history.root, CONFIGURATION) for line in lines)
    assert column(lines, "violations", "old") == [0, 1, 0, 0, 0, 1, 1, 1]
    assert column(lines, "allowed", "old") == [1, 0, 1, 1, 2, 1, 1, 1]
    assert column(lines, "dropped", "old") == [0, 0, 1, 0, 0, 0, 0, 0]
    assert column(lines, "violations", "early") == [1, 1, 1, 1, 2, 2, 1, 2]
    assert column(lines, "violations", "chains") == [1, 1, 0, 0, 0, 1, 1, 1]


FAMILY = """\
[tool.importlinter]
root_packages = ["p"]
[[tool.importlinter.contracts]]
id = "one-cart"
name = "One cart"
type = "canonical"
canonical = ["p.cart:Cart"]
matches = ["*Cart"]
"""


def test_a_class_that_an_exception_covers_is_dropped_and_not_fixed(history: History) -> None:
    old = "class OldCart: ...{}\n"
    history.commit({"p/__init__.py": "", "p/cart.py": "class Cart: ...\n", "p/old.py": old.format("")})
    history.commit({"p/old.py": old.format("  # archguard: allow[one-cart] until 2030-01-01: why")})
    history.commit({"p/old.py": old.format("")})
    history.commit({"p/old.py": ""})

    lines = lines_of(backfill(history.root, text=FAMILY))

    assert column(lines, "violations", "one-cart") == [1, 0, 1, 0]
    assert column(lines, "dropped", "one-cart") == [0, 1, 0, 0]
    assert column(lines, "fixed", "one-cart") == [0, 0, 0, 1]
